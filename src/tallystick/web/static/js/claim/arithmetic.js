// Arithmetic on money, percentages and quantities, as the server does it (core/arithmetic.py): integers only, one
// rounding rule, sums that agree. Amounts are minor units, percentages basis points, quantities and unit prices
// ten-thousandths. Whatever may pass 2^53 on its way goes through BigInt, so that every result is exact.

/** Basis points in a whole: 100 %. */
export const BASIS_POINTS = 10_000;

/** Parts of one unit of measure in a scaled quantity, and of one major currency unit in a unit price. */
export const SCALE = 10_000;

/** No amount may be larger than this. */
export const MAX_MINOR = 10 ** 15;

const EXPONENTS = new Map([
  .../** @type {[string, number][]} */ (
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ").map((code) => [code, 0])
  ),
  .../** @type {[string, number][]} */ ("BHD IQD JOD KWD LYD OMR TND".split(" ").map((code) => [code, 3])),
]);

const MAX_SAFE = Number.MAX_SAFE_INTEGER;

/** What was typed, or what follows from it, can't be accepted. The message is a sentence meant for people. */
export class Problem extends Error {
  /**
   * @param {string} kind what is the matter, for scripts: empty, unreadable, decimals, range, size, currency, nothing_left …
   * @param {string} sentence
   */
  constructor(kind, sentence) {
    super(sentence);
    this.name = "Problem";
    this.kind = kind;
  }
}

/**
 * @param {string} what what is too large, as the beginning of a sentence
 * @returns {Problem}
 */
export const tooLarge = (what) => new Problem("size", `${what} is larger than Tallystick can keep. Check for extra digits.`);

/**
 * A quotient rounded to the nearest integer, an exact half away from zero: the one rounding rule of the product.
 * Both numbers are safe integers.
 * @param {number} numerator
 * @param {number} denominator
 * @returns {number}
 */
export function roundHalfUp(numerator, denominator) {
  const size = Math.abs(numerator);
  const parts = Math.abs(denominator);
  const rest = size % parts;
  const whole = (size - rest) / parts;
  const quotient = rest >= parts - rest ? whole + 1 : whole;
  return numerator < 0 === denominator < 0 ? quotient : 0 - quotient;
}

/**
 * The same of a product that may pass 2^53: one × other ÷ denominator.
 * @param {number} one
 * @param {number} other
 * @param {number} denominator
 * @returns {number}
 */
export function multiplyDivide(one, other, denominator) {
  const product = one * other;
  if (product <= MAX_SAFE && product >= -MAX_SAFE) return roundHalfUp(product, denominator);
  return roundBig(BigInt(one) * BigInt(other), BigInt(denominator));
}

/**
 * The same of large numbers; refuses a result that isn't exact as a number.
 * @param {bigint} numerator
 * @param {bigint} denominator
 * @returns {number}
 */
export function roundBig(numerator, denominator) {
  const positive = numerator < 0n === denominator < 0n;
  const size = numerator < 0n ? -numerator : numerator;
  const parts = denominator < 0n ? -denominator : denominator;
  const quotient = Number((2n * size + parts) / (2n * parts));
  if (quotient > MAX_SAFE) throw tooLarge("This amount");
  return positive ? quotient : 0 - quotient;
}

/**
 * A percentage of an amount, in minor units.
 * @param {number} amount
 * @param {number} basisPoints
 */
export const applyRate = (amount, basisPoints) => multiplyDivide(amount, basisPoints, BASIS_POINTS);

/**
 * What percentage a part is of a whole, in basis points; null where the whole is zero, which is never the same as 0 %.
 * @param {number} part
 * @param {number} whole
 * @returns {number | null}
 */
export const rateOf = (part, whole) => (whole === 0 ? null : multiplyDivide(part, BASIS_POINTS, whole));

/**
 * A sum of whole numbers, exact also where it passes 2^53 on the way.
 * @param {readonly number[]} values
 * @returns {number}
 */
export function sum(values) {
  let total = 0;
  for (const value of values) {
    total += value;
    if (total > MAX_SAFE || total < -MAX_SAFE) return sumBig(values);
  }
  return total;
}

/** @param {readonly number[]} values */
function sumBig(values) {
  const total = Number(values.reduce((so_far, value) => so_far + BigInt(value), 0n));
  if (Math.abs(total) > MAX_SAFE) throw tooLarge("This sum");
  return total;
}

/**
 * Split a total in proportion to weights by largest remainder; the parts sum to it exactly.
 *
 * Every part is less than one unit away from its exact share, and a tie goes to the earlier part. Weights of mixed signs
 * give shares of mixed signs; where they cancel out, their sizes are used. All of them zero split evenly.
 * @param {number} total
 * @param {readonly number[]} weights
 * @returns {number[]}
 */
export function allocate(total, weights) {
  if (!weights.length) {
    if (total === 0) return [];
    throw new RangeError("an amount can't be split over no parts");
  }
  if (total === 0) return weights.map(() => 0);
  if (total < 0) return allocate(0 - total, weights).map((part) => 0 - part);
  let whole = sum(weights);
  if (whole === 0) {
    const sizes = weights.some((weight) => weight !== 0) ? weights.map(Math.abs) : weights.map(() => 1);
    return allocate(total, sizes);
  }
  let shares = weights;
  if (whole < 0) {
    shares = weights.map((weight) => 0 - weight);
    whole = 0 - whole;
  }
  const parts = new Array(shares.length);
  const remainders = new Array(shares.length);
  shares.forEach((weight, index) => {
    const [part, remainder] = divideProduct(total, weight, whole);
    parts[index] = part;
    remainders[index] = remainder;
  });
  addOne(parts, remainders, total - sum(parts));
  return parts;
}

/**
 * One more for so many parts: those with the largest remainders, of equal ones the earlier.
 * @param {number[]} parts
 * @param {number[]} remainders
 * @param {number} count
 */
function addOne(parts, remainders, count) {
  if (count <= 0) return;
  const sorted = new Float64Array(remainders).sort();
  const least = /** @type {number} */ (sorted[sorted.length - count]);
  let equal = count;
  for (const remainder of remainders) if (remainder > least) equal -= 1;
  remainders.forEach((remainder, index) => {
    if (remainder < least) return;
    if (remainder === least) {
      if (equal <= 0) return;
      equal -= 1;
    }
    parts[index] = /** @type {number} */ (parts[index]) + 1;
  });
}

/**
 * one × other ÷ whole, rounded down, and what remains; the whole is positive.
 * @param {number} one
 * @param {number} other
 * @param {number} whole
 * @returns {[number, number]}
 */
function divideProduct(one, other, whole) {
  const product = one * other;
  if (product <= MAX_SAFE && product >= -MAX_SAFE) {
    const rest = product % whole;
    const remainder = rest < 0 ? rest + whole : rest + 0;
    return [(product - remainder) / whole, remainder];
  }
  const exact = BigInt(one) * BigInt(other);
  const divisor = BigInt(whole);
  const rest = exact % divisor;
  const remainder = rest < 0n ? rest + divisor : rest;
  const part = Number((exact - remainder) / divisor);
  if (Math.abs(part) > MAX_SAFE) throw tooLarge("This amount");
  return [part, Number(remainder)];
}

/**
 * Quantity × unit price in minor units.
 * @param {number} quantity ten-thousandths
 * @param {number} unitPrice ten-thousandths
 * @param {number} [exponent]
 * @returns {number}
 */
export function extend(quantity, unitPrice, exponent = 2) {
  return threeOver(quantity, unitPrice, 10 ** exponent, SCALE * SCALE);
}

/**
 * The scaled quantity that an amount buys at a unit price; null where the price is zero.
 * @param {number} amount
 * @param {number} unitPrice ten-thousandths
 * @param {number} [exponent]
 * @returns {number | null}
 */
export function quantityFor(amount, unitPrice, exponent = 2) {
  if (unitPrice === 0) return null;
  const divisor = unitPrice * 10 ** exponent;
  if (Math.abs(divisor) <= MAX_SAFE) return multiplyDivide(amount, SCALE * SCALE, divisor);
  return roundBig(BigInt(amount) * BigInt(SCALE * SCALE), BigInt(unitPrice) * BigInt(10 ** exponent));
}

/**
 * @param {number} one
 * @param {number} two
 * @param {number} three
 * @param {number} divisor
 */
function threeOver(one, two, three, divisor) {
  const product = one * two;
  if (Math.abs(product) <= MAX_SAFE) return multiplyDivide(product, three, divisor);
  return roundBig(BigInt(one) * BigInt(two) * BigInt(three), BigInt(divisor));
}

/**
 * How many decimals the currency has: 0 for JPY, 3 for KWD, 2 unless known otherwise.
 * @param {string} code
 * @returns {number}
 */
export const currencyExponent = (code) => EXPONENTS.get(code.toUpperCase()) ?? 2;

/**
 * The amount itself; refused beyond what the product keeps.
 * @param {number} amount
 * @param {string} [what]
 * @returns {number}
 */
export function bounded(amount, what = "This amount") {
  if (amount >= -MAX_MINOR && amount <= MAX_MINOR) return amount;
  throw tooLarge(what);
}
