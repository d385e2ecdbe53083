// Notes under a line or a subtotal: what can't be read there, or who changed it meanwhile.
import { make } from "../dom.js";
import { inputIn } from "./table.js";

export class Notes {
  /** @param {import("./table.js").GridTable} table */
  constructor(table) {
    this.table = table;
    /** @type {Map<string, Map<string, string>>} sentences by row and column ("" for the whole row) */
    this.problems = new Map();
  }

  /**
   * @param {string} row a line or group, by its key
   * @param {string} column
   * @param {string} sentence
   */
  add(row, column, sentence) {
    const told = this.problems.get(row) ?? new Map();
    told.set(column, sentence);
    this.problems.set(row, told);
    this.draw(row);
  }

  /**
   * @param {string} row
   * @param {string} [column] only what was said of this one, and of the row as a whole
   */
  drop(row, column) {
    const told = this.problems.get(row);
    if (!told) return;
    if (column === undefined) told.clear();
    else {
      told.delete(column);
      told.delete("");
    }
    if (!told.size) this.problems.delete(row);
    this.draw(row);
  }

  /** All notes again, after the table was drawn anew. */
  redraw() {
    for (const row of this.problems.keys()) this.draw(row);
  }

  /** @param {string} row */
  draw(row) {
    const element = this.table.byKey.get(row);
    if (!element) return;
    const told = this.problems.get(row);
    const place = `p-${row.replace(":", "-")}`;
    this.table.element.querySelector(`tr[data-problem="${row}"]`)?.remove();
    for (const cell of element.cells) {
      const input = inputIn(cell);
      if (!input) continue;
      const column = input.name.slice(0, input.name.indexOf("-"));
      cell.classList.toggle("is-unread", told?.has(column) ?? false);
      if (told?.has(column)) {
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", place);
      } else if (input.hasAttribute("aria-invalid")) {
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
      }
    }
    if (!told) return;
    const sentence = make("p", { id: place, role: "alert", text: [...told.values()].join(" ") });
    element.after(make("tr", { class: "is-problem", "data-problem": row }, this.cell(sentence)));
  }

  /**
   * @param {string} row
   * @param {string} sentence
   */
  conflict(row, sentence) {
    const element = this.table.byKey.get(row);
    this.settled(row);
    if (!element) return;
    const choice = make("span", { class: "row" }, choose("keep", row, "Keep mine"), choose("take", row, "Take theirs"));
    const note = make("p", { role: "alert", text: `${sentence} ` }, choice);
    element.after(make("tr", { class: "is-problem is-conflict", "data-conflict": row }, this.cell(note)));
    element.classList.add("has-conflict");
  }

  /** @param {string} row */
  settled(row) {
    this.table.element.querySelector(`tr[data-conflict="${row}"]`)?.remove();
    this.table.byKey.get(row)?.classList.remove("has-conflict");
  }

  /** @param {Node} content */
  cell(content) {
    return make("td", { colspan: String(this.table.columns.length) }, content);
  }
}

/**
 * @param {string} what
 * @param {string} row
 * @param {string} label
 */
const choose = (what, row, label) => make("button", { type: "button", class: "btn is-secondary is-small", [`data-${what}`]: row, text: label });
