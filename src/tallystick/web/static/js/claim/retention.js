// Retention by the contract's rules: rates, the cap and the sliding scale, spread over the lines
// (claims/calc/retention.py).
import { BASIS_POINTS, allocate, applyRate, multiplyDivide, sum } from "./arithmetic.js";

/** @typedef {import("./terms.js").Limit} Limit */
/** @typedef {Required<import("./terms.js").ContractTerms>} Terms */

/**
 * What limits are measured against: sums of the schedule, and what is held before the rules are asked.
 * @typedef {{ original_sum: number, revised_sum: number, held: number }} Standing
 */

/**
 * The limit in minor units, never negative; null where there is none.
 * @param {Limit} limit
 * @param {number} original
 * @param {number} revised
 * @returns {number | null}
 */
export function limitAmount(limit, original, revised) {
  if (limit.kind === "none") return null;
  if (limit.kind === "amount") return Math.max(0, limit.value);
  return Math.max(0, applyRate(limit.kind === "percent_original" ? original : revised, limit.value));
}

/**
 * What the rules retain on each line's work, followed by what they retain on each line's new materials.
 * @param {Terms} contract
 * @param {Standing} standing
 * @param {readonly import("./terms.js").LineKey[]} keys decide who gets a cent that can't be split
 * @param {number[]} bases of work, followed by those of materials
 * @returns {number[]}
 */
export function automaticRetention(contract, standing, keys, bases) {
  const spread = spreader(keys);
  const amounts = contract.sliding.length
    ? bySlidingScale(contract, standing, spread, bases)
    : bases.map((base, index) =>
        base ? applyRate(base, index < keys.length ? contract.work_retention_bp : contract.materials_retention_bp) : 0,
      );
  const cap = limitAmount(contract.cap, standing.original_sum, standing.revised_sum);
  if (cap === null) return amounts;
  const wanted = sum(amounts);
  if (wanted <= 0 || standing.held + wanted <= cap) return amounts;
  return spread(Math.max(0, cap - standing.held), amounts);
}

/**
 * Walk the rules in order; a rule that fills leaves the rest of the work to the next one.
 * @param {Terms} contract
 * @param {Standing} standing
 * @param {(total: number, weights: number[]) => number[]} spread
 * @param {number[]} bases
 */
function bySlidingScale(contract, standing, spread, bases) {
  let taken = bases.map(() => 0);
  let held = standing.held;
  let left = bases;
  for (const rule of contract.sliding) {
    const limit = limitAmount(rule.limit, standing.original_sum, standing.revised_sum);
    if (limit !== null && held >= limit) continue;
    const wanted = atRate(left, rule.rate_bp);
    const total = sum(wanted);
    if (limit === null || held + total <= limit) return added(taken, wanted);
    const room = limit - held;
    taken = added(taken, spread(room, wanted));
    held = limit;
    const used = multiplyDivide(room, BASIS_POINTS, rule.rate_bp);
    left = spread(Math.max(0, sum(left) - used), left);
  }
  const last = contract.sliding.at(-1);
  // Every rule is full, and credits outweigh the work: they lower retention by the rule that was last in force.
  return last && sum(left) < 0 ? added(taken, atRate(left, last.rate_bp)) : taken;
}

/**
 * @param {number[]} bases
 * @param {number} rate
 */
const atRate = (bases, rate) => bases.map((base) => (base ? applyRate(base, rate) : 0));

/**
 * @param {number[]} one
 * @param {number[]} other
 */
const added = (one, other) => one.map((value, index) => value + /** @type {number} */ (other[index]));

/**
 * Largest remainder, a tie going to the smaller key instead of to the earlier line. Weights are by line, once or twice over.
 * @param {readonly import("./terms.js").LineKey[]} keys
 * @returns {(total: number, weights: number[]) => number[]}
 */
function spreader(keys) {
  /** @type {number[] | undefined} */
  let order;
  return (total, weights) => {
    order ??= byKey(keys, weights.length);
    const shares = allocate(total, order.map((index) => /** @type {number} */ (weights[index])));
    const parts = new Array(weights.length);
    order.forEach((index, place) => {
      parts[index] = shares[place];
    });
    return parts;
  };
}

/**
 * @param {readonly import("./terms.js").LineKey[]} keys
 * @param {number} count
 */
function byKey(keys, count) {
  const order = [];
  for (const line of inOrder(keys)) {
    for (let place = line; place < count; place += keys.length) order.push(place);
  }
  return order;
}

/**
 * The places of the keys in the keys' order: numbers by size, names by length and alphabet.
 * @param {readonly import("./terms.js").LineKey[]} keys
 * @returns {number[]}
 */
function inOrder(keys) {
  const places = keys.map((_, index) => index);
  if (keys.every((key, index) => typeof key === "number" && key >= 0 && (!index || key > Number(keys[index - 1])))) {
    return places;
  }
  const names = keys.map(String);
  return places.sort((one, other) => {
    const left = /** @type {string} */ (names[one]);
    const right = /** @type {string} */ (names[other]);
    if (left.length !== right.length) return left.length - right.length;
    if (left === right) return 0;
    return left < right ? -1 : 1;
  });
}

/**
 * How much retention a base gives back that takes back earlier progress; `rest` is the base left for the rules. What is in
 * fact held on that progress goes in proportion, so that taking back all of it leaves nothing held.
 * @param {number} base
 * @param {number} toDate
 * @param {number} held
 * @returns {{ back: number, rest: number }}
 */
export function reversal(base, toDate, held) {
  if (!base || !toDate || base < 0 === toDate < 0) return { back: 0, rest: base };
  const part = Math.abs(base) <= Math.abs(toDate) ? base : 0 - toDate;
  return { back: multiplyDivide(held, part, toDate), rest: base - part };
}

/**
 * Retention as typed: an amount, or a rate of its base.
 * @param {import("./terms.js").RetentionEntry} entry
 * @param {number} value
 * @param {number} base
 * @returns {number}
 */
export function typedRetention(entry, value, base) {
  if (entry === "amount") return value;
  return applyRate(base, value);
}
