// What every grid does: moving, selecting, typing over, copying, pasting, filling, undoing. What typed text means, what
// follows from it and where it is saved is for the element that extends this one. See docs/grid.md.
import { cleared, copied, filledDown, filledFrom, pasted, putBlock } from "./blocks.js";
import { pressed } from "./keys.js";
import { Layout } from "./layout.js";
import { Mouse } from "./mouse.js";
import { Selection } from "./selection.js";
import { GridTable, inputIn, textOf } from "./table.js";
import { selectionSaid } from "./tally.js";

/** @typedef {import("./table.js").Place} Place */
/** @typedef {{ row: string, column: string, text: string }} Edit text for a cell: `row` and `column` are keys */

export class GridElement extends HTMLElement {
  /** @type {Place | null} the cell whose text is being typed */
  typingIn = null;
  mouse = new Mouse(this);
  /** @type {{ key: string, kind: string, input: boolean, width: number }[]} the columns in view */
  columns = [];
  currency = "AUD";
  /** decimals of the amounts */
  exponent = 2;

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
        return copied(this, /** @type {ClipboardEvent} */ (event));
      case "paste":
        return pasted(this, /** @type {ClipboardEvent} */ (event));
      case "mousedown":
        return this.mouse.down(/** @type {MouseEvent} */ (event));
      case "mousemove":
        return this.mouse.drag(/** @type {MouseEvent} */ (event));
      case "mouseup":
        return this.mouse.drop();
      case "dblclick":
        return this.mouse.twice(event);
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
    if (!place || this.selection.moving || this.mouse.dragging) return;
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

  // --- blocks of cells -------------------------------------------------------------------------------------------------

  /**
   * May be overridden, to make room first.
   * @param {number} top
   * @param {number} left
   * @param {readonly (readonly string[])[]} block
   */
  pasteAt(top, left, block) {
    putBlock(this, top, left, block);
  }

  /** Clear what is selected. */
  clear() {
    cleared(this);
  }

  /** The first selected line into those below; a single line takes what is above it. */
  fillDown() {
    filledDown(this);
  }

  /** @param {import("./selection.js").Bounds} from the lines that are repeated below */
  fillFrom(from) {
    filledFrom(this, from);
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
    this.telling = setTimeout(() => this.remark(this.selection.isRange ? selectionSaid(this) : ""), 120);
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
