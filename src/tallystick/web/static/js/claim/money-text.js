// Money, percentages and quantities as people type and read them, as the server does it (core/money_text.py). Reading
// never guesses and never rounds: what can't be meant in one way only is refused with a sentence that says what to type.
import { MAX_MINOR, Problem, bounded, currencyExponent, tooLarge } from "./arithmetic.js";

/** The minus sign that people read. */
export const MINUS = "\u2212";
const NBSP = "\u00a0";

/** @type {Record<string, string>} */
const HOME_CURRENCY = { "en-AU": "AUD", "en-NZ": "NZD", "en-US": "USD", "en-CA": "CAD", "en-GB": "GBP", "en-IE": "EUR" };
const HOME_DOLLARS = new Set(["AUD", "NZD", "USD", "CAD", "SGD", "HKD", "FJD"]);
/** @type {Record<string, string>} */
const SYMBOL = {
  AUD: "A$",
  NZD: "NZ$",
  USD: "US$",
  CAD: "C$",
  SGD: "S$",
  HKD: "HK$",
  FJD: "FJ$",
  GBP: "£",
  EUR: "€",
};
const MARKS = new Map([
  ...Object.entries(SYMBOL).map(([code, symbol]) => /** @type {[string, string]} */ ([symbol, code])),
  ["AU$", "AUD"],
  ["$A", "AUD"],
  ["$NZ", "NZD"],
  ["$US", "USD"],
  ["CA$", "CAD"],
  ["CAN$", "CAD"],
]);
const LOOKALIKES = /[\uff01-\uff5e\u2212\u2013\u2012\u2010\u2011\ufe63]/g;
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const EVERY_SPACE = new RegExp(SPACES, "g");
const OUTER_SPACES = /^ +| +$/g;
const PLAIN = /^[0-9]+$/;
const GROUPED = /^(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)$/;
const MARK_BEFORE = /^(?:[A-Za-z]{3}|[A-Za-z]{0,3}\$[A-Za-z]{0,2}|[£€¥])/;
const MARK_AFTER = /(?:[A-Za-z]{3}|[£€¥$])$/;
const LONGEST = 64;

// --- writing --------------------------------------------------------------------------------------------------------

/**
 * An amount for people. With `symbol` true it has `$` where the currency is the locale's own and a telling mark elsewhere;
 * "auto" leaves the locale's own out, for dense tables; "code" writes the ISO code; false writes figures only.
 * @param {number} minor
 * @param {string} currency
 * @param {{ locale?: string, symbol?: boolean | "auto" | "code", accounting?: boolean }} [wanted]
 * @returns {string}
 */
export function formatMoney(minor, currency, { locale = "en-AU", symbol = false, accounting = false } = {}) {
  const figures = markFor(currency, locale, symbol) + decimal(Math.abs(minor), currencyExponent(currency));
  if (minor >= 0) return figures;
  return accounting ? `(${figures})` : MINUS + figures;
}

/**
 * `12.5%`; with `places` exactly that many decimals, at most 2. Null is an empty string.
 * @param {number | null} basisPoints
 * @param {number} [places]
 * @returns {string}
 */
export function formatPercent(basisPoints, places) {
  if (basisPoints === null) return "";
  if (places !== undefined && places < 2) {
    const step = 10 ** (2 - places);
    const size = Math.floor((2 * Math.abs(basisPoints) + step) / (2 * step));
    return `${decimal(basisPoints < 0 ? 0 - size : size, places)}%`;
  }
  const text = decimal(basisPoints, 2);
  return `${places === undefined ? trimmed(text) : text}%`;
}

/**
 * A quantity without idle zeros: `1,234.5`.
 * @param {number} quantity ten-thousandths
 */
export const formatQuantity = (quantity) => trimmed(decimal(quantity, 4));

/**
 * A unit price with at least the currency's decimals and up to four: `125.00`, `0.0875`.
 * @param {number} unitPrice ten-thousandths
 * @param {string} currency
 * @param {{ locale?: string, symbol?: boolean | "auto" | "code" }} [wanted]
 * @returns {string}
 */
export function formatUnitPrice(unitPrice, currency, { locale = "en-AU", symbol = false } = {}) {
  const [whole = "", decimals = ""] = decimal(Math.abs(unitPrice), 4).split(".");
  const fraction = decimals.replace(/0+$/, "").padEnd(currencyExponent(currency), "0");
  const figures = fraction ? `${whole}.${fraction}` : whole;
  return (unitPrice < 0 ? MINUS : "") + markFor(currency, locale, symbol) + figures;
}

/**
 * An amount for machines: ASCII, no grouping, always its decimals. `-500.00`.
 * @param {number} minor
 * @param {number} [exponent]
 * @returns {string}
 */
export function toDecimalString(minor, exponent = 2) {
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  const text = exponent ? `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}` : digits;
  return minor < 0 ? `-${text}` : text;
}

/**
 * @param {string} currency
 * @param {string} locale
 * @param {boolean | "auto" | "code"} symbol
 */
function markFor(currency, locale, symbol) {
  if (symbol === false) return "";
  const code = currency.toUpperCase();
  if (symbol === "code") return code + NBSP;
  if (HOME_CURRENCY[locale] === code) {
    if (symbol === "auto") return "";
    return HOME_DOLLARS.has(code) ? "$" : /** @type {string} */ (SYMBOL[code]);
  }
  return SYMBOL[code] ?? code + NBSP;
}

/**
 * @param {number} value
 * @param {number} places
 */
function decimal(value, places) {
  const digits = String(Math.abs(value)).padStart(places + 1, "0");
  const end = digits.length - places;
  let text = digits.slice(Math.max(0, end - 3), end);
  for (let start = end - 3; start > 0; start -= 3) text = `${digits.slice(Math.max(0, start - 3), start)},${text}`;
  if (places) text = `${text}.${digits.slice(end)}`;
  return value < 0 ? MINUS + text : text;
}

/** @param {string} text */
const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

// --- reading --------------------------------------------------------------------------------------------------------

/**
 * An amount as typed or pasted, in minor units: `1,234.5`, `1 234.50`, `(500)`, `−500`, `500-`, `$1,234.50`, `AUD 20`.
 * Throws a `Problem` for anything that could be read in two ways, has more decimals than the currency or is too large.
 * @param {string} text
 * @param {number} [exponent]
 * @param {string} [currency] a mark of another one is refused
 * @returns {number}
 */
export function parseMoney(text, exponent = 2, currency) {
  const sample = `1,234${exponent ? `.${"56789".slice(0, exponent)}` : ""}`;
  const { number, mark } = unmarked(text, "an amount", sample);
  if (number.endsWith("%")) {
    throw new Problem("percent", `${quoted(text)} is a percentage, and this needs an amount. Type one such as ${sample}.`);
  }
  const value = scaled(text, number, exponent, "an amount", sample);
  checkMark(text, mark, currency);
  return bounded(value, quoted(text));
}

/**
 * A percentage as typed, `12%`, `12.5` or `12.5 %`, in basis points.
 * @param {string} text
 * @param {number} [minimum] basis points
 * @param {number} [maximum] basis points
 * @returns {number}
 */
export function parsePercent(text, minimum = -10_000_000, maximum = 10_000_000) {
  const { number, mark } = unmarked(text, "a percentage", "12.5%");
  if (mark) {
    throw new Problem("amount", `${quoted(text)} is an amount of money, and this needs a percentage such as 12.5%.`);
  }
  const figures = number.endsWith("%") ? number.slice(0, -1) : number;
  const value = scaled(text, figures.replace(OUTER_SPACES, ""), 2, "a percentage", "12.5%");
  if (value >= minimum && value <= maximum) return value;
  const range = `from ${formatPercent(minimum)} to ${formatPercent(maximum)}`;
  throw new Problem("range", `${quoted(text)} is out of range. Type a percentage ${range}.`);
}

/**
 * A quantity as typed, up to four decimals, in ten-thousandths of its unit.
 * @param {string} text
 * @returns {number}
 */
export const parseQuantity = (text) => parseScaled(text, "a quantity", "12.5", false);

/**
 * A unit price as typed, up to four decimals, in ten-thousandths of a major unit.
 * @param {string} text
 * @param {string} [currency] a mark of another one is refused
 * @returns {number}
 */
export const parseUnitPrice = (text, currency) => parseScaled(text, "a unit price", "125.00", true, currency);

/**
 * Whether a percentage was typed into a field that also takes amounts.
 * @param {string} text
 * @returns {boolean}
 */
export const isPercent = (text) => /%[) \t\n]*$/.test(plainForms(text));

/**
 * @param {string} text
 * @param {string} what
 * @param {string} sample
 * @param {boolean} money
 * @param {string} [currency]
 */
function parseScaled(text, what, sample, money, currency) {
  const { number, mark } = unmarked(text, what, sample);
  if (mark && !money) {
    throw new Problem("amount", `${quoted(text)} is an amount of money, and this needs ${what} such as ${sample}.`);
  }
  const value = scaled(text, number, 4, what, sample);
  checkMark(text, mark, currency);
  if (Math.abs(value) > MAX_MINOR) throw tooLarge(quoted(text));
  return value;
}

/**
 * Full-width forms and the dashes that stand for a minus, made plain.
 * @param {string} text
 */
function plainForms(text) {
  return text.replace(LOOKALIKES, (found) => {
    const code = found.charCodeAt(0);
    return code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : "-";
  });
}

/**
 * The typed text as `[-]digits[%]` and a currency mark; the sign may stand in four places.
 * @param {string} text
 * @param {string} what
 * @param {string} sample
 * @returns {{ number: string, mark: string }}
 */
function unmarked(text, what, sample) {
  let plain = plainForms(text).replace(EVERY_SPACE, " ").replace(OUTER_SPACES, "");
  if (!plain) throw new Problem("empty", `Type ${what}, for example ${sample}.`);
  if ([...plain].length > LONGEST) throw new Problem("long", `This is too long for ${what}. Type one such as ${sample}.`);
  let negatives = 0;
  /** @type {string[]} */
  const marks = [];
  for (let changed = true; changed && plain; ) {
    plain = plain.replace(OUTER_SPACES, "");
    changed = true;
    const before = MARK_BEFORE.exec(plain);
    const after = MARK_AFTER.exec(plain);
    if (plain.startsWith("(") && plain.endsWith(")")) {
      plain = plain.slice(1, -1);
      negatives += 1;
    } else if (plain.startsWith("-") || plain.startsWith("+")) {
      if (plain.startsWith("-")) negatives += 1;
      plain = plain.slice(1);
    } else if (plain.endsWith("-")) {
      plain = plain.slice(0, -1);
      negatives += 1;
    } else if (before) {
      marks.push(before[0].toUpperCase());
      plain = plain.slice(before[0].length);
    } else if (after) {
      marks.push(after[0].toUpperCase());
      plain = plain.slice(0, after.index);
    } else changed = false;
  }
  if (negatives > 1 || marks.length > 1) {
    const sentence = `${quoted(text)} can't be read as ${what}. Type one such as ${sample}, with one sign at most.`;
    throw new Problem("unreadable", sentence);
  }
  return { number: (negatives ? "-" : "") + plain, mark: marks[0] ?? "" };
}

/**
 * @param {string} text
 * @param {string} mark
 * @param {string} [currency]
 */
function checkMark(text, mark, currency) {
  if (!mark || currency === undefined) return;
  const named = MARKS.get(mark) ?? mark;
  const code = currency.toUpperCase();
  if (named === code) return;
  if (named === "$" && (SYMBOL[code] ?? "$").endsWith("$")) return;
  if (named === "¥" && (code === "JPY" || code === "CNY")) return;
  const sentence = `${quoted(text)} is in another currency; amounts here are in ${code}. Type the amount only.`;
  throw new Problem("currency", sentence);
}

/**
 * @param {string} text
 * @param {string} number
 * @param {number} places
 * @param {string} what
 * @param {string} sample
 * @returns {number}
 */
function scaled(text, number, places, what, sample) {
  const figures = number.replace(/^-+/, "");
  const point = figures.indexOf(".");
  let fraction = point < 0 ? "" : figures.slice(point + 1);
  const whole = (point < 0 ? figures : figures.slice(0, point)) || (fraction ? "0" : "");
  if (!(PLAIN.test(whole) || GROUPED.test(whole)) || (fraction && !PLAIN.test(fraction))) {
    const hint = number.includes(",") ? " Use a comma between thousands and a point before decimals." : "";
    throw new Problem("unreadable", `${quoted(text)} can't be read as ${what}. Type one such as ${sample}.${hint}`);
  }
  if (fraction.length > places) {
    // "1.500" is fifteen hundred to half of the world; extra zeros are harmless where it can't be that.
    const grouping = fraction.length === 3 && whole.length <= 3 && !whole.startsWith("0") && places < 3;
    if (grouping || /[1-9]/.test(fraction.slice(places))) {
      const decimals = ["no decimals", "one decimal"][places] ?? `at most ${places} decimals`;
      const sentence =
        `${quoted(text)} has more decimals than can be kept: ${what} here has ${decimals}. ` +
        "Round it yourself, or use a comma between thousands.";
      throw new Problem("decimals", sentence);
    }
    fraction = fraction.slice(0, places);
  }
  // Beyond 2^53 the figure isn't exact any more, but far beyond every bound that the callers check.
  const value = Number(whole.replace(/[, ]/g, "") + fraction.padEnd(places, "0"));
  return number.startsWith("-") ? 0 - value : value;
}

/** @param {string} text */
function quoted(text) {
  const plain = [...text.split(SPACES).filter(Boolean).join(" ")];
  return `“${plain.length <= 40 ? plain.join("") : `${plain.slice(0, 39).join("")}…`}”`;
}
