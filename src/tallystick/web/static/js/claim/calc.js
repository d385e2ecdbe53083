// The arithmetic of a progress claim in the browser, equal to the server's to the cent (claims/calc.py): all figures of a
// claim from the contract's terms and, for every line, where it stood and what is entered. Shown while one types; what is
// kept is always computed by the server.
import { BASIS_POINTS, bounded, quantityFor, rateOf, roundBig, sum } from "./arithmetic.js";
import { findingsOf } from "./findings.js";
import { LineFigures, Totals, VariationBox } from "./figures.js";
import { begin, finish, settleMaterials, settleNewMaterials, settleWork } from "./lines.js";
import { automaticRetention } from "./retention.js";
import { NOTHING_YET, NO_ENTRY, completed } from "./terms.js";

/** @typedef {import("./terms.js").LineInput} LineInput */
/** @typedef {Required<import("./terms.js").ContractTerms>} Terms */

/**
 * All figures of a claim. Throws a `Problem` for sums that are larger than can be kept.
 * @param {import("./terms.js").ContractTerms} terms
 * @param {readonly LineInput[]} lines every line that is in the contract now or was ever claimed
 * @param {number | null} [previousCertificates] line 7, where the lines can't tell it
 * @returns {import("./figures.js").ClaimFigures}
 */
export function calculate(terms, lines, previousCertificates = null) {
  const contract = completed(terms);
  const count = lines.length;
  const figures = new Array(count);
  const bases = new Array(2 * count);
  lines.forEach(({ terms: line, previous = NOTHING_YET, entry = NO_ENTRY }, index) => {
    const row = new LineFigures();
    begin(row, line, previous, entry);
    settleMaterials(row, previous, entry);
    bases[index] = settleWork(row, contract, previous, entry);
    bases[index + count] = settleNewMaterials(row, contract, previous, entry);
    figures[index] = row;
  });
  const original = sum(figures.map((row) => (row.variation === null ? row.scheduled_value : 0)));
  const heldBefore = sum(figures.map((row) => row.previous_retention));
  const standing = {
    original_sum: original,
    revised_sum: sum(figures.map((row) => row.scheduled_value)),
    held: sum([heldBefore, ...figures.map((row) => row.retention_this)]),
  };
  const byRule = automaticRetention(contract, standing, figures.map((row) => row.key), bases);
  figures.forEach((row, index) => finish(row, byRule[index], byRule[index + count]));

  const groups = groupsOf(figures);
  const totals = groups.length === 1 && groups[0] ? groups[0].totals : summed(groups.map((group) => group.totals));
  const previous = previousCertificates ?? totals.previous_work + totals.previous_materials - heldBefore;
  return {
    lines: figures,
    groups,
    totals,
    summary: summaryOf(original, totals, previous, taxOf(contract, lines, figures)),
    variations: variationBox(lines),
    findings: findingsOf(contract, lines, figures, totals, original),
  };
}

/**
 * Where each line stands for the next claim, by its key: previous work grows by this period's, and in mode "move" by what
 * is in store.
 * @param {import("./terms.js").ContractTerms} terms
 * @param {import("./figures.js").ClaimFigures} figures
 * @returns {Map<import("./terms.js").LineKey, import("./terms.js").LineState>}
 */
export function nextPrevious(terms, figures) {
  const contract = completed(terms);
  return new Map(figures.lines.map((line) => [line.key, stateAfter(contract, line)]));
}

/**
 * @param {Terms} contract
 * @param {LineFigures} line
 * @returns {import("./terms.js").LineState}
 */
function stateAfter(contract, line) {
  const work = line.previous_work + line.work;
  const stored = line.materials_stored;
  if (contract.stored_materials !== "move") {
    return {
      work,
      quantity: line.total_quantity,
      materials: stored,
      work_retention: line.work_retention_held,
      materials_retention: line.materials_retention_held,
      materials_moved: 0,
    };
  }
  const quantity = stored ? (quantityFor(stored, line.unit_price, contract.exponent) ?? 0) : 0;
  return {
    work: work + stored,
    quantity: line.total_quantity + quantity,
    materials: 0,
    work_retention: line.work_retention_held + line.materials_retention_held,
    materials_retention: 0,
    materials_moved: stored,
  };
}

// --- the claim ------------------------------------------------------------------------------------------------------

/**
 * @param {LineFigures[]} figures
 * @returns {import("./figures.js").GroupFigures[]}
 */
function groupsOf(figures) {
  /** @type {Map<import("./terms.js").LineKey | null, LineFigures[]>} */
  const members = new Map();
  for (const row of figures) {
    const rows = members.get(row.variation);
    if (rows) rows.push(row);
    else members.set(row.variation, [row]);
  }
  return [...members].map(([variation, rows]) => ({ variation, totals: summed(rows) }));
}

/**
 * @param {readonly (LineFigures | Totals)[]} rows
 * @returns {Totals}
 */
function summed(rows) {
  const totals = new Totals();
  let size = 0;
  for (const row of rows) size += addTo(totals, row);
  return size <= Number.MAX_SAFE_INTEGER ? totals : summedExactly(rows);
}

const COLUMNS = /** @type {(keyof Totals & keyof LineFigures)[]} */ (Object.keys(new Totals()));

/**
 * Add a row to the totals; gives how much was added regardless of signs, the most that any sum can have come to.
 * @param {any} totals
 * @param {any} row
 */
function addTo(totals, row) {
  let size = 0;
  for (const name of COLUMNS) {
    const value = row[name];
    totals[name] += value;
    size += value < 0 ? -value : value;
  }
  return size;
}

/** @param {readonly any[]} rows */
function summedExactly(rows) {
  /** @type {any} */
  const totals = new Totals();
  for (const name of COLUMNS) totals[name] = sum(rows.map((row) => row[name]));
  return totals;
}

/**
 * @param {number} original
 * @param {Totals} totals
 * @param {number} previousCertificates
 * @param {number} tax
 * @returns {import("./figures.js").SummaryLines}
 */
function summaryOf(original, totals, previousCertificates, tax) {
  const sumToDate = bounded(totals.scheduled_value, "The contract sum");
  const completedToDate = bounded(totals.total_completed, "The total completed and stored");
  const earned = completedToDate - totals.retention_held;
  const due = earned - previousCertificates;
  return {
    original_sum: original,
    net_variations: sumToDate - original,
    sum_to_date: sumToDate,
    completed_to_date: completedToDate,
    work_retention: totals.work_retention_held,
    work_retention_bp: rateOf(totals.work_retention_held, totals.previous_work + totals.work),
    materials_retention: totals.materials_retention_held,
    materials_retention_bp: rateOf(totals.materials_retention_held, totals.materials_stored),
    total_retention: totals.retention_held,
    earned_less_retention: earned,
    previous_certificates: previousCertificates,
    payment_due: due,
    balance_to_finish: sumToDate - earned,
    tax,
    payment_due_with_tax: due + tax,
    percent_bp: rateOf(completedToDate, sumToDate),
  };
}

/**
 * Every line at its own rate, summed exactly, rounded once.
 * @param {Terms} contract
 * @param {readonly LineInput[]} lines
 * @param {readonly LineFigures[]} figures
 */
function taxOf(contract, lines, figures) {
  /** @type {Map<number, number[]>} */
  const amounts = new Map();
  figures.forEach((row, index) => {
    const rate = lines[index]?.terms.tax_bp ?? contract.tax_bp;
    const amount = contract.tax_basis === "net" ? row.net_this_period : row.gross_this_period;
    const known = amounts.get(rate);
    if (known) known.push(amount);
    else amounts.set(rate, [amount]);
  });
  let exact = 0n;
  for (const [rate, values] of amounts) exact += BigInt(rate) * BigInt(sum(values));
  return roundBig(exact, BigInt(BASIS_POINTS));
}

/** @param {readonly LineInput[]} lines */
function variationBox(lines) {
  const box = new VariationBox();
  for (const { terms } of lines) {
    if ((terms.variation ?? null) === null) continue;
    const deducts = terms.scheduled_value < 0;
    if (terms.variation_is_new) box[deducts ? "deductions_this" : "additions_this"] += terms.scheduled_value;
    else box[deducts ? "deductions_previous" : "additions_previous"] += terms.scheduled_value;
  }
  return box;
}
