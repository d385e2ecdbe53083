// The lines of a claim: figures follow as one types, what is typed is saved by itself. The server reads and computes
// everything again; without this script the form saves all cells at once.
import { showBar, showFace } from "../grid/claim-face.js";
import { editValues } from "../grid/claim-bulk.js";
import { ClaimCells } from "../grid/claim-cells.js";
import { ClaimLines, NOTHING_UNREAD, isTyped, unreadWith } from "../grid/claim-lines.js";
import { GridElement } from "../grid/element.js";
import { Notes } from "../grid/notes.js";
import { Saver } from "../grid/saving.js";
import { inputIn } from "../grid/table.js";
import { History } from "../grid/undo.js";
import { make } from "../dom.js";

/** @typedef {import("../grid/table.js").Place} Place */
/** @typedef {import("../grid/element.js").Edit} Edit */
/** @typedef {import("../grid/claim-lines.js").Line} Line */
/** @typedef {import("../grid/claim-lines.js").State} State */
/** @typedef {{ id: string, before: State, after: State }} Change what one action did to a line */

/** Of cells that say the same thing the later one counts, as on the server. */
const ORDER = ["left", "new", "stored", "percent", "total", "work_percent", "work", "quantity", "retention_rate", "retention", "materials_retention_rate", "materials_retention"];
const SOON = 300;

/** <sov-grid src="/claims/7/entries" data-layout="/preferences/grids/claim-amount">: see docs/grid.md. */
class SovGrid extends GridElement {
  /** @type {any} */
  data = {};
  /** @type {Map<string, State>} what the lines typed into were before */
  before = new Map();
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
    const { row, column } = this.edited(place, text);
    for (const id of this.meant(row)) if (!this.before.has(id)) this.before.set(id, this.stateOf(id));
    for (const [id, state] of this.before) this.put(id, state);
    this.put1({ row, column, text });
    this.cells.update(inputIn(this.table.cell(place.row, place.col)));
    this.notes.drop(row, column);
    this.followed();
    this.saver.later();
  }

  /**
   * @param {Place} place
   * @param {string} text
   */
  commit(place, text) {
    if (!this.editable) return;
    const { row } = this.edited(place, text);
    const changes = this.changesSince(this.before);
    this.before = new Map();
    if (changes.length) this.history.add(changes);
    this.redrawn([row]);
    if (changes.length) this.saver.later(SOON);
    else this.sayWhatIsLeft();
  }

  /** @param {Place} place */
  revert(place) {
    for (const [id, state] of this.before) this.put(id, state);
    this.before = new Map();
    this.cells.update();
    this.redrawn([this.table.rows[place.row]?.key ?? ""]);
    this.followed();
    this.sayWhatIsLeft();
  }

  /** @param {readonly Edit[]} edits */
  enter(edits) {
    if (!this.editable || !edits.length) return;
    this.settle();
    const before = new Map(edits.flatMap(({ row }) => this.meant(row)).map((id) => [id, this.stateOf(id)]));
    const ordered = [...edits].sort((one, other) => ORDER.indexOf(one.column) - ORDER.indexOf(other.column));
    for (const edit of ordered) {
      this.notes.drop(edit.row, edit.column);
      this.put1(edit);
    }
    this.did(this.changesSince(before), edits.map((edit) => edit.row));
  }

  /**
   * Enter all of it, or nothing where something can't be read.
   * @param {Edit[]} edits
   * @returns {string} the sentence of what can't be read
   */
  tryAll(edits) {
    for (const { row, column, text } of edits) {
      const line = this.lines.byId.get(row);
      try {
        if (line) this.lines.enter(line, column, text, this.cells.figuresOf(row));
      } catch (problem) {
        return problem instanceof Error ? problem.message : String(problem);
      }
    }
    const taken = new Set(this.data.inputs);
    this.enter(edits.filter((edit) => taken.has(edit.column)));
    return "";
  }

  /**
   * One cell; what can't be read is kept as it is, with its sentence.
   * @param {Edit} edit
   */
  put1({ row, column, text }) {
    const line = this.lines.byId.get(row);
    try {
      if (line) {
        const entry = this.lines.enter(line, column, text, this.cells.figuresOf(row));
        this.put(row, { entry, unread: unreadWith(line.unread, column, null) });
      } else {
        const lines = this.meant(row).flatMap((id) => this.lines.byId.get(id) ?? []);
        this.lines.spread(lines, column, text).forEach((entry, at) => this.put(lines[at]?.id ?? "", { entry, unread: unreadWith(lines[at]?.unread ?? NOTHING_UNREAD, column, null) }));
      }
    } catch (problem) {
      const sentence = problem instanceof Error ? problem.message : String(problem);
      if (line) this.put(row, { entry: line.entry, unread: unreadWith(line.unread, column, text) });
      this.pending = { row, column, sentence };
      if (!this.typingIn) this.notes.add(row, column, sentence);
      return;
    }
    if (this.pending?.row === row && this.pending.column === column) this.pending = null;
  }

  /** @type {{ row: string, column: string, sentence: string } | null} what can't be read while one still types */
  pending = null;

  /**
   * The lines that a row stands for.
   * @param {string} row
   * @returns {string[]}
   */
  meant(row) {
    if (!row.startsWith("g:")) return [row];
    return (this.cells.groups.find((group) => `g:${group.key}` === row)?.lines ?? []).map(String);
  }

  /**
   * @param {string} id
   * @returns {State}
   */
  stateOf(id) {
    const line = this.lines.byId.get(id);
    if (!line) throw new Error(`there is no line ${id}`);
    return { entry: line.entry, unread: line.unread };
  }

  /**
   * @param {string} id
   * @param {State} state
   */
  put(id, state) {
    const line = this.lines.byId.get(id);
    if (!line) return;
    if (line.entry !== state.entry || line.unread !== state.unread) line.blocked = false;
    line.entry = state.entry;
    line.unread = state.unread;
  }

  /**
   * @param {Map<string, State>} before
   * @returns {Change[]}
   */
  changesSince(before) {
    return [...before].flatMap(([id, state]) => {
      const after = this.stateOf(id);
      const alike = JSON.stringify([after.entry, after.unread]) === JSON.stringify([state.entry, state.unread]);
      return alike ? [] : [{ id, before: state, after }];
    });
  }

  /**
   * Something was done to lines: show it, keep it for undoing, save it.
   * @param {Change[]} changes
   * @param {string[]} rows
   */
  did(changes, rows) {
    if (changes.length) this.history.add(changes);
    this.cells.update();
    this.redrawn([...new Set(rows)]);
    this.followed();
    this.saver.later(SOON);
  }

  /** @param {readonly string[]} rows whose texts are written again, as the server would write them */
  redrawn(rows) {
    const { pending } = this;
    for (const row of rows) {
      const line = this.lines.byId.get(row);
      if (line) this.cells.rewrite(line);
      else if (pending?.row !== row) this.cells.rewriteSums(row.slice(2));
      if (line && line.unread === NOTHING_UNREAD) this.notes.drop(row);
    }
    if (pending && rows.includes(pending.row)) {
      this.notes.add(pending.row, pending.column, pending.sentence);
      this.pending = null;
    }
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
      this.put(change.id, change[which]);
      this.notes.drop(change.id);
    }
    this.cells.update();
    this.redrawn(rows);
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
    else if (dataset.all !== undefined) this.decide(this.conflicting, dataset.all === "keep");
    else if (dataset.again !== undefined) location.reload();
  }

  /** @param {string[]} ids */
  takeProposals(ids) {
    const lines = ids.flatMap((id) => this.lines.byId.get(id) ?? []).filter((line) => line.proposed.work !== null);
    const before = new Map(lines.map((line) => [line.id, this.stateOf(line.id)]));
    for (const line of lines) this.put(line.id, { entry: this.lines.proposal(line), unread: NOTHING_UNREAD });
    this.did(this.changesSince(before), lines.map((line) => line.id));
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
    this.sent = new Map(lines.map((line) => [line.id, this.stateOf(line.id)]));
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
    const named = (/** @type {any[]} */ list) => new Map(list.map((conflict) => [String(conflict.line), conflict]));
    const disputed = named(answer.conflicts);
    const others = named(answer.others);
    for (const [id, raw] of Object.entries(answer.lines)) {
      const known = this.lines.byId.get(id)?.version ?? 0;
      const line = this.lines.update(id, raw, disputed.has(id) ? undefined : sent.get(id));
      if (!line) continue;
      const overtaken = !sent.has(id) && isTyped(line) && line.version > known;
      const by = disputed.get(id) ?? (overtaken ? others.get(id) : undefined);
      if (by || overtaken) line.conflict = { who: by?.who ?? "Somebody else", when: by?.when ?? "" };
    }
    this.cells.update(this.typingIn ? inputIn(this.table.cell(this.typingIn.row, this.typingIn.col)) : null);
    this.showConflicts();
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
    const place = this.querySelector("[data-conflicts]");
    if (place instanceof HTMLElement) {
      place.replaceChildren(
        make("p", { text: `${sentence} What you typed stays here to copy from, until you load the page again.` }),
        make("button", { type: "button", class: "btn is-secondary is-small", "data-again": "", text: "Load the page again" }),
      );
      place.hidden = false;
    }
    this.say("Not saved.", true);
  }

  // --- what others did ---------------------------------------------------------------------------------------------------

  /** @returns {string[]} lines that wait for a decision */
  get conflicting() {
    return this.lines.lines.filter((line) => line.conflict).map((line) => line.id);
  }

  showConflicts() {
    const ids = this.conflicting;
    for (const note of this.querySelectorAll("tr[data-conflict]")) {
      if (note instanceof HTMLElement && !ids.includes(note.dataset.conflict ?? "")) this.notes.settled(note.dataset.conflict ?? "");
    }
    for (const id of ids) {
      const line = this.lines.byId.get(id);
      if (line?.conflict) this.notes.conflict(id, this.dispute(line));
    }
    const place = this.querySelector("[data-conflicts]");
    if (!(place instanceof HTMLElement)) return;
    place.hidden = ids.length === 0;
    if (!ids.length) return place.replaceChildren();
    const count = ids.length === 1 ? "A line that you typed into was" : `${ids.length.toLocaleString()} lines that you typed into were`;
    place.replaceChildren(
      make("p", { text: `${count} changed by somebody else meanwhile. Choose whose figures stay; everything else is saved.` }),
      make("button", { type: "button", class: "btn is-secondary is-small", "data-all": "keep", text: "Keep all of mine" }),
      make("button", { type: "button", class: "btn is-secondary is-small", "data-all": "take", text: "Take all of theirs" }),
    );
    return undefined;
  }

  /**
   * Who changed what: "Dana Whitlock, 3:42 pm: This period 700.00, yours 55.00."
   * @param {Line} line
   */
  dispute(line) {
    const theirs = this.lines.cells({ ...line, entry: line.base, base: line.entry });
    const yours = this.lines.cells(line);
    const parts = Object.keys(yours).map((column) => {
      const label = this.data.columns.find((/** @type {any} */ one) => one.key === column)?.label ?? column;
      return `${label} is ${theirs[column] || "empty"} now, yours is ${yours[column] || "empty"}`;
    });
    const when = line.conflict?.when ? `, ${line.conflict.when}` : "";
    return `${line.conflict?.who ?? "Somebody else"} changed this line${when}: ${parts.join("; ")}.`;
  }

  /**
   * @param {string[]} ids
   * @param {boolean} keep
   */
  decide(ids, keep) {
    for (const id of ids) {
      const line = this.lines.byId.get(id);
      if (!line) continue;
      line.conflict = null;
      if (!keep) this.put(id, { entry: line.base, unread: NOTHING_UNREAD });
    }
    this.cells.update();
    this.redrawn(ids);
    this.showConflicts();
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
      this.showConflicts();
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
    const disputed = this.conflicting.length;
    const left = this.lines.lines.filter((line) => line.blocked || Object.keys(line.unread).length).length;
    if (disputed) this.say(`${disputed === 1 ? "One line waits" : `${disputed} lines wait`} for you to choose.`, true);
    else if (left) this.say(`${left === 1 ? "One line is" : `${left} lines are`} not saved: see below ${left === 1 ? "it" : "them"}.`, true);
    else if (this.lines.unsaved.length) this.say("Not saved yet.");
    else this.say(`All changes are saved, ${clock()}.`);
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

const clock = () => new Date().toLocaleTimeString(document.documentElement.lang || undefined, { hour: "numeric", minute: "2-digit" });

customElements.define("sov-grid", SovGrid);
