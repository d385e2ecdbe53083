// What the mouse does in a grid: go to a cell, drag a range or whole lines, select a column by its header, drag the corner
// of the selection to fill down.

/** @typedef {import("./element.js").GridElement} GridElement */
/** @typedef {import("./selection.js").Bounds} Bounds */

const CORNER = 10;

export class Mouse {
  /** @type {"range" | "fill" | null} what is dragged */
  dragging = null;
  /** @type {Bounds | null} what a fill began with */
  filling = null;
  wholeLines = false;

  /** @param {GridElement} grid */
  constructor(grid) {
    this.grid = grid;
  }

  /** @param {MouseEvent} event */
  down(event) {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    if (event.target.closest("button, a, select, .resize")) return;
    const head = event.target.closest("thead th");
    if (head instanceof HTMLTableCellElement) return this.column(event, head.cellIndex);
    const { grid } = this;
    const { selection, table } = grid;
    const place = table.place(event.target);
    if (!place) return;
    const cell = table.cell(place.row, place.col);
    if (cell && cell === selection.corner && atCorner(cell, event)) {
      event.preventDefault();
      grid.settle();
      this.dragging = "fill";
      this.filling = selection.bounds;
      return;
    }
    const here = place.row === selection.active.row && place.col === selection.active.col;
    if (here && selection.mode !== "nav" && event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    if (event.shiftKey && selection.started) selection.go(place.row, place.col, true);
    else if (place.col === 0 && table.rows[place.row]?.kind === "line") {
      selection.go(place.row, 0);
      selection.go(place.row, table.columns.length - 1, true);
      selection.show(place);
      this.dragging = "range";
      this.wholeLines = true;
      return;
    } else selection.go(place.row, place.col);
    this.wholeLines = false;
    this.dragging = "range";
  }

  /**
   * @param {MouseEvent} event
   * @param {number} col
   */
  column(event, col) {
    event.preventDefault();
    const { selection, table } = this.grid;
    const last = table.rows.length - 1;
    const from = event.shiftKey && selection.started ? selection.anchor.col : col;
    this.grid.select({ row: 0, col: from }, { row: last, col });
  }

  /** @param {MouseEvent} event */
  drag(event) {
    const { selection, table } = this.grid;
    const place = this.dragging ? table.place(event.target) : null;
    if (!place) return;
    const { head } = selection;
    const filling = this.dragging === "fill" && this.filling;
    const col = filling ? filling.right : this.wholeLines ? table.columns.length - 1 : place.col;
    const row = filling ? Math.max(place.row, filling.top) : place.row;
    if (row !== head.row || col !== head.col) {
      if (filling) selection.anchor = { row: filling.top, col: filling.left };
      selection.go(row, col, true);
    }
  }

  drop() {
    const from = this.filling;
    const what = this.dragging;
    this.dragging = this.filling = null;
    if (what === "fill" && from) this.grid.fillFrom(from);
  }

  /** @param {Event} event a double click: edit the text that is there */
  twice(event) {
    const place = this.grid.table.place(event.target);
    if (!place || !(event.target instanceof HTMLInputElement)) return;
    this.grid.selection.mode = "edit";
    event.target.setSelectionRange(event.target.value.length, event.target.value.length);
  }
}

/**
 * @param {Element} cell
 * @param {MouseEvent} event
 */
function atCorner(cell, event) {
  const box = cell.getBoundingClientRect();
  return box.right - event.clientX < CORNER && box.bottom - event.clientY < CORNER;
}
