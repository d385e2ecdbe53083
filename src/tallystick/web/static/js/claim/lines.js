// One line of a claim: where its materials went, what retention follows from its entry, its figures (claims/calc/lines.py).
// A row is filled in this order: begin, settleMaterials, settleWork and settleNewMaterials, finish.
import { multiplyDivide, rateOf } from "./arithmetic.js";
import { reversal, typedRetention } from "./retention.js";

/** @typedef {import("./figures.js").LineFigures} LineFigures */
/** @typedef {Required<import("./terms.js").ContractTerms>} Terms */

/**
 * What is known of a line before anything is computed.
 * @param {LineFigures} row
 * @param {import("./terms.js").LineTerms} terms
 * @param {import("./terms.js").LineState} previous
 * @param {import("./terms.js").LineEntry} entry
 */
export function begin(row, terms, previous, entry) {
  row.key = terms.key;
  row.variation = terms.variation ?? null;
  row.unit_price = terms.unit_price ?? 0;
  row.scheduled_value = terms.scheduled_value;
  row.previous_work = previous.work;
  row.previous_quantity = previous.quantity;
  row.work = entry.work;
  row.quantity = entry.quantity;
  row.previous_materials = previous.materials;
  row.materials_previous = entry.materials_previous ?? previous.materials;
  row.materials_new = entry.materials_new;
  row.previous_work_retention = previous.work_retention;
  row.previous_materials_retention = previous.materials_retention;
  row.work_retention_released = entry.work_released;
  row.materials_retention_released = entry.materials_released;
}

/**
 * Where earlier materials went: into work by hand, taking the retention held on them along.
 * @param {LineFigures} row
 * @param {import("./terms.js").LineState} previous
 * @param {import("./terms.js").LineEntry} entry
 */
export function settleMaterials(row, previous, entry) {
  const stored = row.materials_previous + row.materials_new;
  const gone = goneFromStore(row);
  const moved = gone ? between(entry.work, gone) : 0;
  row.retention_moved = moved ? multiplyDivide(previous.materials_retention, moved, previous.materials) : 0;
  row.materials_moved = moved || previous.materials_moved;
  row.work_retention_base = moved;
  row.materials_stored = stored;
  row.total_completed = previous.work + entry.work + stored;
}

/**
 * What left the store of earlier materials, at most all of them.
 * @param {LineFigures} row
 */
function goneFromStore(row) {
  const gone = row.previous_materials - row.materials_previous;
  return gone && row.previous_materials ? between(gone, row.previous_materials) : 0;
}

/**
 * The value clipped to lie between zero and the limit, whichever sign that has.
 * @param {number} value
 * @param {number} limit
 */
const between = (value, limit) => (limit > 0 ? Math.max(0, Math.min(value, limit)) : Math.min(0, Math.max(value, limit)));

/**
 * Work retention that doesn't depend on the rules; gives the base that is left for them. What became work out of the store
 * isn't retained on again, unless materials aren't retained on.
 * @param {LineFigures} row
 * @param {Terms} contract
 * @param {import("./terms.js").LineState} previous
 * @param {import("./terms.js").LineEntry} entry
 * @returns {number}
 */
export function settleWork(row, contract, previous, entry) {
  const moved = row.work_retention_base;
  const base = moved && (contract.retain_materials || previous.materials_retention) ? entry.work - moved : entry.work;
  row.work_retention_base = base;
  if (entry.work_retention_entry !== "automatic") {
    row.work_retention_this = typedRetention(entry.work_retention_entry, entry.work_retention, base);
    return 0;
  }
  const { back, rest } = reversal(base, previous.work, previous.work_retention + row.retention_moved);
  row.work_retention_this = back;
  return contract.retain_work ? rest : 0;
}

/**
 * The same of materials: those that left the store otherwise than into work give back what is held on them.
 * @param {LineFigures} row
 * @param {Terms} contract
 * @param {import("./terms.js").LineState} previous
 * @param {import("./terms.js").LineEntry} entry
 * @returns {number}
 */
export function settleNewMaterials(row, contract, previous, entry) {
  const base = entry.materials_new;
  row.materials_retention_base = base;
  if (entry.materials_retention_entry !== "automatic") {
    row.materials_retention_this = typedRetention(entry.materials_retention_entry, entry.materials_retention, base);
    return 0;
  }
  const gone = goneFromStore(row);
  const givenBack = gone
    ? row.retention_moved - multiplyDivide(previous.materials_retention, gone, previous.materials)
    : 0;
  const held = previous.materials_retention - row.retention_moved + givenBack;
  const { back, rest } = reversal(base, previous.materials - gone, held);
  row.materials_retention_this = back + givenBack;
  return contract.retain_materials ? rest : 0;
}

/**
 * The line's figures, given what the contract's rules retain on it this period.
 * @param {LineFigures} row
 * @param {number} workByRule
 * @param {number} materialsByRule
 */
export function finish(row, workByRule, materialsByRule) {
  const scheduled = row.scheduled_value;
  const workThis = row.work_retention_this + workByRule;
  const materialsThis = row.materials_retention_this + materialsByRule;
  const workReleased = row.work_retention_released;
  const materialsReleased = row.materials_retention_released;
  const gross = row.work + row.materials_stored - row.previous_materials;
  row.percent_bp = rateOf(row.total_completed, scheduled);
  row.balance = scheduled - row.total_completed;
  row.work_retention_this = workThis;
  row.materials_retention_this = materialsThis;
  row.work_retention_held = row.previous_work_retention + row.retention_moved + workThis - workReleased;
  row.materials_retention_held =
    row.previous_materials_retention - row.retention_moved + materialsThis - materialsReleased;
  row.gross_this_period = gross;
  row.net_this_period = gross - workThis - materialsThis + workReleased + materialsReleased;
}
