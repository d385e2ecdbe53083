// The arithmetic of a progress claim in the browser, equal to the server's to the cent (claims/calc): all figures of a
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
  for (const row of rows) {
    addTo(totals, row);
    size += sizeOf(row);
  }
  return size <= Number.MAX_SAFE_INTEGER ? totals : summedExactly(rows);
}

const COLUMNS = Object.keys(new Totals());

/**
 * Written out, since this is done for every line as one types.
 * @param {Totals} totals
 * @param {LineFigures | Totals} row
 */
function addTo(totals, row) {
  totals.scheduled_value += row.scheduled_value;
  totals.previous_work += row.previous_work;
  totals.work += row.work;
  totals.previous_materials += row.previous_materials;
  totals.materials_previous += row.materials_previous;
  totals.materials_new += row.materials_new;
  totals.materials_moved += row.materials_moved;
  totals.materials_stored += row.materials_stored;
  totals.total_completed += row.total_completed;
  totals.balance += row.balance;
  totals.previous_work_retention += row.previous_work_retention;
  totals.previous_materials_retention += row.previous_materials_retention;
  totals.retention_moved += row.retention_moved;
  totals.work_retention_this += row.work_retention_this;
  totals.work_retention_released += row.work_retention_released;
  totals.work_retention_held += row.work_retention_held;
  totals.materials_retention_this += row.materials_retention_this;
  totals.materials_retention_released += row.materials_retention_released;
  totals.materials_retention_held += row.materials_retention_held;
  totals.gross_this_period += row.gross_this_period;
  totals.net_this_period += row.net_this_period;
}

/**
 * The most that any sum can have come to by this row, whatever the signs.
 * @param {LineFigures | Totals} row
 */
function sizeOf(row) {
  return (
    Math.abs(row.scheduled_value) +
    Math.abs(row.previous_work) +
    Math.abs(row.work) +
    Math.abs(row.previous_materials) +
    Math.abs(row.materials_previous) +
    Math.abs(row.materials_new) +
    Math.abs(row.materials_moved) +
    Math.abs(row.materials_stored) +
    Math.abs(row.total_completed) +
    Math.abs(row.balance) +
    Math.abs(row.previous_work_retention) +
    Math.abs(row.previous_materials_retention) +
    Math.abs(row.retention_moved) +
    Math.abs(row.work_retention_this) +
    Math.abs(row.work_retention_released) +
    Math.abs(row.work_retention_held) +
    Math.abs(row.materials_retention_this) +
    Math.abs(row.materials_retention_released) +
    Math.abs(row.materials_retention_held) +
    Math.abs(row.gross_this_period) +
    Math.abs(row.net_this_period)
  );
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
