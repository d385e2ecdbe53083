// Blocks of cells: copied and cut, pasted, cleared, filled from one into others. Each is entered as one step to undo.
import { readCells, tidied, writeCells } from "./clipboard.js";
import { textOf } from "./table.js";

/** @typedef {import("./element.js").Edit} Edit */
/** @typedef {import("./element.js").GridElement} GridElement */
/** @typedef {import("./selection.js").Bounds} Bounds */
/** @typedef {import("./table.js").Place} Place */

/**
 * Copy what is selected, or cut it.
 * @param {GridElement} grid
 * @param {ClipboardEvent} event
 */
export function copied(grid, event) {
  if (!grid.table.place(event.target) || grid.selection.mode !== "nav") return;
  const { left, right } = grid.selection.bounds;
  const rows = grid.selection.lines.map((row) => {
    const cells = [];
    for (let col = left; col <= right; col += 1) cells.push(textOf(grid.table.cell(row, col)).trim());
    return cells;
  });
  event.clipboardData?.setData("text/plain", writeCells(rows));
  event.preventDefault();
  if (event.type === "cut") grid.clear();
}

/**
 * @param {GridElement} grid
 * @param {ClipboardEvent} event
 */
export function pasted(grid, event) {
  const { selection } = grid;
  const place = grid.table.place(event.target);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const block = readCells(text);
  const one = block.length === 1 && block[0]?.length === 1;
  if (!place || !text || (one && selection.mode !== "nav")) return;
  event.preventDefault();
  grid.settle();
  const { left, top } = selection.bounds;
  if (one && selection.isRange) grid.enter(each(grid, (at) => (grid.takes(at) ? tidied(text) : null)));
  else grid.pasteAt(top, left, block);
}

/**
 * A block from a cell on: into lines, or into the one subtotal that one is in.
 * @param {GridElement} grid
 * @param {number} top
 * @param {number} left
 * @param {readonly (readonly string[])[]} block
 */
export function putBlock(grid, top, left, block) {
  const { table } = grid;
  const begin = table.rows[top];
  const rows = begin?.kind === "group" ? [top] : table.rows.flatMap((row, at) => (at >= top && row.kind === "line" ? [at] : []));
  /** @type {Edit[]} */
  const edits = [];
  block.slice(0, rows.length).forEach((cells, down) => {
    cells.forEach((text, across) => {
      const at = { row: rows[down] ?? 0, col: left + across };
      if (table.columns[at.col] && grid.takes(at)) edits.push(grid.edited(at, tidied(text)));
    });
  });
  grid.enter(edits);
  const wide = Math.max(...block.map((cells) => cells.length));
  const last = rows[Math.min(block.length, rows.length) - 1] ?? top;
  grid.select({ row: top, col: left }, { row: last, col: Math.min(left + wide, table.columns.length) - 1 });
  const beyond = block.length - rows.length;
  if (beyond > 0) grid.remark(`${beyond.toLocaleString()} pasted ${beyond === 1 ? "row" : "rows"} found no line here.`);
}

/** @param {GridElement} grid whose selected cells are cleared */
export function cleared(grid) {
  grid.enter(each(grid, (at) => (grid.takes(at) ? "" : null)));
}

/**
 * The first selected line into those below; a single line takes what is above it.
 * @param {GridElement} grid
 */
export function filledDown(grid) {
  grid.settle();
  const { top, bottom, left, right } = grid.selection.bounds;
  if (top !== bottom) return filledFrom(grid, { top, bottom: top, left, right });
  const above = grid.table.rows.slice(0, top).findLastIndex((row) => row.kind === "line");
  if (above >= 0) fill(grid, [above], [top], left, right);
}

/**
 * @param {GridElement} grid
 * @param {Bounds} from the lines that are repeated below
 */
export function filledFrom(grid, from) {
  const { lines } = grid.selection;
  const source = lines.filter((row) => row >= from.top && row <= from.bottom);
  const target = lines.filter((row) => row > from.bottom);
  if (source.length && target.length) fill(grid, source, target, from.left, from.right);
}

/**
 * @param {GridElement} grid
 * @param {readonly number[]} source
 * @param {readonly number[]} target
 * @param {number} left
 * @param {number} right
 */
function fill(grid, source, target, left, right) {
  /** @type {Edit[]} */
  const edits = [];
  target.forEach((row, index) => {
    const from = source[index % source.length] ?? 0;
    for (let col = left; col <= right; col += 1) {
      const at = { row, col };
      if (grid.takes(at)) edits.push(grid.edited(at, grid.filled({ row: from, col })));
    }
  });
  grid.enter(edits);
}

/**
 * @param {GridElement} grid
 * @param {(at: Place) => string | null} text what each selected cell is to say
 * @returns {Edit[]}
 */
function each(grid, text) {
  const { left, right } = grid.selection.bounds;
  return grid.selection.lines.flatMap((row) => {
    const edits = [];
    for (let col = left; col <= right; col += 1) {
      const said = text({ row, col });
      if (said !== null) edits.push(grid.edited({ row, col }, said));
    }
    return edits;
  });
}
