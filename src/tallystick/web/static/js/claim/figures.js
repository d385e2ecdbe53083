// What comes out of the calculation of a claim, by the names that the server uses (claims/calc/figures.py). Letters are the
// columns of the continuation sheet, numbers the lines of the certificate.
import { rateOf } from "./arithmetic.js";

/** The amounts of a line that have sums. */
class Amounts {
  /** C */
  scheduled_value = 0;
  /** D */
  previous_work = 0;
  /** E, this period, whatever of it came out of store included */
  work = 0;
  /** in store after the previous claim */
  previous_materials = 0;
  /** what remains of that */
  materials_previous = 0;
  materials_new = 0;
  /** out of store into work: into E by hand, into D in mode "move" */
  materials_moved = 0;
  /** F = materials_previous + materials_new */
  materials_stored = 0;
  /** G = D + E + F */
  total_completed = 0;
  /** H = C − G */
  balance = 0;
  previous_work_retention = 0;
  previous_materials_retention = 0;
  /** held on materials that became work by hand */
  retention_moved = 0;
  work_retention_this = 0;
  work_retention_released = 0;
  work_retention_held = 0;
  materials_retention_this = 0;
  materials_retention_released = 0;
  materials_retention_held = 0;
  /** E + F − previous F: by how much G grew */
  gross_this_period = 0;
  /** gross, less retention of this period, plus releases */
  net_this_period = 0;

  /** I: held on work and on materials */
  get retention_held() {
    return this.work_retention_held + this.materials_retention_held;
  }

  get retention_this() {
    return this.work_retention_this + this.materials_retention_this;
  }

  get retention_released() {
    return this.work_retention_released + this.materials_retention_released;
  }
}

/** One line of the continuation sheet. */
export class LineFigures extends Amounts {
  /** @type {import("./terms.js").LineKey} */
  key = 0;
  /** @type {import("./terms.js").LineKey | null} */
  variation = null;
  unit_price = 0;
  previous_quantity = 0;
  quantity = 0;
  /** @type {number | null} G of C; null where C is zero */
  percent_bp = null;
  /** what this period's work retention is a percentage of */
  work_retention_base = 0;
  materials_retention_base = 0;

  get previous_retention() {
    return this.previous_work_retention + this.previous_materials_retention;
  }

  /** The most that can be released on work: held before plus this period's. */
  get work_releasable() {
    return this.work_retention_held + this.work_retention_released;
  }

  /** The most that can be released on materials. */
  get materials_releasable() {
    return this.materials_retention_held + this.materials_retention_released;
  }

  get work_retention_rate_bp() {
    return rateOf(this.work_retention_this, this.work_retention_base);
  }

  get materials_retention_rate_bp() {
    return rateOf(this.materials_retention_this, this.materials_retention_base);
  }

  get total_quantity() {
    return this.previous_quantity + this.quantity;
  }
}

/** Sums of the (already rounded) figures of some lines. */
export class Totals extends Amounts {
  /** G of C; null where C is zero */
  get percent_bp() {
    return rateOf(this.total_completed, this.scheduled_value);
  }
}

/** The subtotal of the contract's own lines (`variation` null) or of one variation.
 * @typedef {{ variation: import("./terms.js").LineKey | null, totals: Totals }} GroupFigures
 */

/**
 * The face of the document: lines 1 to 9 in their order, 5a and 5b among them, then tax.
 * @typedef {object} SummaryLines
 * @property {number} original_sum 1
 * @property {number} net_variations 2
 * @property {number} sum_to_date 3 = 1 + 2
 * @property {number} completed_to_date 4 = sum of G
 * @property {number} work_retention 5a
 * @property {number | null} work_retention_bp 5a of D + E
 * @property {number} materials_retention 5b
 * @property {number | null} materials_retention_bp 5b of F
 * @property {number} total_retention 5 = 5a + 5b
 * @property {number} earned_less_retention 6 = 4 − 5
 * @property {number} previous_certificates 7 = line 6 of the previous claim
 * @property {number} payment_due 8 = 6 − 7
 * @property {number} balance_to_finish 9 = 3 − 6
 * @property {number} tax
 * @property {number} payment_due_with_tax
 * @property {number | null} percent_bp line 4 of line 3
 */

/** Additions and deductions by variations, line by line; deductions are negative amounts. */
export class VariationBox {
  additions_previous = 0;
  deductions_previous = 0;
  additions_this = 0;
  deductions_this = 0;

  get additions() {
    return this.additions_previous + this.additions_this;
  }

  get deductions() {
    return this.deductions_previous + this.deductions_this;
  }

  /** 2 */
  get net() {
    return this.additions + this.deductions;
  }
}

/**
 * @typedef {"over_claimed" | "work_release_too_large" | "materials_release_too_large" | "stored_materials_grew"
 *   | "work_retention_without_base" | "materials_retention_without_base" | "retention_above_cap"} FindingKind
 */

/**
 * Something noticed about one line (or, with `key` null, the claim): the figure entered and the limit it passed.
 * @typedef {{ kind: FindingKind, key: import("./terms.js").LineKey | null, amount: number, limit: number }} Finding
 */

/**
 * A whole claim: lines in the order given, subtotals in order of first appearance.
 * @typedef {object} ClaimFigures
 * @property {LineFigures[]} lines
 * @property {GroupFigures[]} groups
 * @property {Totals} totals
 * @property {SummaryLines} summary
 * @property {VariationBox} variations
 * @property {Finding[]} findings
 */
