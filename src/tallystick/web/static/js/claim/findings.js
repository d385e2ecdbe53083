// Looks over the figures of a claim for what can't be, or can't be meant (claims/calc/checks.py).
import { limitAmount } from "./retention.js";

/** @typedef {import("./figures.js").Finding} Finding */

/** @type {ReadonlySet<import("./figures.js").FindingKind>} what can't be saved whatever the rules are */
export const REFUSED = new Set(["work_release_too_large", "materials_release_too_large", "stored_materials_grew"]);

/**
 * Everything noticed, line by line, then about the whole claim.
 * @param {Required<import("./terms.js").ContractTerms>} contract
 * @param {readonly import("./terms.js").LineInput[]} lines
 * @param {readonly import("./figures.js").LineFigures[]} figures
 * @param {import("./figures.js").Totals} totals
 * @param {number} original
 * @returns {Finding[]}
 */
export function findingsOf(contract, lines, figures, totals, original) {
  /** @type {Finding[]} */
  const found = [];
  figures.forEach((row, index) => {
    const { key, scheduled_value: scheduled, total_completed: total } = row;
    if (beyond(total, scheduled)) found.push({ kind: "over_claimed", key, amount: total, limit: scheduled });
    const entry = lines[index]?.entry;
    if (entry) lineFindings(found, entry, row);
  });
  const cap = limitAmount(contract.cap, original, totals.scheduled_value);
  if (cap !== null && totals.retention_held > cap && totals.retention_this > 0) {
    found.push({ kind: "retention_above_cap", key: null, amount: totals.retention_held, limit: cap });
  }
  return found;
}

/**
 * @param {Finding[]} found
 * @param {import("./terms.js").LineEntry} entry
 * @param {import("./figures.js").LineFigures} row
 */
function lineFindings(found, entry, row) {
  const { key } = row;
  /** @param {import("./figures.js").FindingKind} kind @param {number} amount @param {number} limit */
  const note = (kind, amount, limit) => found.push({ kind, key, amount, limit });
  const released = row.work_retention_released;
  if (released && beyond(released, row.work_releasable)) note("work_release_too_large", released, row.work_releasable);
  const onMaterials = row.materials_retention_released;
  if (onMaterials && beyond(onMaterials, row.materials_releasable)) {
    note("materials_release_too_large", onMaterials, row.materials_releasable);
  }
  const remaining = row.materials_previous;
  if (remaining !== row.previous_materials && beyond(remaining, row.previous_materials)) {
    note("stored_materials_grew", remaining, row.previous_materials);
  }
  if (entry.work_retention_entry === "amount" && entry.work_retention && !row.work) {
    note("work_retention_without_base", entry.work_retention, 0);
  }
  if (entry.materials_retention_entry === "amount" && entry.materials_retention && !row.materials_new) {
    note("materials_retention_without_base", entry.materials_retention, 0);
  }
}

/**
 * Whether the value lies outside of zero to the limit, whichever sign that has.
 * @param {number} value
 * @param {number} limit
 */
const beyond = (value, limit) => (limit >= 0 ? value < 0 || value > limit : value > 0 || value < limit);
