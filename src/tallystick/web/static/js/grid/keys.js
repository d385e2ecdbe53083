// Which key does what in a grid.

/** @typedef {import("./element.js").GridElement} GridElement */

/**
 * @param {GridElement} grid
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key was one of ours
 */
export function pressed(grid, event) {
  if (event.isComposing) return false;
  const command = event.ctrlKey || event.metaKey;
  if (event.altKey) return event.shiftKey && !command && widened(grid, event.key);
  if (command) return withCommand(grid, event);
  if (grid.selection.mode === "edit") return editing(grid, event);
  return moved(grid, event) || acted(grid, event);
}

/**
 * @param {GridElement} grid
 * @param {string} key
 */
function widened(grid, key) {
  if (key !== "ArrowLeft" && key !== "ArrowRight") return false;
  grid.widen(grid.selection.head.col, key === "ArrowLeft" ? -8 : 8);
  return true;
}

/**
 * @param {GridElement} grid
 * @param {KeyboardEvent} event
 */
function withCommand(grid, event) {
  const { selection, table } = grid;
  const last = { row: table.rows.length - 1, col: table.columns.length - 1 };
  const { row, col } = event.shiftKey ? selection.head : selection.active;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key === "z") event.shiftKey ? grid.redo() : grid.undo();
  else if (key === "y") grid.redo();
  else if (key === "d") grid.fillDown();
  else if (selection.mode === "edit") return false;
  else if (key === "a") grid.select({ row: 0, col: 0 }, last);
  else if (key === " ") grid.select({ row: 0, col }, { row: last.row, col });
  else if (key === "Home") selection.go(0, 0, event.shiftKey);
  else if (key === "End") selection.go(last.row, last.col, event.shiftKey);
  else if (key === "ArrowUp") selection.go(0, col, event.shiftKey);
  else if (key === "ArrowDown") selection.go(last.row, col, event.shiftKey);
  else if (key === "ArrowLeft") selection.go(row, 0, event.shiftKey);
  else if (key === "ArrowRight") selection.go(row, last.col, event.shiftKey);
  else return false;
  return true;
}

/**
 * @param {GridElement} grid
 * @param {KeyboardEvent} event
 */
function editing(grid, event) {
  const { selection } = grid;
  const { row, col } = selection.active;
  if (event.key === "Escape") grid.cancel();
  else if (event.key === "F2") selection.mode = "type";
  else if (event.key === "Enter") selection.go(row + (event.shiftKey ? -1 : 1), col);
  else if (event.key === "ArrowUp" || event.key === "ArrowDown") selection.go(row + (event.key === "ArrowUp" ? -1 : 1), col);
  else return false;
  return true;
}

/**
 * @param {GridElement} grid
 * @param {KeyboardEvent} event
 */
function moved(grid, event) {
  const { selection, table } = grid;
  const extend = event.shiftKey && event.key !== "Enter" && selection.mode === "nav";
  const { row, col } = extend ? selection.head : selection.active;
  const last = table.columns.length - 1;
  /** @type {Record<string, [number, number]>} */
  const steps = {
    ArrowUp: [row - 1, col],
    ArrowDown: [row + 1, col],
    ArrowLeft: [row, beside(grid, row, col, -1)],
    ArrowRight: [row, beside(grid, row, col, 1)],
    Enter: [row + (event.shiftKey ? -1 : 1), col],
    Home: [row, 0],
    End: [row, last],
    PageUp: [row - grid.pageful, col],
    PageDown: [row + grid.pageful, col],
  };
  const step = steps[event.key];
  if (!step) return false;
  selection.go(step[0], step[1], extend);
  return true;
}

/**
 * The next column in this row; a title that stands over several is one.
 * @param {GridElement} grid
 * @param {number} row
 * @param {number} col
 * @param {1 | -1} step
 */
function beside(grid, row, col, step) {
  const lead = grid.table.rows[row]?.lead ?? 1;
  const next = col + step;
  if (next > 0 && next < lead) return step > 0 ? lead : 0;
  return next;
}

/**
 * @param {GridElement} grid
 * @param {KeyboardEvent} event
 */
function acted(grid, event) {
  const { selection } = grid;
  const { key } = event;
  if (key === "Escape") {
    if (selection.mode === "type") grid.cancel();
    else if (selection.isRange) selection.collapse();
    else return false;
  } else if (key === "F2") grid.edit();
  else if (key === "Delete" || (key === "Backspace" && selection.isRange)) {
    if (selection.mode !== "nav") return false;
    grid.clear();
  } else if (key === " " && event.shiftKey && selection.mode === "nav") {
    const { top, bottom } = selection.bounds;
    grid.select({ row: top, col: 0 }, { row: bottom, col: grid.table.columns.length - 1 });
  } else return selection.mode === "nav" && key.length === 1 && grid.shortcut(key);
  return true;
}
