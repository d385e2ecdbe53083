// The table of a grid as rows and columns of cells. Rows are lines or subtotals; notes under a line are neither.

/**
 * A row that can be moved to: `key` is the line's ("12") or the group's ("g:c").
 * @typedef {{ key: string, kind: "line" | "group", element: HTMLTableRowElement, lead: number }} Row
 */

/** @typedef {{ key: string, kind: string, input: boolean, head: HTMLTableCellElement }} Column */
/** @typedef {{ row: number, col: number }} Place */

export class GridTable {
  /** @param {HTMLTableElement} element */
  constructor(element) {
    this.element = element;
    /** @type {Row[]} what can be moved to, from top to bottom */
    this.rows = [];
    /** @type {Column[]} */
    this.columns = [];
    /** @type {Map<Element, number>} */
    this.indexOf = new Map();
    /** @type {Map<string, HTMLTableRowElement>} every row, whether it is in sight or folded away */
    this.byKey = new Map();
  }

  /**
   * Look at the table anew: after rows came, went, or were folded away.
   * @param {readonly { key: string, kind: string, input: boolean }[]} [columns] what is known of the columns
   */
  refresh(columns) {
    const heads = [...(this.element.tHead?.rows[0]?.cells ?? [])];
    if (columns) {
      const known = new Map(columns.map((column) => [column.key, column]));
      this.columns = heads.map((head) => {
        const key = head.dataset.col ?? "";
        return { key, kind: known.get(key)?.kind ?? "text", input: known.get(key)?.input ?? false, head };
      });
    }
    this.rows = [];
    this.indexOf.clear();
    this.byKey.clear();
    for (const body of [...this.element.tBodies, this.element.tFoot]) {
      if (!body) continue;
      const away = body.classList.contains("is-away");
      const folded = body.classList.contains("is-folded");
      for (const element of body.rows) {
        const row = rowOf(element);
        if (!row) continue;
        this.byKey.set(row.key, element);
        if (away || (folded && row.kind === "line")) continue;
        this.indexOf.set(element, this.rows.length);
        this.rows.push(row);
      }
    }
  }

  /**
   * @param {number} row
   * @param {number} col
   * @returns {HTMLTableCellElement | null}
   */
  cell(row, col) {
    const found = this.rows[row];
    if (!found) return null;
    return found.element.cells[found.lead > col ? 0 : col - found.lead + 1] ?? null;
  }

  /**
   * @param {string} key of a line or group
   * @param {string} column
   * @returns {HTMLTableCellElement | null}
   */
  cellOf(key, column) {
    const element = this.byKey.get(key);
    const col = this.columns.findIndex((one) => one.key === column);
    if (!element || col < 0) return null;
    const lead = element.cells[0]?.colSpan ?? 1;
    return element.cells[lead > col ? 0 : col - lead + 1] ?? null;
  }

  /**
   * Where a cell or something in it stands; null for what is in no row that can be moved to.
   * @param {EventTarget | null} target
   * @returns {Place | null}
   */
  place(target) {
    const cell = target instanceof Element ? target.closest("td, th") : null;
    if (!(cell instanceof HTMLTableCellElement) || !cell.parentElement) return null;
    const row = this.indexOf.get(cell.parentElement);
    if (row === undefined) return null;
    const lead = this.rows[row]?.lead ?? 1;
    return { row, col: cell.cellIndex === 0 ? 0 : cell.cellIndex + lead - 1 };
  }

  /**
   * @param {string} key
   * @param {string} column
   * @returns {Place | null}
   */
  find(key, column) {
    const row = this.rows.findIndex((one) => one.key === key);
    const col = this.columns.findIndex((one) => one.key === column);
    return row < 0 || col < 0 ? null : { row, col };
  }
}

/**
 * The input of a cell, if it has one.
 * @param {Element | null | undefined} cell
 * @returns {HTMLInputElement | null}
 */
export function inputIn(cell) {
  const first = cell?.firstElementChild;
  return first instanceof HTMLInputElement ? first : null;
}

/**
 * What a cell says: what is typed in it, or its text without its buttons.
 * @param {Element | null} cell
 * @returns {string}
 */
export function textOf(cell) {
  if (!cell) return "";
  const input = inputIn(cell);
  if (input) return input.value;
  const pressed = cell.querySelector("button[data-mark][aria-pressed=true]");
  if (pressed instanceof HTMLElement) return pressed.dataset.mark ?? "";
  if (cell.querySelector("button[data-mark]")) return "";
  return [...cell.childNodes].map((node) => (node instanceof HTMLButtonElement && !node.dataset.fold ? "" : node.textContent)).join("");
}

/**
 * @param {HTMLTableRowElement} element
 * @returns {Row | null}
 */
function rowOf(element) {
  const lead = element.cells[0]?.colSpan ?? 1;
  if (element.id.startsWith("l")) return { key: element.id.slice(1), kind: "line", element, lead };
  if (element.id.startsWith("r-")) return { key: `g:${element.id.slice(2)}`, kind: "group", element, lead };
  return null;
}
