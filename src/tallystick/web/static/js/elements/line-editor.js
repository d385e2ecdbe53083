// The lines of a schedule of values or a variation as they are typed: keys, blocks, filling and undoing as in every grid, rows
// that are added, moved and removed, and a total that follows. The form saves all of it at once; without this script the
// server moves the rows. See docs/grid.md.
import { GridElement } from "../grid/element.js";
import { inputIn } from "../grid/table.js";
import { History } from "../grid/undo.js";
import { currencyExponent, extend, formatMoney, parseMoney, parseQuantity, parseUnitPrice } from "../claim/numbers.js";

/** @typedef {import("../grid/table.js").Place} Place */
/** @typedef {import("../grid/element.js").Edit} Edit */
/** @typedef {{ input: HTMLInputElement, before: string, after: string }} Typed */
/** @typedef {{ typed?: Typed[], before?: HTMLTableRowElement[], after?: HTMLTableRowElement[] }} Step what one action did: cells, or rows */

const MONEY = new Set(["scheduled_value", "value"]);
const MORE = 20;

/** <line-editor data-currency="AUD" data-by-unit> around the table and its buttons. */
class LineEditor extends GridElement {
  /** @type {WeakMap<HTMLInputElement, string>} what counted before one began to type */
  stood = new WeakMap();
  /** @type {WeakMap<HTMLTableRowElement, number>} what a row comes to, in minor units */
  worth = new WeakMap();
  made = 0;
  dirty = false;

  begun() {
    this.currency = this.dataset.currency ?? "AUD";
    this.exponent = currencyExponent(this.currency);
    this.byUnit = this.dataset.byUnit !== undefined;
    this.body = /** @type {HTMLTableSectionElement} */ (this.table.element.tBodies[0]);
    const heads = [...(this.table.element.tHead?.rows[0]?.cells ?? [])];
    this.known = heads.map((head) => {
      const key = head.dataset.col ?? "";
      return { key, kind: MONEY.has(key) ? "money" : "text", input: key !== "" && key !== "value" };
    });
    this.history = new History(() => this.offerUndo());
    this.blank = /** @type {HTMLTableRowElement} */ (this.row(0)?.cloneNode(true));
    this.look();
    for (const row of this.lines) this.weigh(row);
    this.total();
    document.addEventListener("submit", () => (this.dirty = false));
    addEventListener("beforeunload", (event) => this.dirty && event.preventDefault());
    this.querySelector("#agreed")?.addEventListener("input", () => this.total());
  }

  /** @returns {HTMLTableRowElement[]} */
  get lines() {
    return [...this.body.rows];
  }

  /** @param {number} at */
  row(at) {
    return this.body.rows[at] ?? null;
  }

  /** Number the rows as they stand, and let the grid know of them. */
  look() {
    this.lines.forEach((row, at) => {
      if (!row.dataset.line) {
        this.made += 1;
        row.dataset.line = String(this.made);
      }
      row.id = `l${row.dataset.line}`;
      for (const input of row.querySelectorAll("input")) {
        const label = input.getAttribute("aria-label");
        if (label) input.setAttribute("aria-label", label.replace(/line \d+$/, `line ${at + 1}`));
        if (input.name === "tick") input.value = String(at + 1);
        if (!this.stood.has(input)) this.stood.set(input, input.value);
      }
    });
    this.table.refresh(this.known);
  }

  // --- cells -----------------------------------------------------------------------------------------------------------

  /** @param {Place} place */
  takes(place) {
    return this.table.columns[place.col]?.input ?? false;
  }

  /** @param {Place} place */
  typing(place) {
    const row = this.table.rows[place.row]?.element;
    if (!row || !this.takes(place)) return;
    this.dirty = true;
    this.weigh(row);
    this.total();
  }

  /**
   * @param {Place} place
   * @param {string} text
   */
  commit(place, text) {
    const input = inputIn(this.table.cell(place.row, place.col));
    if (!input || !this.takes(place)) return;
    const before = this.stood.get(input) ?? "";
    if (before !== text) this.done({ typed: [{ input, before, after: text }] });
  }

  /** @param {Place} place */
  revert(place) {
    const input = inputIn(this.table.cell(place.row, place.col));
    if (!input) return;
    input.value = this.stood.get(input) ?? "";
    this.typing(place);
  }

  /** @param {readonly Edit[]} edits */
  enter(edits) {
    /** @type {Typed[]} */
    const typed = [];
    for (const { row, column, text } of edits) {
      const input = inputIn(this.table.cellOf(row, column));
      const after = input && input.maxLength > 0 ? text.slice(0, input.maxLength) : text;
      if (input && input.value !== after) typed.push({ input, before: input.value, after });
    }
    if (typed.length) this.done({ typed });
  }

  /**
   * More pasted lines than there are: rows are added for them.
   * @param {number} top
   * @param {number} left
   * @param {readonly (readonly string[])[]} block
   */
  pasteAt(top, left, block) {
    const lacking = top + block.length - this.lines.length;
    if (lacking > 0) this.arrange([...this.lines, ...this.blanks(lacking)]);
    super.pasteAt(top, left, block);
  }

  widen() {}

  // --- rows ------------------------------------------------------------------------------------------------------------

  /**
   * @param {number} count
   * @param {string} [heading]
   * @returns {HTMLTableRowElement[]}
   */
  blanks(count, heading = "") {
    return Array.from({ length: count }, () => {
      const row = /** @type {HTMLTableRowElement} */ (this.blank.cloneNode(true));
      row.removeAttribute("id");
      delete row.dataset.line;
      row.querySelector(".problem")?.remove();
      for (const input of row.querySelectorAll("input")) {
        if (input.type === "checkbox") input.checked = false;
        else input.value = input.name === "group" ? heading : "";
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
      }
      const value = row.querySelector("[data-value]");
      if (value) value.textContent = "";
      return row;
    });
  }

  /** @returns {HTMLTableRowElement[]} the ticked rows, or those that are selected */
  get chosen() {
    const ticked = this.lines.filter((row) => row.querySelector("input[name=tick]:checked"));
    if (ticked.length || !this.selection.started) return ticked;
    return this.selection.lines.flatMap((at) => this.table.rows[at]?.element ?? []);
  }

  /** @param {Event} event */
  clicked(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button) return;
    if (button.dataset.undo !== undefined) this.undo();
    else if (button.dataset.redo !== undefined) this.redo();
    else if (button.name === "act" && this.act(button.value)) event.preventDefault();
  }

  /**
   * @param {string} name
   * @returns {boolean} whether it is one of ours
   */
  act(name) {
    this.settle();
    const rows = this.lines;
    const chosen = new Set(this.chosen);
    if (name === "more") {
      const added = this.blanks(MORE);
      this.arrange([...rows, ...added]);
      inputIn(added[0]?.cells[1])?.focus();
      return true;
    }
    if (!["below", "remove", "up", "down"].includes(name)) return false;
    if (!chosen.size) {
      this.remark("Tick the rows first, or go to one.");
      return true;
    }
    if (name === "remove") this.arrange(rows.filter((row) => !chosen.has(row)));
    else if (name === "below") this.arrange(rows.flatMap((row) => (chosen.has(row) ? [row, ...this.blanks(1, headingOf(row))] : [row])));
    else this.arrange(moved(rows, chosen, name === "up"));
    if (!this.lines.length) this.arrange(this.blanks(MORE));
    return true;
  }

  /** @param {HTMLTableRowElement[]} after */
  arrange(after) {
    this.done({ before: this.lines, after });
  }

  // --- undoing -----------------------------------------------------------------------------------------------------------

  /** @param {Step} step */
  done(step) {
    this.history.add(step);
    this.apply(step, true);
  }

  undo() {
    this.settle();
    const step = this.history.back();
    if (step) this.apply(step, false);
  }

  redo() {
    const step = this.history.forth();
    if (step) this.apply(step, true);
  }

  /**
   * @param {Step} step
   * @param {boolean} on forth, or back
   */
  apply(step, on) {
    this.dirty = true;
    /** @type {Set<HTMLTableRowElement>} */
    const rows = new Set();
    for (const { input, before, after } of step.typed ?? []) {
      input.value = on ? after : before;
      this.stood.set(input, input.value);
      const row = input.closest("tr");
      if (row) rows.add(row);
    }
    const arranged = on ? step.after : step.before;
    if (arranged) {
      this.body.replaceChildren(...arranged);
      this.look();
      for (const row of arranged) rows.add(row);
    }
    for (const row of rows) this.weigh(row);
    this.total();
  }

  offerUndo() {
    for (const [name, steps] of /** @type {const} */ ([["undo", this.history?.done], ["redo", this.history?.undone]])) {
      const button = this.querySelector(`[data-${name}]`);
      if (button) button.setAttribute("aria-disabled", String(!steps?.length));
    }
  }

  // --- figures -----------------------------------------------------------------------------------------------------------

  /** @param {HTMLTableRowElement} row whose value follows from what is typed */
  weigh(row) {
    let value = 0;
    if (this.byUnit) {
      const quantity = this.read(row, "quantity", (text) => parseQuantity(text));
      const price = this.read(row, "unit_price", (text) => parseUnitPrice(text, this.currency));
      value = quantity !== null && price !== null ? extend(quantity, price, this.exponent) : 0;
      const shown = row.querySelector("[data-value]");
      if (shown) shown.textContent = quantity !== null && price !== null && !isBlank(row) ? formatMoney(value, this.currency) : "";
    } else value = this.read(row, "scheduled_value", (text) => parseMoney(text, this.exponent, this.currency)) ?? 0;
    this.worth.set(row, value);
  }

  /**
   * @param {HTMLTableRowElement} row
   * @param {string} name
   * @param {(text: string) => number} parse
   * @returns {number | null} nothing where it can't be read, and the cell says why
   */
  read(row, name, parse) {
    const input = row.querySelector(`input[name=${name}]`);
    if (!(input instanceof HTMLInputElement)) return null;
    let problem = "";
    let value = null;
    if (input.value.trim()) {
      try {
        value = parse(input.value);
      } catch (error) {
        problem = error instanceof Error ? error.message : "";
      }
    }
    input.parentElement?.classList.toggle("is-wrong", problem !== "");
    input.title = problem;
    return value;
  }

  total() {
    let sum = 0;
    for (const row of this.lines) sum += this.worth.get(row) ?? 0;
    this.show("[data-total]", formatMoney(sum, this.currency));
    const agreed = this.querySelector("#agreed");
    if (!(agreed instanceof HTMLInputElement)) return;
    let remaining = "–";
    if (agreed.value.trim()) {
      try {
        remaining = formatMoney(parseMoney(agreed.value, this.exponent, this.currency) - sum, this.currency);
      } catch {
        remaining = "–";
      }
    }
    this.show("[data-remaining]", remaining);
  }

  /**
   * @param {string} where
   * @param {string} text
   */
  show(where, text) {
    const place = this.querySelector(where);
    if (place && place.textContent !== text) place.textContent = text;
  }
}

/** @param {HTMLTableRowElement} row */
function headingOf(row) {
  const input = row.querySelector("input[name=group]");
  return input instanceof HTMLInputElement ? input.value : "";
}

/** @param {HTMLTableRowElement} row */
function isBlank(row) {
  return [...row.querySelectorAll("input[type=text]")].every((input) => !(/** @type {HTMLInputElement} */ (input).value.trim()) || /** @type {HTMLInputElement} */ (input).name === "group");
}

/**
 * Each run of chosen rows one place up or down, until it stands at the end: as the server does it.
 * @param {readonly HTMLTableRowElement[]} rows
 * @param {ReadonlySet<HTMLTableRowElement>} chosen
 * @param {boolean} up
 */
function moved(rows, chosen, up) {
  const result = up ? [...rows] : [...rows].reverse();
  let floor = 0;
  result.forEach((row, at) => {
    if (!chosen.has(row)) return;
    if (at > floor) {
      const other = result[at - 1];
      if (other) [result[at - 1], result[at]] = [row, other];
    }
    floor += 1;
  });
  return up ? result : result.reverse();
}

customElements.define("line-editor", LineEditor);
