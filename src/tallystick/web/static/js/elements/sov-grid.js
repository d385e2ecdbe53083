// The lines of a claim: figures follow as one types, what is typed is saved by itself. The server reads and computes
// everything again; without this script the form saves all cells at once.
import { showBar, showFace } from "../grid/claim-face.js";
import { editValues } from "../grid/claim-bulk.js";
import { ClaimCells } from "../grid/claim-cells.js";
import { conflicting, showConflicts, takeAnswer } from "../grid/claim-conflicts.js";
import { ClaimLines, NOTHING_UNREAD, isTyped } from "../grid/claim-lines.js";
import { showStopped, whatIsLeft } from "../grid/claim-told.js";
import { ClaimTyping } from "../grid/claim-typing.js";
import { GridElement } from "../grid/element.js";
import { Notes } from "../grid/notes.js";
import { Saver } from "../grid/saving.js";
import { inputIn } from "../grid/table.js";
import { History } from "../grid/undo.js";
import { make } from "../dom.js";

/** @typedef {import("../grid/table.js").Place} Place */
/** @typedef {import("../grid/element.js").Edit} Edit */
/** @typedef {import("../grid/claim-lines.js").State} State */
/** @typedef {import("../grid/claim-typing.js").Change} Change */

const SOON = 300;

/** <sov-grid src="/claims/7/entries" data-layout="/preferences/grids/claim-amount">: see docs/grid.md. */
class SovGrid extends GridElement {
  /** @type {any} */
  data = {};
  /** @type {Map<string, State>} what was sent of each line */
  sent = new Map();

  begun() {
    this.data = JSON.parse(this.querySelector("script[data-grid]")?.textContent ?? "{}");
    this.editable = this.data.editable === true;
    this.currency = this.data.currency;
    this.exponent = this.data.exponent;
    this.columns = this.data.columns;
    this.table.refresh(this.columns);
    if (!this.editable) return;
    this.lines = new ClaimLines(this.data);
    this.cells = new ClaimCells(this.table, this.lines, this.data);
    this.notes = new Notes(this.table);
    this.typed = new ClaimTyping(this);
    this.version = this.data.version;
    this.history = new History(() => this.offerUndo());
    this.saver = new Saver(this.getAttribute("src") ?? "", {
      collect: () => this.collect(),
      saved: (answer) => this.saved(answer),
      refused: (answer) => this.refused(answer),
      stopped: (sentence) => this.stopped(sentence),
      say: (words, bad) => this.say(words, bad),
    });
    document.addEventListener("submit", this, true);
    addEventListener("beforeunload", this);
    editValues(
      this,
      () => this.chosenLines,
      (count) => (count === this.lines.lines.length ? `On all ${count.toLocaleString()} lines.` : `On the ${count.toLocaleString()} selected lines.`),
      (edits) => this.tryAll(edits),
    );
    this.say("All changes are saved.");
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("submit", this, true);
    removeEventListener("beforeunload", this);
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type === "submit") return this.onSubmit(/** @type {SubmitEvent} */ (event));
    if (event.type === "beforeunload") {
      this.settle();
      if (this.lines.hasTyped) event.preventDefault();
      return undefined;
    }
    return super.handleEvent(event);
  }

  // --- typing ----------------------------------------------------------------------------------------------------------

  /**
   * @param {Place} place
   * @param {string} text
   */
  typing(place, text) {
    if (!this.editable) return;
    this.typed.typed(place, text);
    this.followed();
    this.saver.later();
  }

  /**
   * @param {Place} place
   * @param {string} text
   */
  commit(place, text) {
    if (!this.editable) return;
    const changes = this.typed.settled(place, text);
    if (changes.length) this.history.add(changes);
    if (changes.length) this.saver.later(SOON);
    else this.sayWhatIsLeft();
  }

  /** @param {Place} place */
  revert(place) {
    this.typed.takenBack(place);
    this.followed();
    this.sayWhatIsLeft();
  }

  /** @param {readonly Edit[]} edits */
  enter(edits) {
    if (!this.editable || !edits.length) return;
    this.settle();
    this.did(this.typed.entered(edits), edits.map((edit) => edit.row));
  }

  /**
   * Enter all of it, or nothing where something can't be read.
   * @param {Edit[]} edits
   * @returns {string} the sentence of what can't be read
   */
  tryAll(edits) {
    const problem = this.typed.problemOf(edits);
    if (problem) return problem;
    const taken = new Set(this.data.inputs);
    this.enter(edits.filter((edit) => taken.has(edit.column)));
    return "";
  }

  /**
   * Something was done to lines: show it, keep it for undoing, save it.
   * @param {Change[]} changes
   * @param {string[]} rows
   */
  did(changes, rows) {
    if (changes.length) this.history.add(changes);
    this.cells.update();
    this.typed.redrawn([...new Set(rows)]);
    this.followed();
    this.saver.later(SOON);
  }

  /** The face follows. */
  followed() {
    showFace(this, this.cells.figures, this.data);
    if (this.lines.hasTyped) this.say("Not saved yet.");
  }

  // --- undoing ---------------------------------------------------------------------------------------------------------

  undo() {
    if (this.typingIn) return this.cancel();
    this.play(this.history?.back(), "before");
  }

  redo() {
    this.settle();
    this.play(this.history?.forth(), "after");
  }

  /**
   * @param {Change[] | null | undefined} changes
   * @param {"before" | "after"} which
   */
  play(changes, which) {
    if (!changes) return;
    const rows = changes.map(({ id }) => id);
    for (const change of changes) {
      this.typed.put(change.id, change[which]);
      this.notes.drop(change.id);
    }
    this.cells.update();
    this.typed.redrawn(rows);
    this.followed();
    this.sayWhatIsLeft();
    this.saver.later(SOON);
    const first = this.table.rows.findIndex((row) => row.key === rows[0]);
    if (first >= 0 && !rows.includes(this.table.rows[this.selection.active.row]?.key ?? "")) this.selection.go(first, this.selection.active.col);
    else this.selection.focus();
  }

  offerUndo() {
    const offers = /** @type {[string, number][]} */ ([["[data-undo]", this.history.done.length], ["[data-redo]", this.history.undone.length]]);
    for (const [button, steps] of offers) this.querySelector(button)?.setAttribute("aria-disabled", String(steps === 0));
  }

  // --- clicks ----------------------------------------------------------------------------------------------------------

  /** @param {Event} event */
  clicked(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!button || !this.editable) return;
    const { dataset, name } = button;
    if (dataset.undo !== undefined) this.undo();
    else if (dataset.redo !== undefined) this.redo();
    else if (dataset.mark !== undefined) {
      event.preventDefault();
      this.enter([{ row: name.slice(7), column: "review", text: button.value === "no_action" ? "" : button.value }]);
    } else if (name.startsWith("take-")) {
      event.preventDefault();
      this.takeProposals(name === "take-all" ? this.lines.lines.map((line) => line.id) : [name.slice(5)]);
    } else if (dataset.keep !== undefined) this.decide([dataset.keep], true);
    else if (dataset.take !== undefined) this.decide([dataset.take], false);
    else if (dataset.all !== undefined) this.decide(conflicting(this.lines), dataset.all === "keep");
    else if (dataset.again !== undefined) location.reload();
  }

  /** @param {string[]} ids */
  takeProposals(ids) {
    const lines = ids.flatMap((id) => this.lines.byId.get(id) ?? []).filter((line) => line.proposed.work !== null);
    const before = this.typed.statesOf(lines.map((line) => line.id));
    for (const line of lines) this.typed.put(line.id, { entry: this.lines.proposal(line), unread: NOTHING_UNREAD });
    this.did(this.typed.changesSince(before), lines.map((line) => line.id));
  }

  /** @param {string} key */
  shortcut(key) {
    const { col } = this.selection.active;
    if (this.table.columns[col]?.kind !== "mark" || !this.takes(this.selection.active)) return false;
    const mark = /** @type {Record<string, string>} */ ({ a: "approved", r: "rejected" })[key.toLowerCase()];
    if (!mark) return false;
    this.enter(this.selection.lines.map((row) => ({ row: this.table.rows[row]?.key ?? "", column: "review", text: mark })));
    return true;
  }

  /** @param {Place} place */
  takes(place) {
    if (!this.editable) return false;
    const column = this.table.columns[place.col];
    return column?.kind === "mark" ? column.input && this.table.rows[place.row]?.kind === "line" : super.takes(place);
  }

  /** @param {Place} place */
  filled(place) {
    const { row, column } = this.edited(place, "");
    const line = this.lines.byId.get(row);
    if (line && column === "retention") return this.lines.retentionText(line.entry, "work");
    if (line && column === "materials_retention") return this.lines.retentionText(line.entry, "materials");
    return super.filled(place);
  }

  /** @returns {string[]} the selected lines; all of them where only a cell is */
  get chosenLines() {
    const rows = this.selection.isRange ? this.selection.lines.map((row) => this.table.rows[row]?.key ?? "") : [];
    return rows.length ? rows.filter((row) => !row.startsWith("g:")) : this.lines.lines.map((line) => line.id);
  }

  // --- saving ----------------------------------------------------------------------------------------------------------

  /** @returns {object | null} */
  collect() {
    const lines = this.lines.unsaved;
    if (!lines.length) return null;
    this.sent = this.typed.statesOf(lines.map((line) => line.id));
    const cells = Object.fromEntries(lines.map((line) => [line.id, this.lines.cells(line)]));
    return { version: this.version, cells };
  }

  /** @param {any} answer */
  saved(answer) {
    this.version = answer.version;
    for (const field of document.querySelectorAll("form[data-claim-step] input[name=version], sov-grid input[name=version]")) {
      if (field instanceof HTMLInputElement) field.value = String(this.version);
    }
    const { sent } = this;
    this.sent = new Map();
    takeAnswer(this.lines, answer, sent);
    this.cells.update(this.typingIn ? inputIn(this.table.cell(this.typingIn.row, this.typingIn.col)) : null);
    showConflicts(this);
    showFace(this, this.cells.figures, this.data);
    showBar(answer.bar);
    this.querySelector("[data-warnings]")?.replaceChildren(...answer.warnings.map((/** @type {string} */ text) => make("li", { text })));
    this.sayWhatIsLeft();
    if (answer.reload || (!this.lines.hasTyped && !this.agrees(answer.summary))) this.reload();
  }

  /**
   * Whether the server came to the same figures.
   * @param {Record<string, number>} summary
   */
  agrees(summary) {
    const own = /** @type {Record<string, number | null>} */ (/** @type {unknown} */ (this.cells.figures.summary));
    return Object.entries(summary).every(([name, amount]) => own[name] === amount);
  }

  /** @param {any} answer */
  refused(answer) {
    for (const [where, sentence] of Object.entries(answer.problems)) {
      const [id = "", column = ""] = where.replace(/^line-/, "").split(":");
      const line = this.lines.byId.get(id);
      if (!line) continue;
      line.blocked = true;
      this.notes.add(id, column, String(sentence));
    }
    this.sayWhatIsLeft();
  }

  /** @param {string} sentence */
  stopped(sentence) {
    showStopped(this, sentence);
    this.say("Not saved.", true);
  }

  // --- what others did ---------------------------------------------------------------------------------------------------

  /**
   * @param {string[]} ids
   * @param {boolean} keep
   */
  decide(ids, keep) {
    for (const id of ids) {
      const line = this.lines.byId.get(id);
      if (!line) continue;
      line.conflict = null;
      if (!keep) this.typed.put(id, { entry: line.base, unread: NOTHING_UNREAD });
    }
    this.cells.update();
    this.typed.redrawn(ids);
    showConflicts(this);
    this.followed();
    this.sayWhatIsLeft();
    this.saver.later(0);
  }

  /** Draw the table as the server has it now; what was typed here stays typed. */
  async reload() {
    this.settle();
    const row = this.table.rows[this.selection.active.row]?.key ?? "";
    const column = this.table.columns[this.selection.active.col]?.key ?? "";
    const focused = this.table.element.contains(document.activeElement);
    const response = await fetch(this.getAttribute("src") ?? "", { headers: { Accept: "application/json" } });
    if (!response.ok) return location.reload();
    this.data = await response.json();
    this.table.element.innerHTML = this.data.table;
    this.columns = this.data.columns;
    this.table.refresh(this.columns);
    if (this.editable) {
      this.version = this.data.version;
      this.lines.take(this.data);
      this.cells = new ClaimCells(this.table, this.lines, this.data);
      for (const line of this.lines.lines) if (isTyped(line)) this.cells.rewrite(line);
      for (const group of this.cells.groups) this.cells.rewriteSums(group.key);
      this.notes.redraw();
      showConflicts(this);
    }
    this.layout.drawn();
    this.selection.painted = new Set();
    this.selection.corner = null;
    const place = this.table.find(row, column);
    if (place && focused) this.selection.go(place.row, place.col);
    return undefined;
  }

  // --- leaving and telling ---------------------------------------------------------------------------------------------

  /** @param {SubmitEvent} event */
  onSubmit(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method === "dialog") return;
    if (form.id === "grid-form" && this.contains(form)) {
      event.preventDefault();
      event.stopPropagation();
      this.settle();
      this.saver.save().then(() => this.sayWhatIsLeft());
      return;
    }
    if (!form.matches("[data-claim-step]")) return;
    this.settle();
    if (!this.lines.hasTyped && !this.saver.running) return;
    // A step is taken on what is seen: first what was typed, then the step.
    event.preventDefault();
    event.stopPropagation();
    this.saver.save().then(() => {
      if (!this.lines.hasTyped) form.requestSubmit();
    });
  }

  sayWhatIsLeft() {
    this.say(...whatIsLeft(this.lines));
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

customElements.define("sov-grid", SovGrid);
