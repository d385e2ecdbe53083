// Which cell one is in, which cells are selected, and how both are moved. The cell that one is in has the focus.
import { inputIn } from "./table.js";

/** @typedef {import("./table.js").GridTable} GridTable */
/** @typedef {import("./table.js").Place} Place */
/** @typedef {{ top: number, bottom: number, left: number, right: number }} Bounds of a range, ends included */

export class Selection {
  /** @type {Place} */
  active = { row: 0, col: 0 };
  /** @type {Place} the corner where the range began */
  anchor = { row: 0, col: 0 };
  /** @type {Place} the corner that moves */
  head = { row: 0, col: 0 };
  /** "nav": keys move; "type": what is typed replaces the cell; "edit": keys move within the text.
   * @type {"nav" | "type" | "edit"} */
  mode = "nav";
  /** @type {Set<Element>} */
  painted = new Set();
  /** @type {Element | null} */
  corner = null;
  started = false;
  /** whether the focus is being moved by us */
  moving = false;

  /**
   * @param {GridTable} table
   * @param {() => void} changed called when other cells are selected
   * @param {() => void} leaving called before the cell that one is in is left
   */
  constructor(table, changed, leaving) {
    this.table = table;
    this.changed = changed;
    this.leaving = leaving;
  }

  /** @returns {Bounds} */
  get bounds() {
    const { anchor, head } = this;
    return {
      top: Math.min(anchor.row, head.row),
      bottom: Math.max(anchor.row, head.row),
      left: Math.min(anchor.col, head.col),
      right: Math.max(anchor.col, head.col),
    };
  }

  /** Whether more than one cell is selected. */
  get isRange() {
    return this.anchor.row !== this.head.row || this.anchor.col !== this.head.col;
  }

  /** @returns {number[]} the lines of the range, without the subtotals between them; the one row that one is in */
  get lines() {
    const { top, bottom } = this.bounds;
    const rows = [];
    for (let row = top; row <= bottom; row += 1) {
      if (top === bottom || this.table.rows[row]?.kind === "line") rows.push(row);
    }
    return rows;
  }

  /**
   * Go to a cell; with `extend` the range reaches there, and the focus stays.
   * @param {number} row
   * @param {number} col
   * @param {boolean} [extend]
   */
  go(row, col, extend = false) {
    const place = {
      row: Math.max(0, Math.min(row, this.table.rows.length - 1)),
      col: Math.max(0, Math.min(col, this.table.columns.length - 1)),
    };
    this.started = true;
    if (extend) {
      this.head = place;
      this.show(place);
    } else {
      this.leaving();
      this.active = this.anchor = this.head = place;
      this.mode = "nav";
      this.focus();
    }
    this.paint();
  }

  /** Focus the cell that one is in, with all of its text selected. */
  focus() {
    const cell = this.table.cell(this.active.row, this.active.col);
    if (!cell) return;
    const input = inputIn(cell);
    this.moving = true;
    if (input) {
      input.focus({ preventScroll: true });
      input.select();
    } else {
      if (!cell.hasAttribute("tabindex")) cell.tabIndex = -1;
      cell.focus({ preventScroll: true });
    }
    this.moving = false;
    this.show(this.active);
  }

  /** @param {Place} place brought into sight, beside the columns and rows that stay */
  show(place) {
    const cell = this.table.cell(place.row, place.col);
    const region = this.table.element.parentElement;
    if (!cell || !region) return;
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (getComputedStyle(cell).position === "sticky") return;
    const box = cell.getBoundingClientRect();
    const pinned = [...(this.table.element.tHead?.rows[0]?.cells ?? [])].filter((head) => /(^| )s\d/.test(head.className));
    const edge = Math.max(region.getBoundingClientRect().left, ...pinned.filter((head) => getComputedStyle(head).position === "sticky").map((head) => head.getBoundingClientRect().right));
    if (box.left < edge) region.scrollLeft -= edge - box.left + 8;
    const top = this.table.element.tHead?.getBoundingClientRect().bottom ?? 0;
    const foot = this.table.element.tFoot;
    if (box.top < top) region.scrollTop -= top - box.top;
    const bottom = foot && !foot.contains(cell) ? foot.getBoundingClientRect().top : Infinity;
    if (box.bottom > bottom) region.scrollTop += box.bottom - bottom;
  }

  /** Mark what is selected: only cells whose state changes are touched. */
  paint() {
    /** @type {Set<Element>} */
    const wanted = new Set();
    const { left, right, bottom } = this.bounds;
    if (this.isRange) {
      for (const row of this.lines) {
        for (let col = left; col <= right; col += 1) {
          const cell = this.table.cell(row, col);
          if (cell) wanted.add(cell);
        }
      }
    }
    for (const cell of this.painted) if (!wanted.has(cell)) cell.classList.remove("is-selected");
    for (const cell of wanted) if (!this.painted.has(cell)) cell.classList.add("is-selected");
    this.painted = wanted;
    const corner = this.started && this.table.rows[bottom]?.kind === "line" ? this.table.cell(bottom, right) : null;
    if (corner !== this.corner) {
      this.corner?.classList.remove("is-corner");
      corner?.classList.add("is-corner");
      this.corner = corner;
    }
    this.changed();
  }

  /** Forget the range, keep the cell. */
  collapse() {
    this.anchor = this.head = this.active;
    this.paint();
  }
}
