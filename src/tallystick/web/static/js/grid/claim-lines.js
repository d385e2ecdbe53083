// The lines of a claim: what is entered on each, what the server has of it, what a typed text makes of an entry.
import {
  enterMaterialsRetention,
  enterMaterialsRetentionRate,
  enterMaterialsStored,
  enterNewMaterials,
  enterPreviousMaterials,
  enterQuantity,
  enterTotal,
  enterTotalPercent,
  enterWork,
  enterWorkPercent,
  enterWorkRetention,
  enterWorkRetentionRate,
  retainByRules,
  spreadWork,
} from "../claim/entry.js";
import { calculate } from "../claim/calc.js";
import { applyRate, formatMoney, formatPercent, formatQuantity, isPercent, parseMoney, parsePercent, parseQuantity, sum } from "../claim/numbers.js";

/**
 * What is entered on a line, the reviewer's marks with it. Never changed, only replaced.
 * @typedef {import("../claim/terms.js").LineEntry & { review: string, review_reason: string, comment: string }} Entry
 */

/** @typedef {{ work: number | null, quantity: number | null, materials_previous: number | null, materials_new: number | null }} Amounts */

/**
 * `base` is the entry as the server has it, `unread` texts that can't be read, by column; `conflict` says who typed on the
 * line meanwhile, until it is decided; `blocked` that the server refused it as it is.
 * @typedef {object} Line
 * @property {string} id
 * @property {number} version
 * @property {import("../claim/terms.js").LineTerms} terms
 * @property {import("../claim/terms.js").LineState} previous
 * @property {Entry} entry
 * @property {Entry} base
 * @property {Amounts} claimed
 * @property {Amounts} proposed
 * @property {Readonly<Record<string, string>>} unread
 * @property {{ who: string, when: string } | null} conflict
 * @property {boolean} blocked
 */

/** @typedef {{ entry: Entry, unread: Readonly<Record<string, string>> }} State of a line, for undoing */

export const NOTHING_UNREAD = Object.freeze({});
/** @type {Record<string, string>} */
const MARKS = { a: "approved", r: "rejected" };
const WORDS = new Set(["review_reason", "comment"]);

export class ClaimLines {
  /** @param {any} data as the page carries it */
  constructor(data) {
    /** @type {Map<string, Line>} */
    this.byId = new Map();
    this.take(data);
  }

  /**
   * Everything anew, keeping what was typed and is not on the server yet.
   * @param {any} data
   */
  take(data) {
    this.terms = data.terms;
    this.previousCertificates = data.previous_certificates;
    this.fields = data.fields.map((/** @type {string} */ name) => name.split("."));
    this.currency = data.currency;
    this.exponent = data.exponent;
    const before = this.byId;
    this.byId = new Map();
    /** @type {Line[]} in the order of the document */
    this.lines = data.order.map((/** @type {number} */ id) => {
      const fresh = this.read(String(id), data.lines[id]);
      const known = before.get(fresh.id);
      if (known && isTyped(known)) {
        const overtaken = fresh.version > known.version ? { who: "Somebody else", when: "" } : null;
        Object.assign(fresh, { entry: known.entry, unread: known.unread, blocked: known.blocked, conflict: known.conflict ?? overtaken });
      }
      this.byId.set(fresh.id, fresh);
      return fresh;
    });
  }

  /**
   * @param {string} id
   * @param {any[]} raw
   * @returns {Line}
   */
  read(id, raw) {
    /** @type {any} */
    const line = { id, terms: {}, previous: {}, entry: {}, claimed: {}, proposed: {}, unread: NOTHING_UNREAD, conflict: null, blocked: false };
    this.fields.forEach((/** @type {string[]} */ [part, name], /** @type {number} */ index) => {
      if (name) line[part ?? ""][name] = raw[index];
      else if (part === "version") line.version = raw[index];
      else line.entry[part ?? ""] = raw[index];
    });
    line.base = line.entry;
    return line;
  }

  calculate() {
    return calculate(this.terms, this.lines, this.previousCertificates);
  }

  // --- reading what is typed -------------------------------------------------------------------------------------------

  /**
   * The line's entry after a cell was typed into. Throws a `Problem` for what can't be read.
   * @param {Line} line
   * @param {string} column
   * @param {string} typed
   * @param {import("../claim/figures.js").LineFigures} [figures] the line's, for releases
   * @returns {Entry}
   */
  enter(line, column, typed, figures) {
    const text = typed.trim();
    if (WORDS.has(column)) return { ...line.entry, [column]: text };
    if (column === "review") return { ...line.entry, review: MARKS[text.slice(0, 1).toLowerCase()] ?? "no_action" };
    return /** @type {Entry} */ (this.entered(line, column, text, figures));
  }

  /**
   * @param {Line} line
   * @param {string} column
   * @param {string} text
   * @param {import("../claim/figures.js").LineFigures} [figures]
   * @returns {import("../claim/terms.js").LineEntry}
   */
  entered(line, column, text, figures) {
    const { terms } = this;
    const percent = isPercent(text);
    switch (column) {
      case "work":
        return percent ? enterWorkPercent(terms, line, parsePercent(text)) : enterWork(terms, line, this.amount(text));
      case "work_percent":
        return enterWorkPercent(terms, line, text ? parsePercent(text) : 0);
      case "percent":
        return enterTotalPercent(terms, line, text ? parsePercent(text) : 0);
      case "total":
        return percent ? enterTotalPercent(terms, line, parsePercent(text)) : enterTotal(terms, line, this.amount(text));
      case "quantity":
        return enterQuantity(terms, line, text ? parseQuantity(text) : 0);
      case "new":
        return enterNewMaterials(line, percent ? applyRate(line.terms.scheduled_value, parsePercent(text)) : this.amount(text));
      case "left":
        return enterPreviousMaterials(line, this.amount(text));
      case "stored":
        return enterMaterialsStored(line, this.amount(text));
      case "retention":
      case "retention_rate":
        return this.retained(line.entry, "work", text, percent || column !== "retention");
      case "materials_retention":
      case "materials_retention_rate":
        return this.retained(line.entry, "materials", text, percent || column !== "materials_retention");
      case "released":
        return { ...line.entry, work_released: this.released(text, percent, figures?.work_releasable ?? 0) };
      case "materials_released":
        return { ...line.entry, materials_released: this.released(text, percent, figures?.materials_releasable ?? 0) };
      default:
        return line.entry;
    }
  }

  /** @param {string} text */
  amount(text) {
    return text ? parseMoney(text, this.exponent, this.currency) : 0;
  }

  /**
   * @param {Entry} entry
   * @param {"work" | "materials"} on
   * @param {string} text
   * @param {boolean} asRate
   */
  retained(entry, on, text, asRate) {
    if (!text) return retainByRules(entry, { work: on === "work", materials: on === "materials" });
    if (asRate) {
      const rate = parsePercent(text, 0, 10_000);
      return on === "work" ? enterWorkRetentionRate(entry, rate) : enterMaterialsRetentionRate(entry, rate);
    }
    return on === "work" ? enterWorkRetention(entry, this.amount(text)) : enterMaterialsRetention(entry, this.amount(text));
  }

  /**
   * @param {string} text
   * @param {boolean} percent
   * @param {number} releasable
   */
  released(text, percent, releasable) {
    return percent ? applyRate(releasable, parsePercent(text, 0, 10_000)) : this.amount(text);
  }

  /**
   * Entries of lines over which work or a percentage complete is spread. Throws a `Problem`.
   * @param {Line[]} lines
   * @param {string} column work or percent
   * @param {string} typed
   * @returns {Entry[]}
   */
  spread(lines, column, typed) {
    const text = typed.trim();
    const whole = sum(lines.map((line) => line.terms.scheduled_value));
    let amount = 0;
    if (column === "percent") {
      const done = lines.map((line) => line.previous.work + (line.entry.materials_previous ?? line.previous.materials) + line.entry.materials_new);
      amount = applyRate(whole, text ? parsePercent(text) : 0) - sum(done);
    } else amount = isPercent(text) ? applyRate(whole, parsePercent(text)) : this.amount(text);
    return /** @type {Entry[]} */ (spreadWork(this.terms, lines, amount));
  }

  /**
   * What the reviewer had proposed, as the line's entry.
   * @param {Line} line
   * @returns {Entry}
   */
  proposal(line) {
    const { work, quantity, materials_previous, materials_new } = line.proposed;
    if (work === null) return line.entry;
    return { ...line.entry, work, quantity: quantity ?? line.entry.quantity, materials_previous, materials_new: materials_new ?? line.entry.materials_new };
  }

  // --- what the server gets --------------------------------------------------------------------------------------------

  /** @returns {Line[]} with something that the server does not have and may get now */
  get unsaved() {
    return this.lines.filter((line) => !line.conflict && !line.blocked && line.entry !== line.base && !same(line.entry, line.base));
  }

  /** Whether anything typed here is not on the server. */
  get hasTyped() {
    return this.lines.some(isTyped);
  }

  /**
   * What is new on a line, as text that can be typed into its cells.
   * @param {Line} line
   * @returns {Record<string, string>}
   */
  cells(line) {
    const { entry, base } = line;
    /** @type {Record<string, string>} */
    const cells = {};
    if (entry.work !== base.work || entry.quantity !== base.quantity) {
      cells.work = this.money(entry.work);
      if (this.terms.method === "unit") cells.quantity = formatQuantity(entry.quantity);
    }
    if (entry.materials_previous !== base.materials_previous) cells.left = this.money(entry.materials_previous ?? line.previous.materials);
    if (entry.materials_new !== base.materials_new) cells.new = this.money(entry.materials_new);
    if (!sameRetention(entry, base, "work")) cells.retention = this.retentionText(entry, "work");
    if (!sameRetention(entry, base, "materials")) cells.materials_retention = this.retentionText(entry, "materials");
    if (entry.work_released !== base.work_released) cells.released = this.money(entry.work_released);
    if (entry.materials_released !== base.materials_released) cells.materials_released = this.money(entry.materials_released);
    if (entry.review !== base.review) cells.review = entry.review;
    if (entry.review_reason !== base.review_reason) cells.review_reason = entry.review_reason;
    if (entry.comment !== base.comment) cells.comment = entry.comment;
    return cells;
  }

  /** @param {number} amount */
  money(amount) {
    return formatMoney(amount, this.currency);
  }

  /**
   * Retention as one would type it: nothing for the contract's rules, a percentage, or an amount.
   * @param {Entry} entry
   * @param {"work" | "materials"} on
   */
  retentionText(entry, on) {
    const value = on === "work" ? entry.work_retention : entry.materials_retention;
    const kind = on === "work" ? entry.work_retention_entry : entry.materials_retention_entry;
    return kind === "automatic" ? "" : kind === "rate" ? formatPercent(value) : this.money(value);
  }

  /**
   * What the server has of a line now. Typed since it was sent stays typed.
   * @param {string} id
   * @param {any[]} raw
   * @param {State | undefined} sent what the line was when it was sent
   * @returns {Line | null}
   */
  update(id, raw, sent) {
    const line = this.byId.get(id);
    if (!line) return null;
    const fresh = this.read(id, raw);
    const keeps = sent ? line.entry !== sent.entry : isTyped(line);
    line.version = fresh.version;
    line.terms = fresh.terms;
    line.previous = fresh.previous;
    line.claimed = fresh.claimed;
    line.proposed = fresh.proposed;
    line.base = fresh.base;
    if (!keeps) line.entry = fresh.base;
    return line;
  }
}

/** @param {Line} line */
export function isTyped(line) {
  return (line.entry !== line.base && !same(line.entry, line.base)) || line.unread !== NOTHING_UNREAD;
}

/**
 * Texts that can't be read, with one more or one less.
 * @param {Readonly<Record<string, string>>} unread
 * @param {string} column
 * @param {string | null} text
 */
export function unreadWith(unread, column, text) {
  if (text !== null) return { ...unread, [column]: text };
  if (!(column in unread)) return unread;
  const { [column]: _gone, ...rest } = unread;
  return Object.keys(rest).length ? rest : NOTHING_UNREAD;
}

/**
 * @param {Entry} one
 * @param {Entry} other
 */
export function same(one, other) {
  if (one === other) return true;
  for (const name of /** @type {(keyof Entry)[]} */ (Object.keys(one))) {
    if (!name.includes("retention") && one[name] !== other[name]) return false;
  }
  return sameRetention(one, other, "work") && sameRetention(one, other, "materials");
}

/**
 * @param {Entry} one
 * @param {Entry} other
 * @param {"work" | "materials"} on
 */
function sameRetention(one, other, on) {
  const kind = /** @type {"work_retention_entry" | "materials_retention_entry"} */ (`${on}_retention_entry`);
  const value = /** @type {"work_retention" | "materials_retention"} */ (`${on}_retention`);
  return one[kind] === other[kind] && (one[kind] === "automatic" || one[value] === other[value]);
}
