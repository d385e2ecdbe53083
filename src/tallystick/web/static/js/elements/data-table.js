// What a dense table adds: columns chosen per person, a scrolling region that the keyboard can reach. The server sorts.
import { make, remember, remembered } from "../dom.js";

/**
 * <data-table id="claims" [data-hidden="signature accounting"]> around .table-scroll > table; headers that may be hidden
 * have data-col="name". A button or menu with [data-column-menu] inside the element is filled with the choices.
 */
class DataTable extends HTMLElement {
  connectedCallback() {
    const region = this.querySelector(".table-scroll");
    if (region instanceof HTMLElement) this.makeReachable(region);
    this.applyColumns();
    this.fillMenu();
    this.addEventListener("htmx:afterSwap", () => this.applyColumns());
    this.addEventListener("change", (event) => {
      const box = event.target;
      if (!(box instanceof HTMLInputElement) || !box.dataset.column) return;
      const hidden = new Set(this.left);
      if (box.checked) hidden.delete(box.dataset.column);
      else hidden.add(box.dataset.column);
      remember(`columns.${this.id}`, [...hidden].join(" "));
      this.applyColumns();
    });
  }

  /** @param {HTMLElement} region */
  makeReachable(region) {
    const check = () => {
      const table = region.firstElementChild;
      const fits = table !== null && table.scrollWidth <= region.clientWidth;
      region.classList.toggle("is-fitting", fits);
      if (fits) region.removeAttribute("tabindex");
      else region.tabIndex = 0;
    };
    const observer = new ResizeObserver(check);
    observer.observe(region);
    if (region.firstElementChild) observer.observe(region.firstElementChild);
    if (!region.hasAttribute("role")) {
      region.setAttribute("role", "region");
      region.setAttribute("aria-label", this.querySelector("caption")?.textContent ?? "Table");
    }
  }

  /** @returns {string[]} names of the columns that are not shown */
  get left() {
    const kept = remembered(`columns.${this.id}`);
    return (kept ?? this.dataset.hidden ?? "").split(" ").filter(Boolean);
  }

  /** @returns {HTMLTableCellElement[]} */
  get headers() {
    return [...this.querySelectorAll("thead tr:last-child > th")].filter((cell) => cell instanceof HTMLTableCellElement);
  }

  applyColumns() {
    const hidden = new Set(this.left);
    const headers = this.headers;
    const off = headers.map((cell) => hidden.has(cell.dataset.col ?? ""));
    for (const row of this.querySelectorAll("thead tr:last-child, tbody tr, tfoot tr")) {
      let column = 0;
      for (const cell of row.children) {
        if (!(cell instanceof HTMLTableCellElement)) continue;
        if (cell.colSpan === 1) cell.toggleAttribute("hidden", off[column] === true);
        column += cell.colSpan;
      }
    }
  }

  fillMenu() {
    const menu = this.querySelector("[data-column-menu]");
    if (!menu || menu.childElementCount) return;
    const hidden = new Set(this.left);
    for (const cell of this.headers) {
      const name = cell.dataset.col;
      if (!name) continue;
      const box = make("input", { type: "checkbox", "data-column": name });
      if (box instanceof HTMLInputElement) box.checked = !hidden.has(name);
      menu.append(make("label", { class: "item" }, box, make("span", { text: cell.textContent?.trim() ?? name })));
    }
  }
}

customElements.define("data-table", DataTable);
