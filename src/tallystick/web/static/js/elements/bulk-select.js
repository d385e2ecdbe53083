// Ticking many rows. The boxes belong to an ordinary form, so everything works without this; with it come select-all,
// ranges with Shift, the bar at the bottom, and for every action which rows will be left out and why.
import { plural } from "../dom.js";

/**
 * Attributes
 *   data-one, data-many   what is selected, in the words in force ("claim", "claims")
 *   data-matching         how many rows match the filter on all pages, when more than are shown
 * Inside
 *   input[data-select-all]                 the header's box
 *   input[data-select-row]                 a row's box; data-skip='{"compile": "no billing period"}' says for which
 *                                          actions the row is left out, and why in a few words; data-note='{"invite":
 *                                          "asked again"}' what else happens to it
 *   [data-action-bar]                      the bar, with [data-tally], [data-skip-note] and buttons [data-action], which
 *                                          the note calls by their text or data-label
 *   button[data-select-matching]           "Select all 218", and input[name=all_matching] that it sets
 *   button[data-clear]                     clears the selection
 */
class BulkSelect extends HTMLElement {
  /** @type {HTMLInputElement | null} */
  last = null;

  connectedCallback() {
    this.addEventListener("click", this);
    this.addEventListener("change", this);
    this.addEventListener("focusin", this);
    this.addEventListener("pointerover", this);
    document.addEventListener("keydown", this);
    document.addEventListener("htmx:afterSwap", this);
    addEventListener("pageshow", this);
    this.refresh();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
    document.removeEventListener("htmx:afterSwap", this);
    removeEventListener("pageshow", this);
  }

  /** @returns {HTMLInputElement[]} */
  get boxes() {
    return [...this.querySelectorAll("input[data-select-row]")].filter((box) => box instanceof HTMLInputElement);
  }

  get chosen() {
    return this.boxes.filter((box) => box.checked);
  }

  /** @returns {HTMLInputElement | null} */
  get matchingField() {
    return this.querySelector("input[name=all_matching]");
  }

  /** @param {Event} event */
  handleEvent(event) {
    const target = event.target instanceof Element ? event.target : null;
    if (event.type === "click" && target) this.onClick(/** @type {MouseEvent} */ (event), target);
    else if (event.type === "change" && target) this.onChange(target);
    else if ((event.type === "focusin" || event.type === "pointerover") && target) {
      const button = target.closest("[data-action]");
      if (button instanceof HTMLElement) this.explain(button);
    } else if (event.type === "keydown") this.onKey(/** @type {KeyboardEvent} */ (event));
    else if (event.type === "htmx:afterSwap" || event.type === "pageshow") this.refresh();
  }

  /**
   * @param {MouseEvent} event
   * @param {Element} target
   */
  onClick(event, target) {
    if (target.closest("[data-clear]")) return this.clear();
    if (target.closest("[data-select-matching]")) {
      for (const box of this.boxes) box.checked = true;
      if (this.matchingField) this.matchingField.value = "1";
      return this.refresh();
    }
    if (!(target instanceof HTMLInputElement) || !target.matches("[data-select-row]")) return;
    if (event.shiftKey && this.last && this.last !== target) {
      const boxes = this.boxes;
      const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(target)].sort((a, b) => a - b);
      for (const box of boxes.slice(from, to + 1)) box.checked = target.checked;
    }
    this.last = target;
  }

  /** @param {Element} target */
  onChange(target) {
    if (!(target instanceof HTMLInputElement)) return;
    if (target.matches("[data-select-all]")) for (const box of this.boxes) box.checked = target.checked;
    else if (!target.matches("[data-select-row]")) return;
    if (this.matchingField && !target.checked) this.matchingField.value = "";
    this.refresh();
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], details.menu[open]")) return;
    if (this.chosen.length) this.clear();
  }

  clear() {
    for (const box of this.boxes) box.checked = false;
    if (this.matchingField) this.matchingField.value = "";
    this.refresh();
  }

  refresh() {
    const boxes = this.boxes;
    const count = this.chosen.length;
    const matching = Number(this.dataset.matching ?? 0);
    const everything = this.matchingField?.value === "1";
    for (const all of this.querySelectorAll("input[data-select-all]")) {
      if (!(all instanceof HTMLInputElement)) continue;
      all.checked = count > 0 && count === boxes.length;
      all.indeterminate = count > 0 && count < boxes.length;
    }
    const bar = this.querySelector("[data-action-bar]");
    if (bar instanceof HTMLElement) bar.hidden = count === 0;
    this.classList.toggle("has-selection", count > 0);
    const tally = this.querySelector("[data-tally]");
    if (tally) tally.textContent = `${plural(everything ? matching : count, this.dataset.one ?? "row", this.dataset.many ?? "rows")} selected`;
    const more = this.querySelector("[data-select-matching]");
    if (more instanceof HTMLElement) more.hidden = everything || matching <= boxes.length || count < boxes.length;
    for (const button of this.querySelectorAll("[data-action]")) if (button instanceof HTMLElement) this.judge(button);
    const first = this.querySelector("[data-action]");
    if (first instanceof HTMLElement) this.explain(first);
  }

  /**
   * What an action will leave out of the selection, by reason, and what it does to some of the others.
   * @param {HTMLElement} button
   */
  skipped(button) {
    /** @type {Map<string, number>} */
    const reasons = new Map();
    /** @type {Map<string, number>} */
    const notes = new Map();
    let left = 0;
    for (const box of this.chosen) {
      const reason = JSON.parse(box.dataset.skip || "{}")[button.dataset.action ?? ""];
      const note = JSON.parse(box.dataset.note || "{}")[button.dataset.action ?? ""];
      if (reason) {
        left += 1;
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      } else if (note) notes.set(note, (notes.get(note) ?? 0) + 1);
    }
    return { left, why: counted(reasons), also: counted(notes) };
  }

  /**
   * A button whose action nothing of the selection can go through is not available, and says so.
   * @param {HTMLElement} button
   */
  judge(button) {
    if (button.closest(".tip-host")?.querySelector(".tip")) return;
    const count = this.chosen.length;
    const { left } = this.skipped(button);
    const none = count > 0 && left === count && this.matchingField?.value !== "1";
    if (none) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }

  /** @param {HTMLElement} button */
  explain(button) {
    const note = this.querySelector("[data-skip-note]");
    if (!note) return;
    const count = this.chosen.length;
    const { left, why, also } = this.skipped(button);
    const label = button.dataset.label ?? button.textContent?.trim();
    const going = `${(count - left).toLocaleString()} of ${count.toLocaleString()} can go${also ? `, ${also}` : ""}.`;
    const text =
      this.matchingField?.value === "1" || (left === 0 && !also)
        ? ""
        : left === count
          ? `${label}: none of these can go (${why}).`
          : `${label}: ${going}${why ? ` Left out: ${why}.` : ""}`;
    if (note.textContent !== text) note.textContent = text;
  }
}

/**
 * "2 without a claim, 1 past its due date"
 * @param {Map<string, number>} reasons
 */
function counted(reasons) {
  return [...reasons].map(([reason, number]) => `${number.toLocaleString()} ${reason}`).join(", ");
}

customElements.define("bulk-select", BulkSelect);
