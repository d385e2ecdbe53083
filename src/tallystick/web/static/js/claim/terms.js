// What goes into the calculation of a claim, by the names that the server uses (claims/calc/terms.py). Amounts are minor
// units, rates basis points, quantities and unit prices ten-thousandths.

/**
 * The most that may be held: basis points of a sum, or minor units, by `kind`.
 * @typedef {{ kind: "none" | "percent_original" | "percent_revised" | "amount", value: number }} Limit
 */

/** @typedef {{ rate_bp: number, limit: Limit }} SlidingRule */

/**
 * What the contract says about billing; what is left out is as in a new contract.
 * @typedef {object} ContractTerms
 * @property {number} [work_retention_bp]
 * @property {number} [materials_retention_bp]
 * @property {boolean} [retain_work]
 * @property {boolean} [retain_materials]
 * @property {Limit} [cap]
 * @property {SlidingRule[]} [sliding]
 * @property {"manual" | "move"} [stored_materials]
 * @property {"amount" | "unit"} [method]
 * @property {number} [tax_bp]
 * @property {"net" | "gross"} [tax_basis]
 * @property {number} [exponent]
 */

/** @typedef {number | string} LineKey */

/**
 * A line of the schedule of values. `variation` is null for a line of the contract itself; `tax_bp` null means the
 * contract's rate.
 * @typedef {object} LineTerms
 * @property {LineKey} key
 * @property {number} scheduled_value
 * @property {LineKey | null} [variation]
 * @property {boolean} [variation_is_new]
 * @property {number} [scheduled_quantity]
 * @property {number} [unit_price]
 * @property {number | null} [tax_bp]
 */

/**
 * Where a line stood after the previous claim.
 * @typedef {object} LineState
 * @property {number} work
 * @property {number} quantity
 * @property {number} materials
 * @property {number} work_retention
 * @property {number} materials_retention
 * @property {number} materials_moved
 */

/** @typedef {"automatic" | "amount" | "rate"} RetentionEntry */

/**
 * What is entered on a line. `materials_previous` is what remains in store of what earlier claims stored; null means all
 * of it. `work_retention` is read by `work_retention_entry`: minor units for "amount", basis points for "rate".
 * @typedef {object} LineEntry
 * @property {number} work
 * @property {number} quantity
 * @property {number | null} materials_previous
 * @property {number} materials_new
 * @property {RetentionEntry} work_retention_entry
 * @property {number} work_retention
 * @property {RetentionEntry} materials_retention_entry
 * @property {number} materials_retention
 * @property {number} work_released
 * @property {number} materials_released
 */

/** @typedef {{ terms: LineTerms, previous?: LineState, entry?: LineEntry }} LineInput */

/** @type {Readonly<LineState>} */
export const NOTHING_YET = Object.freeze({
  work: 0,
  quantity: 0,
  materials: 0,
  work_retention: 0,
  materials_retention: 0,
  materials_moved: 0,
});

/** @type {Readonly<LineEntry>} */
export const NO_ENTRY = Object.freeze({
  work: 0,
  quantity: 0,
  materials_previous: null,
  materials_new: 0,
  work_retention_entry: "automatic",
  work_retention: 0,
  materials_retention_entry: "automatic",
  materials_retention: 0,
  work_released: 0,
  materials_released: 0,
});

/** @type {Limit} */
const NO_LIMIT = { kind: "none", value: 0 };

/** @type {Required<ContractTerms>} */
const AS_NEW = {
  work_retention_bp: 0,
  materials_retention_bp: 0,
  retain_work: true,
  retain_materials: false,
  cap: NO_LIMIT,
  sliding: [],
  stored_materials: "manual",
  method: "amount",
  tax_bp: 0,
  tax_basis: "net",
  exponent: 2,
};

/**
 * The terms with what was left out.
 * @param {ContractTerms} terms
 * @returns {Required<ContractTerms>}
 */
export const completed = (terms) => ({ ...AS_NEW, ...terms });
