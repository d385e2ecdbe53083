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
    new ResizeObserver(() => this.pin()).observe(grid.table.element);
    const box = grid.querySelector("[data-as-table]");
    if (box instanceof HTMLInputElement) box.checked = remembered("grid.table") === "1";
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
    for (const key of this.folded) this.fold(key, true);
    this.grid.table.refresh();
    this.pin();
  }

  /** Where each pinned column stays: beside those before it. */
  pin() {
    let left = 0;
    [...(this.table.tHead?.rows[0]?.cells ?? [])].forEach((head, index) => {
      if (!head.classList.contains(`s${index}`)) return;
      this.table.style.setProperty(`--pin-${index}`, `${left}px`);
      left += head.offsetWidth;
    });
  }

  // --- widths ----------------------------------------------------------------------------------------------------------

  /**
   * @param {number} col
   * @param {number} by pixels
   */
  widen(col, by) {
    const head = this.grid.table.columns[col];
    if (head) this.setWidth(col, head.head.offsetWidth + by);
  }

  /**
   * @param {number} index
   * @param {number} width
   */
  setWidth(index, width) {
    const col = this.table.querySelectorAll("col")[index];
    const column = this.grid.table.columns[index];
    if (!col || !column) return;
    const pixels = Math.round(Math.max(NARROWEST, Math.min(width, WIDEST)));
    col.setAttribute("width", String(pixels));
    this.pin();
    this.choose("widths", column.key, pixels, false);
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
    // Columns share what room is left over; from here on each keeps the width that it has.
    this.table.querySelectorAll("col").forEach((col, at) => col.setAttribute("width", String(this.grid.table.columns[at]?.head.offsetWidth ?? 80)));
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
      this.pin();
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
    this.fold(key, fold);
    const kept = new Set(this.folded);
    if (fold) kept.add(key);
    else kept.delete(key);
    remember(this.place, [...kept].join(" "));
    this.grid.table.refresh();
    this.grid.selection.collapse();
  }

  /**
   * @param {string} key
   * @param {boolean} fold
   */
  fold(key, fold) {
    for (const body of this.table.tBodies) {
      if (body.dataset.group === key) {
        body.classList.toggle("is-folded", fold);
        body.querySelector("[data-fold]")?.setAttribute("aria-expanded", String(!fold));
      } else if (body.dataset.parent === key) body.classList.toggle("is-away", fold);
    }
  }
}
