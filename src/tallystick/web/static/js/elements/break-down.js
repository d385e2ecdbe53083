// A breakdown of lines: what remains to allocate follows as one types, rows are added as they are needed, and cells
// copied from a spreadsheet can be pasted. Without scripts it is a form whose buttons do the same on the server.
import { currencyExponent, extend, formatMoney, parseMoney, parseQuantity, parseUnitPrice } from "../claim/numbers.js";

const BY_AMOUNT = ["item_number", "description", "scheduled_value"];
const BY_UNIT = ["item_number", "description", "quantity", "unit", "unit_price"];

/** <break-down data-currency data-locale [data-by-unit]> around a form with blocks `data-part data-scheduled`. */
class BreakDown extends HTMLElement {
  connectedCallback() {
    this.currency = this.dataset.currency ?? "AUD";
    this.exponent = currencyExponent(this.currency);
    this.columns = this.hasAttribute("data-by-unit") ? BY_UNIT : BY_AMOUNT;
    for (const kind of ["input", "paste", "click", "keydown"]) this.addEventListener(kind, this);
    for (const part of this.parts()) this.show(part);
    this.showTotal();
  }

  currency = "AUD";
  exponent = 2;
  columns = BY_AMOUNT;

  /** @returns {HTMLElement[]} */
  parts() {
    return [...this.querySelectorAll("[data-part]")].filter((part) => part instanceof HTMLElement);
  }

  /** @param {Event} event */
  handleEvent(event) {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const part = target.closest("[data-part]");
    if (!(part instanceof HTMLElement)) return;
    if (event.type === "click") {
      if (target.closest("[data-more]")) {
        event.preventDefault();
        const description = this.addRow(part)?.querySelector("input[name^='description-']");
        if (description instanceof HTMLInputElement) description.focus();
      }
      return;
    }
    if (!(target instanceof HTMLInputElement)) return;
    if (event.type === "keydown") {
      if (event instanceof KeyboardEvent && event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        this.goDown(part, target);
      }
      return;
    }
    if (event.type === "paste") this.paste(/** @type {ClipboardEvent} */ (event), part, target);
    this.show(part);
    this.showTotal();
  }

  /**
   * The amount of a row in minor units; nothing where it can't be read yet.
   * @param {Element} row
   */
  amountOf(row) {
    const text = (/** @type {string} */ name) => {
      const field = row.querySelector(`input[name^="${name}-"]`);
      return field instanceof HTMLInputElement ? field.value.trim() : "";
    };
    try {
      if (this.columns === BY_UNIT) {
        if (!text("quantity") || !text("unit_price")) return 0;
        return extend(parseQuantity(text("quantity")), parseUnitPrice(text("unit_price"), this.currency), this.exponent);
      }
      return text("scheduled_value") ? parseMoney(text("scheduled_value"), this.exponent, this.currency) : 0;
    } catch {
      return null;
    }
  }

  /** @param {HTMLElement} part */
  show(part) {
    const place = part.querySelector("[data-remaining]");
    if (!(place instanceof HTMLElement) || !part.querySelector("input[name^='description-']")) return;
    let left = Number(part.dataset.scheduled);
    let readable = true;
    for (const row of part.querySelectorAll("[data-row]")) {
      const amount = this.amountOf(row);
      const cell = row.querySelector("[data-amount]");
      if (cell) cell.textContent = amount ? this.money(amount) : "";
      if (amount === null) readable = false;
      else left -= amount;
    }
    part.dataset.left = readable ? String(left) : "?";
    const said = readable ? (left === 0 ? "Nothing remains" : `remaining ${this.money(left)}`) : "An amount can’t be read";
    if (place.dataset.said === said) return;
    place.dataset.said = said;
    place.textContent = said;
    place.toggleAttribute("data-some", !readable || left !== 0);
  }

  showTotal() {
    const lefts = this.parts()
      .map((part) => part.dataset.left)
      .filter((left) => left !== undefined);
    if (lefts.length === 0) return;
    const total = this.querySelector("[data-remaining-total]");
    const count = this.querySelector("[data-lines-left]");
    const sum = lefts.reduce((sofar, left) => sofar + (left === "?" ? 0 : Number(left)), 0);
    if (total) total.textContent = this.money(sum);
    if (count) count.textContent = String(lefts.filter((left) => left !== "0").length);
  }

  /** @param {number} minor */
  money(minor) {
    return formatMoney(minor, this.currency, { locale: this.dataset.locale ?? "en-AU" });
  }

  /**
   * One more empty row, made like the first one.
   * @param {HTMLElement} part
   */
  addRow(part) {
    const rows = part.querySelectorAll("[data-row]");
    const body = part.querySelector("tbody");
    const model = rows[rows.length - 1] ?? this.anyRow();
    if (!model || !body) return null;
    const row = /** @type {HTMLElement} */ (model.cloneNode(true));
    const key = part.id.replace("line-", "");
    for (const field of row.querySelectorAll("input")) {
      field.value = "";
      field.name = field.name.replace(/-\d+$/, `-${key}`);
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
      if (field.placeholder) field.placeholder = "";
      field.setAttribute("aria-label", (field.getAttribute("aria-label") ?? "").replace(/row \d+ of line .*/, `row ${rows.length + 1}`));
    }
    for (const old of row.querySelectorAll(".problem")) old.remove();
    if (rows.length === 0) body.replaceChildren();
    const amount = row.querySelector("[data-amount]");
    if (amount) amount.textContent = "";
    body.append(row);
    return row;
  }

  /**
   * To the same column of the next row, which is made where there is none.
   * @param {HTMLElement} part
   * @param {HTMLInputElement} field
   */
  goDown(part, field) {
    const rows = [...part.querySelectorAll("[data-row]")];
    const row = field.closest("[data-row]");
    const next = rows[rows.indexOf(row ?? part) + 1] ?? this.addRow(part);
    const below = next?.querySelector(`input[name="${field.name}"]`);
    if (below instanceof HTMLInputElement) below.focus();
  }

  anyRow() {
    return this.querySelector("[data-row]:has(input)");
  }

  /**
   * Cells copied from a spreadsheet go into the cells from here on, to the right and down.
   * @param {ClipboardEvent} event
   * @param {HTMLElement} part
   * @param {HTMLInputElement} field
   */
  paste(event, part, field) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/[\t\n]/.test(text.trimEnd())) return;
    const first = this.columns.findIndex((name) => field.name.startsWith(`${name}-`));
    const row = field.closest("[data-row]");
    if (first < 0 || !row) return;
    event.preventDefault();
    let at = [...part.querySelectorAll("[data-row]")].indexOf(row);
    for (const line of text.replace(/\r/g, "").trimEnd().split("\n")) {
      const target = part.querySelectorAll("[data-row]")[at] ?? this.addRow(part);
      at += 1;
      if (!target) break;
      line.split("\t").forEach((cell, offset) => {
        const name = this.columns[first + offset];
        const input = name ? target.querySelector(`input[name^="${name}-"]`) : null;
        if (input instanceof HTMLInputElement) input.value = cell.trim();
      });
    }
  }
}

customElements.define("break-down", BreakDown);
