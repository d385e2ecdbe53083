// Columns as somebody likes them: how wide, which are shown, which stay in sight; groups folded away. What is chosen is kept
// by the server, which draws the table that way from then on.
import { csrfToken, make, remember, remembered } from "../dom.js";

const NARROWEST = 40;
const WIDEST = 900;
const A_MOMENT = 300;

export class Layout {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  /** @type {Record<string, Record<string, boolean | number>>} what was chosen and is not kept yet */
  chosen = {};

  /** @param {import("./element.js").GridElement & { reload?: () => Promise<void> }} grid */
  constructor(grid) {
    this.grid = grid;
    this.url = grid.dataset.layout ?? "";
    grid.addEventListener("change", (event) => this.changed(event));
    grid.addEventListener("click", (event) => this.clicked(event));
    grid.addEventListener("mousedown", (event) => this.pulled(event));
    const box = grid.querySelector("[data-as-table]");
    if (box instanceof HTMLInputElement) {
      box.checked = remembered("grid.table") === "1";
      grid.classList.toggle("is-table", box.checked);
    }
    this.drawn();
  }

  get table() {
    return this.grid.table.element;
  }

  /** The table was drawn. */
  drawn() {
    for (const head of this.table.tHead?.rows[0]?.cells ?? []) {
      if (!head.querySelector(".resize")) head.append(make("span", { class: "resize", "aria-hidden": "true" }));
    }
    this.widths = this.grid.columns.map((column) => ({ ...column }));
    this.measure();
    this.refold();
    this.grid.table.refresh();
  }

  /** @type {{ key: string, width: number }[]} */
  widths = [];

  /** Tell the style sheet how wide each column is, and where pinned ones stay. */
  measure() {
    const { style } = this.table;
    style.setProperty("--cols", this.widths.map(({ key, width }) => (key === "description" ? `minmax(${width}px, 1fr)` : `${width}px`)).join(" "));
    let left = 0;
    this.widths.forEach(({ width }, index) => {
      style.setProperty(`--pin-${index}`, `${left}px`);
      left += width;
    });
    style.setProperty("--wide", `${left}px`);
    const group = this.table.querySelector("tfoot th");
    style.setProperty("--lead", String(group instanceof HTMLTableCellElement ? group.colSpan : 1));
  }

  // --- widths ----------------------------------------------------------------------------------------------------------

  /**
   * @param {number} col
   * @param {number} by pixels
   */
  widen(col, by) {
    const column = this.widths[col];
    if (column) this.setWidth(col, column.width + by);
  }

  /**
   * @param {number} index
   * @param {number} width
   */
  setWidth(index, width) {
    const column = this.widths[index];
    if (!column) return;
    column.width = Math.round(Math.max(NARROWEST, Math.min(width, WIDEST)));
    this.measure();
    this.choose("widths", column.key, column.width, false);
  }

  /** @param {MouseEvent} event on the edge of a header */
  pulled(event) {
    if (!(event.target instanceof Element) || !event.target.matches(".resize") || event.button !== 0) return;
    const head = event.target.closest("th");
    if (!head) return;
    event.preventDefault();
    const begin = event.clientX;
    const width = head.offsetWidth;
    const index = head.cellIndex;
    /** @param {MouseEvent} move */
    const pull = (move) => this.setWidth(index, width + move.clientX - begin);
    const drop = () => {
      removeEventListener("mousemove", pull);
      removeEventListener("mouseup", drop);
    };
    addEventListener("mousemove", pull);
    addEventListener("mouseup", drop);
  }

  // --- columns and groups -----------------------------------------------------------------------------------------------

  /** @param {Event} event */
  changed(event) {
    const field = event.target;
    if (field instanceof HTMLSelectElement && field.matches("[data-group-by]")) this.keep({ group_by: field.value }, true);
    if (!(field instanceof HTMLInputElement)) return;
    if (field.matches("[data-as-table]")) {
      remember("grid.table", field.checked ? "1" : "");
      this.grid.classList.toggle("is-table", field.checked);
    } else if (field.closest("[data-columns]")) this.choose(field.name, field.value, field.checked, true);
  }

  /**
   * @param {string} what
   * @param {string} column
   * @param {boolean | number} value
   * @param {boolean} redraw
   */
  choose(what, column, value, redraw) {
    (this.chosen[what] ??= {})[column] = value;
    this.redraw ||= redraw;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { chosen } = this;
      this.chosen = {};
      this.keep(chosen, this.redraw);
      this.redraw = false;
    }, A_MOMENT);
  }

  redraw = false;

  /**
   * @param {Record<string, unknown>} chosen
   * @param {boolean} redraw
   */
  async keep(chosen, redraw) {
    try {
      await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify(chosen),
      });
      if (redraw) await this.grid.reload?.();
    } catch {
      this.grid.remark("No connection. The columns are not changed yet.");
    }
  }

  // --- folding ---------------------------------------------------------------------------------------------------------

  get place() {
    return `folded.${location.pathname}`;
  }

  /** @returns {string[]} */
  get folded() {
    return (remembered(this.place) ?? "").split(" ").filter(Boolean);
  }

  /** @param {Event} event */
  clicked(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-fold]") : null;
    if (!(button instanceof HTMLElement)) return;
    const key = button.dataset.fold ?? "";
    const fold = button.getAttribute("aria-expanded") === "true";
    const kept = new Set(this.folded);
    if (fold) kept.add(key);
    else kept.delete(key);
    remember(this.place, [...kept].join(" "));
    this.refold();
    this.grid.table.refresh();
    this.grid.selection.collapse();
  }

  /** Hide what lies in groups that are folded away. */
  refold() {
    const folded = new Set(this.folded);
    for (const body of this.table.tBodies) {
      const key = body.dataset.group ?? "";
      body.classList.toggle("is-folded", folded.has(key));
      body.classList.toggle("is-away", (body.dataset.in ?? "").split(" ").some((group) => folded.has(group)));
      body.querySelector("[data-fold]")?.setAttribute("aria-expanded", String(!folded.has(key)));
    }
  }
}
