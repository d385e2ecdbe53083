// From what is typed into a line, a group or a bulk panel to the line's entry (claims/calc/entry.py). Amounts are what is
// kept; a typed percentage becomes an amount at once. Every function gives new entries; the checks are the calculation's.
import { Problem, allocate, applyRate, extend, quantityFor, sum } from "./arithmetic.js";
import { NOTHING_YET, NO_ENTRY } from "./terms.js";

/** @typedef {import("./terms.js").ContractTerms} ContractTerms */
/** @typedef {import("./terms.js").LineInput} LineInput */
/** @typedef {import("./terms.js").LineEntry} LineEntry */
/** @typedef {import("./figures.js").LineFigures} LineFigures */

/** Half a minor unit for each of fifty claims: a larger remainder on a finished quantity isn't from rounding. */
const PENNIES_LEFT_BY_ROUNDING = 25;

/**
 * Nothing claimed yet, everything still in store, retention by the contract's rules.
 * @param {import("./terms.js").LineState} previous
 * @returns {LineEntry}
 */
export const entryForNewClaim = (previous) => ({ ...NO_ENTRY, materials_previous: previous.materials });

/** @param {LineInput} line */
const entryOf = (line) => line.entry ?? NO_ENTRY;

/** @param {LineInput} line */
const before = (line) => line.previous ?? NOTHING_YET;

/**
 * What remains of earlier materials, as entered.
 * @param {LineInput} line
 */
const remainingOf = (line) => entryOf(line).materials_previous ?? before(line).materials;

/**
 * F as entered: what remains in store and what came new.
 * @param {LineInput} line
 */
export const materialsStored = (line) => remainingOf(line) + entryOf(line).materials_new;

/**
 * What could still be claimed as work this period: C − D − F, whatever is in E now.
 * @param {LineInput} line
 */
export const balanceToFinish = (line) => line.terms.scheduled_value - before(line).work - materialsStored(line);

// --- work this period -----------------------------------------------------------------------------------------------

/**
 * E typed as an amount; by the unit method its quantity follows from the unit price.
 * @param {ContractTerms} contract
 * @param {LineInput} line
 * @param {number} amount
 * @returns {LineEntry}
 */
export function enterWork(contract, line, amount) {
  const price = line.terms.unit_price ?? 0;
  const quantity = contract.method === "unit" ? (quantityFor(amount, price, contract.exponent ?? 2) ?? 0) : 0;
  return { ...entryOf(line), work: amount, quantity };
}

/**
 * E typed as a percentage of the scheduled value, for this period.
 * @param {ContractTerms} contract
 * @param {LineInput} line
 * @param {number} percent basis points
 */
export const enterWorkPercent = (contract, line, percent) =>
  enterWork(contract, line, applyRate(line.terms.scheduled_value, percent));

/**
 * G typed as an amount: E is what is missing to it, with materials in store as they are.
 * @param {ContractTerms} contract
 * @param {LineInput} line
 * @param {number} total
 */
export const enterTotal = (contract, line, total) =>
  enterWork(contract, line, total - before(line).work - materialsStored(line));

/**
 * G typed as a percentage of the scheduled value: 100 % is the scheduled value to the cent.
 * @param {ContractTerms} contract
 * @param {LineInput} line
 * @param {number} percent basis points
 */
export const enterTotalPercent = (contract, line, percent) =>
  enterTotal(contract, line, applyRate(line.terms.scheduled_value, percent));

/**
 * The quantity of this period: E is quantity × unit price. The one that completes the scheduled quantity takes what is left
 * of the scheduled value, where that differs by no more than earlier claims' rounding.
 * @param {ContractTerms} contract
 * @param {LineInput} line
 * @param {number} quantity ten-thousandths
 * @returns {LineEntry}
 */
export function enterQuantity(contract, line, quantity) {
  const { terms } = line;
  let amount = extend(quantity, terms.unit_price ?? 0, contract.exponent ?? 2);
  if (quantity && before(line).quantity + quantity === (terms.scheduled_quantity ?? 0)) {
    const left = balanceToFinish(line);
    if (Math.abs(left - amount) <= PENNIES_LEFT_BY_ROUNDING) amount = left;
  }
  return { ...entryOf(line), work: amount, quantity };
}

// --- stored materials -----------------------------------------------------------------------------------------------

/**
 * Materials that came into store this period.
 * @param {LineInput} line
 * @param {number} amount
 * @returns {LineEntry}
 */
export const enterNewMaterials = (line, amount) => ({ ...entryOf(line), materials_new: amount });

/**
 * The same by the unit method, as a quantity in ten-thousandths.
 * @param {ContractTerms} contract
 * @param {LineInput} line
 * @param {number} quantity
 */
export const enterNewMaterialsQuantity = (contract, line, quantity) =>
  enterNewMaterials(line, extend(quantity, line.terms.unit_price ?? 0, contract.exponent ?? 2));

/**
 * What remains in store of what earlier claims stored; says nothing about where the rest went.
 * @param {LineInput} line
 * @param {number} remaining
 * @returns {LineEntry}
 */
export const enterPreviousMaterials = (line, remaining) => ({ ...entryOf(line), materials_previous: remaining });

/**
 * F typed: what is more than remains of earlier materials is new; what is less comes off those.
 * @param {LineInput} line
 * @param {number} stored
 * @returns {LineEntry}
 */
export function enterMaterialsStored(line, stored) {
  const remaining = remainingOf(line);
  const fresh = stored - remaining;
  if (fresh && remaining && fresh < 0 !== remaining < 0) {
    return { ...entryOf(line), materials_previous: stored, materials_new: 0 };
  }
  return { ...entryOf(line), materials_new: fresh };
}

/**
 * Take materials out of store and into work of this period; G stays what it was.
 * @param {ContractTerms} contract
 * @param {LineInput} line
 * @param {number} amount
 * @returns {LineEntry}
 */
export function moveMaterialsToWork(contract, line, amount) {
  const worked = enterWork(contract, line, entryOf(line).work + amount);
  return { ...worked, materials_previous: remainingOf(line) - amount };
}

// --- retention ------------------------------------------------------------------------------------------------------

/**
 * Work retention of this period as an amount, instead of by the contract's rules.
 * @param {LineEntry} entry
 * @param {number} amount
 * @returns {LineEntry}
 */
export const enterWorkRetention = (entry, amount) => ({
  ...entry,
  work_retention_entry: "amount",
  work_retention: amount,
});

/**
 * Work retention as a percentage of this period's work, instead of the contract's rate.
 * @param {LineEntry} entry
 * @param {number} rate basis points
 * @returns {LineEntry}
 */
export const enterWorkRetentionRate = (entry, rate) => ({
  ...entry,
  work_retention_entry: "rate",
  work_retention: rate,
});

/**
 * Materials retention of this period as an amount.
 * @param {LineEntry} entry
 * @param {number} amount
 * @returns {LineEntry}
 */
export const enterMaterialsRetention = (entry, amount) => ({
  ...entry,
  materials_retention_entry: "amount",
  materials_retention: amount,
});

/**
 * Materials retention as a percentage of this period's new materials.
 * @param {LineEntry} entry
 * @param {number} rate basis points
 * @returns {LineEntry}
 */
export const enterMaterialsRetentionRate = (entry, rate) => ({
  ...entry,
  materials_retention_entry: "rate",
  materials_retention: rate,
});

/**
 * Back to what the contract's rules say, for work, for materials or for both.
 * @param {LineEntry} entry
 * @param {{ work?: boolean, materials?: boolean }} [which]
 * @returns {LineEntry}
 */
export function retainByRules(entry, { work = true, materials = true } = {}) {
  const back = { ...entry };
  if (work) Object.assign(back, { work_retention_entry: "automatic", work_retention: 0 });
  if (materials) Object.assign(back, { materials_retention_entry: "automatic", materials_retention: 0 });
  return back;
}

/**
 * Release a percentage of what can be released of the line: all of it at 10,000. Left out leaves that kind as it is.
 * @param {LineEntry} entry
 * @param {LineFigures} figures the line's in this claim
 * @param {{ work_bp?: number, materials_bp?: number }} rates
 * @returns {LineEntry}
 */
export function release(entry, figures, { work_bp, materials_bp }) {
  const released = { ...entry };
  if (work_bp !== undefined) released.work_released = applyRate(figures.work_releasable, work_bp);
  if (materials_bp !== undefined) released.materials_released = applyRate(figures.materials_releasable, materials_bp);
  return released;
}

/**
 * Release an amount over lines in proportion to what each can release, work and materials alike. Throws a `Problem` where
 * there is less to release.
 * @param {readonly { entry: LineEntry, figures: LineFigures }[]} lines
 * @param {number} amount
 * @returns {LineEntry[]}
 */
export function releaseAmount(lines, amount) {
  const available = [
    ...lines.map(({ figures }) => figures.work_releasable),
    ...lines.map(({ figures }) => figures.materials_releasable),
  ];
  const whole = sum(available);
  const within = whole >= 0 ? amount >= 0 && amount <= whole : amount <= 0 && amount >= whole;
  if (amount && !within) {
    throw new Problem("release_too_large", "This is more than is held on these lines. Release what is held, or less.");
  }
  const parts = available.length ? allocate(amount, available) : [];
  return lines.map(({ entry }, index) => ({
    ...entry,
    work_released: parts[index] ?? 0,
    materials_released: parts[index + lines.length] ?? 0,
  }));
}

// --- groups ---------------------------------------------------------------------------------------------------------

/**
 * Work of this period typed on a group: in proportion to each line's balance to finish. Throws a `Problem` where no line
 * has a balance.
 * @param {ContractTerms} contract
 * @param {readonly LineInput[]} lines
 * @param {number} amount
 * @returns {LineEntry[]}
 */
export function spreadWork(contract, lines, amount) {
  const balances = lines.map(balanceToFinish);
  if (amount && !balances.some((balance) => balance !== 0)) {
    throw new Problem("nothing_left", "Nothing is left of this group. Enter the amount on a line instead.");
  }
  const parts = allocate(amount, balances);
  return lines.map((line, index) => enterWork(contract, line, /** @type {number} */ (parts[index])));
}

/**
 * The same typed as a percentage of the group's scheduled value.
 * @param {ContractTerms} contract
 * @param {readonly LineInput[]} lines
 * @param {number} percent basis points
 */
export const spreadWorkPercent = (contract, lines, percent) =>
  spreadWork(contract, lines, applyRate(sum(lines.map((line) => line.terms.scheduled_value)), percent));
