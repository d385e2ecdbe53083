// The lines of a claim as a grid: move with the keyboard, paste from a spreadsheet, saved as one types. The server
// reads and computes everything; without this script the form saves all cells at once.
import { csrfToken, make } from "../dom.js";

const IDLE = 1600;
const RETRY = 4000;

/**
 * <sov-grid src="/claims/7/entries" data-version="3"> around a form with a table whose cells have inputs named
 * "COLUMN-LINE" in rows with the id "lLINE".
 *
 * Typed cells are posted as {"version", "cells": {LINE: {COLUMN: text}}}. The answer carries the texts of changed rows in
 * the order of the columns, sums and the face. 422 names cells that can't stand: they stay as typed, with the sentence
 * under their line, and hold up no others. 409 means that somebody else was here: nothing typed is lost.
 */
class SovGrid extends HTMLElement {
  /** @type {Set<HTMLInputElement>} typed into and not yet on the server */
  dirty = new Set();
  /** @type {Map<HTMLInputElement, string>} what was last sent of an input, while its text is not the server's */
  sent = new Map();
  /** @type {Set<string>} lines that wait to be put right */
  blocked = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  /** @type {Promise<void> | null} */
  saving = null;
  conflict = false;
  version = "";

  connectedCallback() {
    this.version = this.dataset.version ?? "";
    for (const kind of ["input", "keydown", "focusin", "focusout", "paste"]) this.addEventListener(kind, this);
    this.addEventListener("click", this);
    document.addEventListener("submit", this, true);
    addEventListener("beforeunload", this);
    if (this.querySelector("td input")) this.say("All changes are saved.");
  }

  disconnectedCallback() {
    document.removeEventListener("submit", this, true);
    removeEventListener("beforeunload", this);
  }

  /** @param {Event} event */
  handleEvent(event) {
    const target = event.target;
    if (event.type === "submit") return this.onSubmit(/** @type {SubmitEvent} */ (event));
    if (event.type === "beforeunload") {
      if (this.unsaved.length) event.preventDefault();
      return undefined;
    }
    if (event.type === "click") {
      if (target instanceof Element && target.closest("[data-refresh]")) this.refresh();
      return undefined;
    }
    if (!(target instanceof HTMLInputElement) || !target.closest("td")) return undefined;
    if (event.type === "input") this.typed(target);
    else if (event.type === "focusin") target.select();
    else if (event.type === "focusout") this.left(target, /** @type {FocusEvent} */ (event).relatedTarget);
    else if (event.type === "keydown") this.onKey(/** @type {KeyboardEvent} */ (event), target);
    else if (event.type === "paste") this.onPaste(/** @type {ClipboardEvent} */ (event), target);
    return undefined;
  }

  // --- typing and moving ---------------------------------------------------------------------------------------

  /** @param {HTMLInputElement} input */
  typed(input) {
    this.dirty.add(input);
    this.sent.delete(input);
    const line = lineOf(input);
    if (this.blocked.delete(line)) this.clearProblem(line);
    this.say("Not saved yet.");
    this.later(IDLE);
  }

  /**
   * @param {HTMLInputElement} input
   * @param {EventTarget | null} next
   */
  left(input, next) {
    if (this.sent.has(input) && input.value === this.sent.get(input)) {
      input.value = input.defaultValue;
      this.sent.delete(input);
    }
    const sameLine = next instanceof Element && next.closest("tr") === input.closest("tr");
    if (!sameLine && this.unsaved.length) this.later(0);
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLInputElement} input
   */
  onKey(event, input) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { key } = event;
    if (key === "Escape" && this.dirty.has(input)) {
      input.value = input.defaultValue;
      this.dirty.delete(input);
      this.sent.delete(input);
      const line = lineOf(input);
      if (this.blocked.delete(line)) this.clearProblem(line);
      input.select();
      if (!this.unsaved.length) this.say("All changes are saved.");
      event.preventDefault();
      event.stopPropagation();
    } else if (key === "Enter" || key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      this.step(input, key === "ArrowUp" || (key === "Enter" && event.shiftKey) ? -1 : 1);
    } else if (key === "ArrowLeft" || key === "ArrowRight") {
      const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
      const edge = key === "ArrowLeft" ? 0 : input.value.length;
      if (!all && !(input.selectionStart === edge && input.selectionEnd === edge)) return;
      const row = [...(input.closest("tr")?.querySelectorAll("input") ?? [])];
      const next = row[row.indexOf(input) + (key === "ArrowLeft" ? -1 : 1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
    }
  }

  /**
   * To the same column of the next line that has it.
   * @param {HTMLInputElement} input
   * @param {1 | -1} step
   */
  step(input, step) {
    const next = this.beside(input, step);
    next?.focus();
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /**
   * @param {HTMLInputElement} input
   * @param {1 | -1} step
   * @returns {HTMLInputElement | null}
   */
  beside(input, step) {
    const column = input.closest("td")?.cellIndex ?? 0;
    let row = input.closest("tr");
    while ((row = row && nextRow(row, step))) {
      const found = row.cells[column]?.querySelector("input");
      if (found) return found;
    }
    return null;
  }

  /**
   * Cells copied from a spreadsheet go down and to the right from here.
   * @param {ClipboardEvent} event
   * @param {HTMLInputElement} input
   */
  onPaste(event, input) {
    const text = (event.clipboardData?.getData("text/plain") ?? "").replace(/\r?\n$/, "");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    /** @type {HTMLInputElement | null} */
    let start = input;
    for (const line of text.split(/\r?\n/)) {
      if (!start) break;
      const row = [...(start.closest("tr")?.querySelectorAll("input") ?? [])];
      const first = row.indexOf(start);
      line.split("\t").forEach((value, index) => {
        const cell = row[first + index];
        if (!cell) return;
        cell.value = value.trim();
        this.typed(cell);
      });
      start = this.beside(start, 1);
    }
    this.later(0);
  }

  // --- saving --------------------------------------------------------------------------------------------------

  /** @returns {HTMLInputElement[]} typed cells that the server does not have */
  get unsaved() {
    return [...this.dirty].filter((input) => input.value !== input.defaultValue && input.value !== this.sent.get(input));
  }

  /** @param {number} wait */
  later(wait) {
    clearTimeout(this.timer);
    if (this.conflict) return;
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** @param {SubmitEvent} event */
  onSubmit(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    if (this.contains(form)) {
      event.preventDefault();
      event.stopPropagation();
      this.conflict = false;
      this.save();
    } else if (form.matches("[data-claim-step]") && (this.unsaved.length || this.saving)) {
      // A step is taken on what is seen: first what was typed, then the step.
      event.preventDefault();
      event.stopPropagation();
      this.save().then(() => {
        if (!this.unsaved.length && !this.conflict) form.requestSubmit();
      });
    }
  }

  /** @returns {Promise<void>} over when everything typed until now is saved or can't be */
  async save() {
    clearTimeout(this.timer);
    if (this.saving) {
      await this.saving;
      return this.save();
    }
    const inputs = this.unsaved.filter((input) => !this.blocked.has(lineOf(input)));
    if (!inputs.length) {
      if (!this.unsaved.length) this.say("All changes are saved.");
      return undefined;
    }
    this.saving = this.send(inputs);
    await this.saving;
    this.saving = null;
    if (this.unsaved.some((input) => !this.blocked.has(lineOf(input))) && !this.conflict) this.later(this.failed ? RETRY : 0);
    return undefined;
  }

  failed = false;

  /** @param {HTMLInputElement[]} inputs */
  async send(inputs) {
    /** @type {Record<string, Record<string, string>>} */
    const cells = {};
    const values = new Map(inputs.map((input) => [input, input.value]));
    for (const input of inputs) (cells[lineOf(input)] ??= {})[columnOf(input)] = input.value;
    this.say("Saving …");
    this.failed = false;
    let response;
    let answer;
    try {
      response = await fetch(this.getAttribute("src") ?? "", {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ version: this.version, cells }),
      });
      answer = await response.json();
    } catch {
      this.failed = true;
      this.say("No connection. What you typed stays here, and is tried again.", true);
      return;
    }
    if (response.ok) this.saved(answer, values);
    else if (response.status === 409) this.collided(answer.problem);
    else if (response.status === 422 && Object.keys(answer.problems ?? {}).length) this.refused(answer.problems);
    else this.stopped(answer.problem ?? "This could not be saved. Load the page again.");
  }

  /**
   * @param {any} answer
   * @param {Map<HTMLInputElement, string>} values what was sent
   */
  saved(answer, values) {
    for (const [input, value] of values) this.sent.set(input, value);
    this.show(answer);
    for (const [input, value] of values) {
      if (input.value === value) this.dirty.delete(input);
    }
    const left = this.blocked.size;
    if (left) this.say(`${left === 1 ? "One line is" : `${left} lines are`} not saved: see below ${left === 1 ? "it" : "them"}.`, true);
    else if (!this.unsaved.length) this.say(`All changes are saved, ${clock()}.`);
  }

  /** @param {any} answer */
  show(answer) {
    this.version = String(answer.version);
    for (const field of document.querySelectorAll("form[data-claim-step] input[name=version], sov-grid input[name=version]")) {
      if (field instanceof HTMLInputElement) field.value = this.version;
    }
    for (const [line, texts] of Object.entries(answer.rows)) {
      const row = document.getElementById(`l${line}`);
      if (row instanceof HTMLTableRowElement) this.fill(row, texts, 2);
    }
    for (const [key, texts] of Object.entries(answer.groups)) {
      const row = this.querySelector(`tbody[data-group="${key}"] > tr.is-group`);
      if (row instanceof HTMLTableRowElement) this.fill(row, texts, 1);
    }
    const foot = this.querySelector("tfoot tr");
    if (foot instanceof HTMLTableRowElement) this.fill(foot, answer.totals, 1);
    answer.face.forEach((/** @type {[string, string, string]} */ line, /** @type {number} */ index) => {
      const place = this.querySelector(`[data-face="${index}"] data`);
      if (!(place instanceof HTMLDataElement)) return;
      place.textContent = line[1];
      place.value = line[2];
    });
    showBar(answer.bar);
    this.querySelector("[data-warnings]")?.replaceChildren(...answer.warnings.map((/** @type {string} */ text) => make("li", { text })));
  }

  /**
   * @param {HTMLTableRowElement} row
   * @param {any} texts
   * @param {number} first
   */
  fill(row, texts, first) {
    texts.forEach((/** @type {string} */ text, /** @type {number} */ index) => {
      const cell = row.cells[first + index];
      if (!cell) return;
      const input = cell.querySelector("input");
      if (!input) {
        if (cell.textContent !== text) {
          cell.textContent = text;
          cell.classList.toggle("z", text === "0.00");
        }
        return;
      }
      const untouched = !this.dirty.has(input) || input.value === this.sent.get(input);
      input.defaultValue = text;
      // The cell that one is in keeps what was typed until one leaves it.
      if (untouched && input !== document.activeElement) {
        input.value = text;
        this.sent.delete(input);
      } else if (untouched && input.value === text) this.sent.delete(input);
      input.removeAttribute("aria-invalid");
    });
  }

  // --- what can go wrong ---------------------------------------------------------------------------------------

  /** @param {Record<string, string>} problems by "line-ID:COLUMN" or "line-ID" */
  refused(problems) {
    /** @type {Map<string, string[]>} */
    const told = new Map();
    for (const [where, sentence] of Object.entries(problems)) {
      const [line, column] = where.replace(/^line-/, "").split(":");
      if (line === undefined) continue;
      told.set(line, [...(told.get(line) ?? []), sentence]);
      this.blocked.add(line);
      const row = document.getElementById(`l${line}`);
      for (const input of row?.querySelectorAll("input") ?? []) {
        const meant = column ? columnOf(input) === column : this.dirty.has(input);
        if (!meant) continue;
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", `p${line}`);
      }
    }
    for (const [line, sentences] of told) this.tell(line, sentences.join(" "));
    this.say(`${told.size === 1 ? "One line is" : `${told.size} lines are`} not saved yet.`, true);
  }

  /**
   * @param {string} line
   * @param {string} sentence
   */
  tell(line, sentence) {
    this.querySelector(`tr[data-problem="${line}"]`)?.remove();
    const row = document.getElementById(`l${line}`);
    if (!(row instanceof HTMLTableRowElement)) return;
    const cell = make("td", { colspan: String(row.cells.length) }, make("p", { id: `p${line}`, role: "alert", text: sentence }));
    row.after(make("tr", { class: "is-problem", "data-problem": line }, cell));
  }

  /** @param {string} line */
  clearProblem(line) {
    this.querySelector(`tr[data-problem="${line}"]`)?.remove();
    for (const input of document.getElementById(`l${line}`)?.querySelectorAll("input") ?? []) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
    }
  }

  /** @param {string} sentence */
  collided(sentence) {
    this.conflict = true;
    this.classList.add("has-conflict");
    const place = this.querySelector("[data-conflict-text]");
    if (place) place.textContent = sentence;
    this.say("Not saved: somebody else changed this meanwhile.", true);
    const button = this.querySelector("[data-refresh]");
    if (button instanceof HTMLElement) button.hidden = false;
    this.querySelector("#grid-conflict")?.scrollIntoView({ block: "nearest" });
  }

  /** Show the figures as they are now, marking what changed; what was typed here stays typed. */
  async refresh() {
    try {
      const response = await fetch(this.getAttribute("src") ?? "", { headers: { Accept: "application/json" } });
      if (!response.ok) return location.reload();
      const answer = await response.json();
      this.markChanges(answer.rows);
      this.show(answer);
    } catch {
      this.say("No connection. Try again in a moment.", true);
      return undefined;
    }
    this.conflict = false;
    const place = this.querySelector("[data-conflict-text]");
    const count = this.unsaved.length;
    if (place) {
      place.textContent = count
        ? "What changed is marked below. Your own figures are still there and not saved: look at them, then press Save."
        : "What changed is marked below.";
    }
    const button = this.querySelector("[data-refresh]");
    if (button instanceof HTMLElement) button.hidden = true;
    this.say(count ? "Not saved yet." : "All changes are saved.", count > 0);
    return undefined;
  }

  /** @param {Record<string, string[]>} rows */
  markChanges(rows) {
    for (const [line, texts] of Object.entries(rows)) {
      const row = document.getElementById(`l${line}`);
      if (!(row instanceof HTMLTableRowElement)) continue;
      texts.forEach((text, index) => {
        const cell = row.cells[index + 2];
        const input = cell?.querySelector("input");
        const before = input ? input.defaultValue : cell?.textContent;
        cell?.classList.toggle("is-changed", before !== text);
      });
    }
  }

  /** @param {string} sentence */
  stopped(sentence) {
    this.collided(sentence);
    this.say("Not saved.", true);
  }

  /**
   * @param {string} words
   * @param {boolean} [bad]
   */
  say(words, bad = false) {
    const state = this.querySelector("[data-state]");
    if (!state) return;
    state.classList.toggle("is-bad", bad);
    if (state.textContent !== words) state.textContent = words;
  }
}

/** @param {HTMLInputElement} input */
const lineOf = (input) => input.name.slice(input.name.lastIndexOf("-") + 1);

/** @param {HTMLInputElement} input */
const columnOf = (input) => input.name.slice(0, input.name.lastIndexOf("-"));

const clock = () => new Date().toLocaleTimeString(document.documentElement.lang || undefined, { hour: "numeric", minute: "2-digit" });

/**
 * The row before or after, across groups.
 * @param {HTMLTableRowElement} row
 * @param {1 | -1} step
 * @returns {HTMLTableRowElement | null}
 */
function nextRow(row, step) {
  const sibling = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  if (sibling instanceof HTMLTableRowElement) return sibling;
  let body = row.parentElement;
  while ((body = /** @type {HTMLElement | null} */ (step > 0 ? body?.nextElementSibling : body?.previousElementSibling))) {
    if (!(body instanceof HTMLTableSectionElement) || body.tagName !== "TBODY") continue;
    const found = step > 0 ? body.rows[0] : body.rows[body.rows.length - 1];
    if (found) return found;
  }
  return null;
}

/**
 * The claim's money bar, above the grid.
 * @param {{ this: string, retention: string, balance: string, segments: Record<string, [number, number]> }} bar
 */
function showBar(bar) {
  const holder = document.querySelector(".money-bar");
  if (!holder) return;
  for (const name of ["previous", "this", "over", "retention"]) {
    const part = holder.querySelector(name === "retention" ? "rect[fill]" : `.seg-${name}`);
    const [x, width] = bar.segments[name] ?? [0, 0];
    part?.setAttribute("x", String(x));
    part?.setAttribute("width", String(width));
  }
  holder.querySelector(".edge")?.setAttribute("d", `M${bar.segments.this?.[0] ?? 0} 0v20`);
  const figures = holder.querySelectorAll("dd data");
  [bar.this, null, bar.retention, bar.balance].forEach((text, index) => {
    const place = figures[index];
    if (place && text !== null) place.textContent = text;
  });
}

customElements.define("sov-grid", SovGrid);
