// What the cells of a claim's grid show: figures as they are computed, written only where they changed.
import { formatMoney, formatPercent, formatQuantity, formatUnitPrice, rateOf } from "../claim/numbers.js";
import { inputIn } from "./table.js";

/** @typedef {import("./claim-lines.js").Line} Line */
/** @typedef {import("../claim/figures.js").LineFigures} LineFigures */
/** @typedef {number | string | null} Value */

/**
 * A column in view, as the page describes it.
 * @typedef {{ key: string, label: string, kind: string, figure: string, input: boolean, sums: boolean, of: (line: Line, figures: LineFigures) => Value }} Column
 */

/** @typedef {{ key: string, title: string, parent: string, lines: number[] }} Group */

const PARTS = /** @type {Record<string, "total_completed" | "work">} */ ({ percent: "total_completed", work_percent: "work" });
const TELLS_NOUGHT = new Set(["retention", "materials_retention"]);

export class ClaimCells {
  /** @type {Value[][]} what each line shows, by its place and its columns */
  shown = [];
  /** @type {Map<string, string[]>} what each group shows */
  sums = new Map();
  /** @type {import("../claim/figures.js").ClaimFigures} */
  figures;

  /**
   * @param {import("./table.js").GridTable} table
   * @param {import("./claim-lines.js").ClaimLines} lines
   * @param {any} data
   */
  constructor(table, lines, data) {
    this.table = table;
    this.lines = lines;
    this.currency = data.currency;
    this.locale = data.locale;
    /** @type {Column[]} */
    this.columns = data.columns.map((/** @type {Column} */ column) => ({ ...column, of: valueOf(column.figure) }));
    /** @type {Group[]} */
    this.groups = [...data.groups, { key: "all", title: "", parent: "", lines: data.order }];
    this.at = new Map(lines.lines.map((line, index) => [line.id, index]));
    this.figures = lines.calculate();
    this.shown = lines.lines.map((line, index) => this.valuesOf(line, index));
    for (const group of this.groups) this.sums.set(group.key, this.sumsOf(group));
  }

  /**
   * @param {Line} line
   * @param {number} index
   * @returns {Value[]}
   */
  valuesOf(line, index) {
    const figures = /** @type {LineFigures} */ (this.figures.lines[index]);
    return this.columns.map((column) => (column.figure ? column.of(line, figures) : null));
  }

  /** @param {string} id */
  figuresOf(id) {
    return this.figures.lines[this.at.get(id) ?? -1];
  }

  /**
   * Compute everything and show what changed.
   * @param {HTMLInputElement | null} [except] the input that is being typed in
   */
  update(except = null) {
    this.figures = this.lines.calculate();
    this.lines.lines.forEach((line, index) => {
      const before = this.shown[index] ?? [];
      const now = this.valuesOf(line, index);
      this.shown[index] = now;
      for (let col = 0; col < now.length; col += 1) {
        if (now[col] !== before[col]) this.show(line, col, now[col] ?? null, except);
      }
    });
    for (const group of this.groups) this.showSums(group, except);
  }

  /**
   * Write a line's cells whatever they showed before.
   * @param {Line} line
   * @param {HTMLInputElement | null} [except]
   */
  rewrite(line, except = null) {
    const index = this.at.get(line.id);
    if (index === undefined) return;
    this.columns.forEach((column, col) => {
      if (column.figure) this.show(line, col, this.shown[index]?.[col] ?? null, except);
    });
  }

  /**
   * @param {Line} line
   * @param {number} col
   * @param {Value} value
   * @param {HTMLInputElement | null} except
   */
  show(line, col, value, except) {
    const column = this.columns[col];
    const row = this.table.byKey.get(line.id);
    const cell = row?.cells[col];
    if (!column || !cell) return;
    if (column.kind === "mark") return mark(cell, String(value));
    const unread = line.unread[column.key];
    const text = unread ?? this.text(column, value);
    const input = inputIn(cell);
    if (input) {
      if (input !== except && input.value !== text) input.value = text;
      return;
    }
    const last = cell.lastChild;
    if (last instanceof Text) last.data = text;
    else cell.append(text);
    cell.classList.toggle("z", text === "0.00");
  }

  /**
   * @param {Group} group
   * @param {HTMLInputElement | null} except
   */
  showSums(group, except) {
    const before = this.sums.get(group.key) ?? [];
    const now = this.sumsOf(group);
    this.sums.set(group.key, now);
    now.forEach((text, col) => {
      if (text !== before[col]) this.showSum(group.key, col, text, except);
    });
  }

  /**
   * @param {string} key
   * @param {number} col
   * @param {string} text
   * @param {HTMLInputElement | null} except
   */
  showSum(key, col, text, except) {
    const cell = this.table.cellOf(`g:${key}`, this.columns[col]?.key ?? "");
    if (!cell || cell.cellIndex === 0) return;
    const input = inputIn(cell);
    if (!input) cell.textContent = text;
    else if (input !== except) input.value = text;
  }

  /**
   * Write a group's cells whatever they showed before.
   * @param {string} key
   */
  rewriteSums(key) {
    this.sums.get(key)?.forEach((text, col) => {
      if (this.columns[col]?.sums) this.showSum(key, col, text, null);
    });
  }

  /**
   * @param {Group} group
   * @returns {string[]}
   */
  sumsOf(group) {
    const places = group.lines.map((id) => this.at.get(String(id)) ?? 0);
    return this.columns.map((column, col) => {
      if (!column.sums) return "";
      if (column.kind !== "percent") {
        let total = 0;
        for (const at of places) total += Number(this.shown[at]?.[col] ?? 0);
        return formatMoney(total, this.currency, { locale: this.locale });
      }
      const part = PARTS[column.key] ?? "total_completed";
      let done = 0;
      let whole = 0;
      for (const at of places) {
        const row = this.figures.lines[at];
        done += row?.[part] ?? 0;
        whole += row?.scheduled_value ?? 0;
      }
      const rate = rateOf(done, whole);
      return rate === null ? "–" : formatPercent(rate);
    });
  }

  /**
   * What a cell says, as the server writes it: nought is left empty in an input.
   * @param {Column} column
   * @param {Value} value
   * @returns {string}
   */
  text(column, value) {
    if (value === null) return column.input ? "" : "–";
    if (typeof value === "string") return value;
    if (column.input && value === 0 && !TELLS_NOUGHT.has(column.key)) return "";
    switch (column.kind) {
      case "money":
        return formatMoney(value, this.currency, { locale: this.locale });
      case "percent":
        return formatPercent(value);
      case "quantity":
        return formatQuantity(value);
      default:
        return formatUnitPrice(value, this.currency, { locale: this.locale });
    }
  }
}

/**
 * How a column's value is found.
 * @param {string} figure
 * @returns {(line: any, figures: any) => Value}
 */
function valueOf(figure) {
  const [part, name] = figure.split(".");
  if (part && name) return (line) => line[part][name] ?? null;
  if (figure === "work_percent") return (_line, figures) => rateOf(figures.work, figures.scheduled_value);
  if (figure === "cut") return (line, figures) => figures.work - line.claimed.work;
  if (["review", "review_reason", "comment"].includes(figure)) return (line) => line.entry[figure];
  return (_line, figures) => figures[figure];
}

/**
 * @param {Element} cell
 * @param {string} value
 */
function mark(cell, value) {
  for (const button of cell.querySelectorAll("button[data-mark]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const on = button.dataset.mark === value;
    button.setAttribute("aria-pressed", String(on));
    button.value = on ? "no_action" : (button.dataset.mark ?? "");
  }
}
