// What every grid does: moving, selecting, typing over, copying, pasting, filling, undoing. What typed text means, what
// follows from it and where it is saved is for the element that extends this one. See docs/grid.md.
import { readCells, tidied, writeCells } from "./clipboard.js";
import { pressed } from "./keys.js";
import { Layout } from "./layout.js";
import { Selection } from "./selection.js";
import { GridTable, inputIn, textOf } from "./table.js";
import { formatMoney, parseMoney } from "../claim/numbers.js";

/** @typedef {import("./table.js").Place} Place */
/** @typedef {{ row: string, column: string, text: string }} Edit text for a cell: `row` and `column` are keys */

const CORNER = 10;

export class GridElement extends HTMLElement {
  /** @type {Place | null} the cell whose text is being typed */
  typingIn = null;
  /** @type {"range" | "fill" | null} what the mouse drags */
  dragging = null;
  /** @type {{ top: number, bottom: number, left: number, right: number } | null} what a fill began with */
  filling = null;

  connectedCallback() {
    const element = this.querySelector("table.grid-table");
    if (!(element instanceof HTMLTableElement)) return;
    this.table = new GridTable(element);
    this.selection = new Selection(this.table, () => this.told(), () => this.settle());
    for (const kind of ["input", "keydown", "focusin", "focusout", "copy", "cut", "paste", "mousedown", "dblclick", "click"]) {
      this.addEventListener(kind, this);
    }
    addEventListener("mousemove", this);
    addEventListener("mouseup", this);
    this.begun();
    this.layout = new Layout(this);
  }

  /** @type {{ key: string, kind: string, input: boolean, width: number }[]} the columns in view */
  columns = [];

  disconnectedCallback() {
    removeEventListener("mousemove", this);
    removeEventListener("mouseup", this);
  }

  // --- for the element that extends this one ---------------------------------------------------------------------------

  /** The table is there. */
  begun() {
    this.table.refresh();
  }

  /**
   * Something was typed, and typing goes on.
   * @param {Place} _place
   * @param {string} _text
   */
  typing(_place, _text) {}

  /**
   * Typing is over: what stands in the cell counts, as one step to undo.
   * @param {Place} _place
   * @param {string} _text
   */
  commit(_place, _text) {}

  /**
   * Typing is taken back.
   * @param {Place} _place
   */
  revert(_place) {}

  /**
   * Several cells at once, as one step to undo.
   * @param {readonly Edit[]} _edits
   */
  enter(_edits) {}

  undo() {}

  redo() {}

  /**
   * What is filled into other cells from this one.
   * @param {Place} place
   */
  filled(place) {
    return textOf(this.table.cell(place.row, place.col));
  }

  /**
   * Whether something can be entered there.
   * @param {Place} place
   */
  takes(place) {
    return inputIn(this.table.cell(place.row, place.col)) !== null;
  }

  /**
   * A letter pressed on a cell that is no input.
   * @param {string} _key
   * @returns {boolean} whether it meant something
   */
  shortcut(_key) {
    return false;
  }

  // --- events ----------------------------------------------------------------------------------------------------------

  /** @param {Event} event */
  handleEvent(event) {
    switch (event.type) {
      case "input":
        return this.onInput(event);
      case "keydown":
        return this.onKey(/** @type {KeyboardEvent} */ (event));
      case "focusin":
        return this.onFocus(event);
      case "focusout":
        return event.target instanceof HTMLInputElement ? this.settle() : undefined;
      case "copy":
      case "cut":
        return this.onCopy(/** @type {ClipboardEvent} */ (event));
      case "paste":
        return this.onPaste(/** @type {ClipboardEvent} */ (event));
      case "mousedown":
        return this.onMouseDown(/** @type {MouseEvent} */ (event));
      case "mousemove":
        return this.dragging ? this.onDrag(/** @type {MouseEvent} */ (event)) : undefined;
      case "mouseup":
        return this.onDrop();
      case "dblclick":
        return this.onDoubleClick(event);
      default:
        return this.clicked(event);
    }
  }

  /** @param {Event} _event a click anywhere in the element */
  clicked(_event) {}

  /** @param {Event} event */
  onInput(event) {
    const place = event.target instanceof HTMLInputElement ? this.table.place(event.target) : null;
    if (!place || !(event.target instanceof HTMLInputElement)) return;
    if (this.selection.mode === "nav") this.selection.mode = "type";
    this.typingIn = place;
    this.typing(place, event.target.value);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (!this.table.place(event.target)) return;
    if (event.target instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " ")) return;
    if (pressed(this, event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** @param {Event} event by Tab, by a finger, or by us */
  onFocus(event) {
    const place = this.table.place(event.target);
    if (!place || this.selection.moving || this.dragging) return;
    const { selection } = this;
    if (place.row !== selection.active.row || place.col !== selection.active.col || !selection.started) {
      selection.started = true;
      selection.active = selection.anchor = selection.head = place;
      selection.mode = "nav";
      selection.paint();
    }
    if (event.target instanceof HTMLInputElement && selection.mode === "nav") event.target.select();
  }

  /** What was typed counts now. */
  settle() {
    const place = this.typingIn;
    if (!place) return;
    this.typingIn = null;
    this.selection.mode = "nav";
    const input = inputIn(this.table.cell(place.row, place.col));
    if (input) this.commit(place, input.value);
  }

  /** Take back what is being typed. */
  cancel() {
    const place = this.typingIn;
    this.typingIn = null;
    this.selection.mode = "nav";
    if (place) this.revert(place);
    this.selection.focus();
  }

  /** Edit the text that is there, instead of replacing it. */
  edit() {
    const input = inputIn(this.table.cell(this.selection.active.row, this.selection.active.col));
    if (!input) return;
    this.selection.collapse();
    this.selection.mode = "edit";
    input.setSelectionRange(input.value.length, input.value.length);
  }

  // --- the mouse -------------------------------------------------------------------------------------------------------

  /** @param {MouseEvent} event */
  onMouseDown(event) {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    if (event.target.closest("button, a, select, .resize")) return;
    const head = event.target.closest("thead th");
    if (head instanceof HTMLTableCellElement) return this.onHead(event, head.cellIndex);
    const place = this.table.place(event.target);
    if (!place) return;
    const cell = this.table.cell(place.row, place.col);
    const { selection } = this;
    if (cell && cell === selection.corner && atCorner(cell, event)) {
      event.preventDefault();
      this.settle();
      this.dragging = "fill";
      this.filling = selection.bounds;
      return;
    }
    const here = place.row === selection.active.row && place.col === selection.active.col;
    if (here && selection.mode !== "nav" && event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    if (event.shiftKey && selection.started) selection.go(place.row, place.col, true);
    else if (place.col === 0 && this.table.rows[place.row]?.kind === "line") {
      selection.go(place.row, 0);
      selection.go(place.row, this.table.columns.length - 1, true);
      selection.show(place);
      this.dragging = "range";
      this.wholeLines = true;
      return;
    } else selection.go(place.row, place.col);
    this.wholeLines = false;
    this.dragging = "range";
  }

  wholeLines = false;

  /**
   * @param {MouseEvent} event
   * @param {number} col
   */
  onHead(event, col) {
    event.preventDefault();
    const last = this.table.rows.length - 1;
    const from = event.shiftKey && this.selection.started ? this.selection.anchor.col : col;
    this.select({ row: 0, col: from }, { row: last, col });
  }

  /** @param {MouseEvent} event */
  onDrag(event) {
    const place = this.table.place(event.target);
    if (!place) return;
    const { head } = this.selection;
    const filling = this.dragging === "fill" && this.filling;
    const col = filling ? filling.right : this.wholeLines ? this.table.columns.length - 1 : place.col;
    const row = filling ? Math.max(place.row, filling.top) : place.row;
    if (row !== head.row || col !== head.col) {
      if (filling) this.selection.anchor = { row: filling.top, col: filling.left };
      this.selection.go(row, col, true);
    }
  }

  onDrop() {
    const from = this.filling;
    const what = this.dragging;
    this.dragging = this.filling = null;
    if (what === "fill" && from) this.fillFrom(from);
  }

  /** @param {Event} event */
  onDoubleClick(event) {
    const place = this.table.place(event.target);
    if (!place || !(event.target instanceof HTMLInputElement)) return;
    this.selection.mode = "edit";
    event.target.setSelectionRange(event.target.value.length, event.target.value.length);
  }

  /**
   * Select from one cell to another; the focus goes to the first.
   * @param {Place} from
   * @param {Place} to
   */
  select(from, to) {
    const { selection } = this;
    this.settle();
    selection.active = selection.anchor = from;
    selection.mode = "nav";
    selection.started = true;
    const cell = this.table.cell(from.row, from.col);
    selection.moving = true;
    (inputIn(cell) ?? focusable(cell))?.focus({ preventScroll: true });
    selection.moving = false;
    selection.head = to;
    selection.paint();
  }

  // --- copying, pasting, filling ---------------------------------------------------------------------------------------

  /** @param {ClipboardEvent} event */
  onCopy(event) {
    if (!this.table.place(event.target) || this.selection.mode !== "nav") return;
    const { left, right } = this.selection.bounds;
    const rows = this.selection.lines.map((row) => {
      const cells = [];
      for (let col = left; col <= right; col += 1) cells.push(textOf(this.table.cell(row, col)).trim());
      return cells;
    });
    event.clipboardData?.setData("text/plain", writeCells(rows));
    event.preventDefault();
    if (event.type === "cut") this.clear();
  }

  /** @param {ClipboardEvent} event */
  onPaste(event) {
    const place = this.table.place(event.target);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const block = readCells(text);
    const one = block.length === 1 && block[0]?.length === 1;
    if (!place || !text || (one && this.selection.mode !== "nav")) return;
    event.preventDefault();
    this.settle();
    const { left, top } = this.selection.bounds;
    if (one && this.selection.isRange) {
      this.enter(this.each((at) => (this.takes(at) ? tidied(text) : null)));
      return;
    }
    this.pasteAt(top, left, block);
  }

  /**
   * @param {number} top
   * @param {number} left
   * @param {readonly (readonly string[])[]} block
   */
  pasteAt(top, left, block) {
    const { table } = this;
    const begin = table.rows[top];
    const rows = begin?.kind === "group" ? [top] : table.rows.flatMap((row, at) => (at >= top && row.kind === "line" ? [at] : []));
    /** @type {Edit[]} */
    const edits = [];
    block.slice(0, rows.length).forEach((cells, down) => {
      cells.forEach((text, across) => {
        const at = { row: rows[down] ?? 0, col: left + across };
        if (table.columns[at.col] && this.takes(at)) edits.push(this.edited(at, tidied(text)));
      });
    });
    this.enter(edits);
    const wide = Math.max(...block.map((cells) => cells.length));
    const last = rows[Math.min(block.length, rows.length) - 1] ?? top;
    this.select({ row: top, col: left }, { row: last, col: Math.min(left + wide, table.columns.length) - 1 });
    const beyond = block.length - rows.length;
    if (beyond > 0) this.remark(`${beyond.toLocaleString()} pasted ${beyond === 1 ? "row" : "rows"} found no line here.`);
  }

  /** Clear what is selected. */
  clear() {
    this.enter(this.each((at) => (this.takes(at) ? "" : null)));
  }

  /** The first selected line into those below; a single line takes what is above it. */
  fillDown() {
    this.settle();
    const { top, bottom, left, right } = this.selection.bounds;
    if (top !== bottom) return this.fillFrom({ top, bottom: top, left, right });
    const above = this.table.rows.slice(0, top).findLastIndex((row) => row.kind === "line");
    if (above >= 0) this.fill([above], [top], left, right);
  }

  /** @param {{ top: number, bottom: number, left: number, right: number }} from the lines that are repeated below */
  fillFrom(from) {
    const lines = this.selection.lines;
    const source = lines.filter((row) => row >= from.top && row <= from.bottom);
    const target = lines.filter((row) => row > from.bottom);
    if (source.length && target.length) this.fill(source, target, from.left, from.right);
  }

  /**
   * @param {readonly number[]} source
   * @param {readonly number[]} target
   * @param {number} left
   * @param {number} right
   */
  fill(source, target, left, right) {
    /** @type {Edit[]} */
    const edits = [];
    target.forEach((row, index) => {
      const from = source[index % source.length] ?? 0;
      for (let col = left; col <= right; col += 1) {
        const at = { row, col };
        if (this.takes(at)) edits.push(this.edited(at, this.filled({ row: from, col })));
      }
    });
    this.enter(edits);
  }

  /**
   * @param {(at: Place) => string | null} text what each selected cell is to say
   * @returns {Edit[]}
   */
  each(text) {
    const { left, right } = this.selection.bounds;
    return this.selection.lines.flatMap((row) => {
      const edits = [];
      for (let col = left; col <= right; col += 1) {
        const said = text({ row, col });
        if (said !== null) edits.push(this.edited({ row, col }, said));
      }
      return edits;
    });
  }

  /**
   * @param {Place} at
   * @param {string} text
   * @returns {Edit}
   */
  edited(at, text) {
    return { row: this.table.rows[at.row]?.key ?? "", column: this.table.columns[at.col]?.key ?? "", text };
  }

  // --- telling ---------------------------------------------------------------------------------------------------------

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  telling;

  /** Say how much is selected, in a moment: a drag passes many cells. */
  told() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.remark(this.selection.isRange ? this.selectionSaid() : ""), 120);
  }

  /** @returns {string} "12 cells, sum 1,234.50" */
  selectionSaid() {
    const { left, right } = this.selection.bounds;
    const lines = this.selection.lines;
    const columns = this.table.columns.slice(left, right + 1);
    const parts = [`${lines.length.toLocaleString()} × ${columns.length.toLocaleString()} cells`];
    const money = columns.flatMap((column, index) => (column.kind === "money" ? [left + index] : []));
    if (!money.length) return parts[0] ?? "";
    let sum = 0;
    let count = 0;
    for (const row of lines) {
      for (const col of money) {
        const amount = this.amountOf(textOf(this.table.cell(row, col)));
        if (amount !== null) {
          sum += amount;
          count += 1;
        }
      }
    }
    if (count) parts.push(`${count.toLocaleString()} ${count === 1 ? "amount" : "amounts"}, sum ${this.money(sum)}`);
    return parts.join(" · ");
  }

  /** Decimals of the amounts. */
  exponent = 2;

  /**
   * @param {number} amount
   * @returns {string}
   */
  money(amount) {
    return formatMoney(amount, this.currency);
  }

  currency = "AUD";

  /**
   * The amount that a cell shows; null where it shows none.
   * @param {string} text
   * @returns {number | null}
   */
  amountOf(text) {
    if (!/\d/.test(text)) return null;
    try {
      return parseMoney(text, this.exponent);
    } catch {
      return null;
    }
  }

  /** @param {string} words beside the grid, for eyes and ears */
  remark(words) {
    const place = this.querySelector("[data-selection]");
    if (place && place.textContent !== words) place.textContent = words;
  }

  /** How many rows go by with Page Down. */
  get pageful() {
    const region = this.table.element.parentElement;
    const height = this.table.rows[0]?.element.offsetHeight || 32;
    return Math.max(1, Math.floor(((region?.clientHeight ?? 0) || innerHeight) / height) - 3);
  }

  /**
   * @param {number} col
   * @param {number} by pixels
   */
  widen(col, by) {
    this.layout.widen(col, by);
  }
}

/** @param {Element | null} cell */
function focusable(cell) {
  if (!(cell instanceof HTMLElement)) return null;
  if (!cell.hasAttribute("tabindex")) cell.tabIndex = -1;
  return cell;
}

/**
 * @param {Element} cell
 * @param {MouseEvent} event
 */
function atCorner(cell, event) {
  const box = cell.getBoundingClientRect();
  return box.right - event.clientX < CORNER && box.bottom - event.clientY < CORNER;
}
