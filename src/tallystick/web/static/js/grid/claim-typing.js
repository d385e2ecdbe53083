// What typing into a claim's grid does to its lines: read, kept as changes that can be undone, shown. Texts that can't be read
// stay in their cells with their sentences.
import { NOTHING_UNREAD, unreadWith } from "./claim-lines.js";
import { inputIn } from "./table.js";

/** @typedef {import("./table.js").Place} Place */
/** @typedef {import("./element.js").Edit} Edit */
/** @typedef {import("./claim-lines.js").State} State */
/** @typedef {{ id: string, before: State, after: State }} Change what one action did to a line */

/** Of cells that say the same thing the later one counts, as on the server. */
const ORDER = ["left", "new", "stored", "percent", "total", "work_percent", "work", "quantity", "retention_rate", "retention", "materials_retention_rate", "materials_retention"];

/** What a claim's lines become as one types; `grid` shows it, undoes it and saves it. */
export class ClaimTyping {
  /** @type {Map<string, State>} what the lines typed into were before */
  before = new Map();
  /** @type {{ row: string, column: string, sentence: string } | null} what can't be read while one still types */
  pending = null;

  /** @param {any} grid the element: `table`, `lines`, `cells`, `notes`, `data`, `typingIn` */
  constructor(grid) {
    this.grid = grid;
  }

  /**
   * A key was pressed in a cell.
   * @param {Place} place
   * @param {string} text
   */
  typed(place, text) {
    const { table, cells, notes } = this.grid;
    const { row, column } = this.grid.edited(place, text);
    for (const id of this.meant(row)) if (!this.before.has(id)) this.before.set(id, this.stateOf(id));
    for (const [id, state] of this.before) this.put(id, state);
    this.read({ row, column, text });
    cells.update(inputIn(table.cell(place.row, place.col)));
    notes.drop(row, column);
  }

  /**
   * The cell is left.
   * @param {Place} place
   * @param {string} text
   * @returns {Change[]}
   */
  settled(place, text) {
    const { row } = this.grid.edited(place, text);
    const changes = this.changesSince(this.before);
    this.before = new Map();
    this.redrawn([row]);
    return changes;
  }

  /** @param {Place} place where typing is taken back */
  takenBack(place) {
    for (const [id, state] of this.before) this.put(id, state);
    this.before = new Map();
    this.grid.cells.update();
    this.redrawn([this.grid.table.rows[place.row]?.key ?? ""]);
  }

  /**
   * @param {readonly Edit[]} edits
   * @returns {Change[]}
   */
  entered(edits) {
    const before = this.statesOf(edits.flatMap(({ row }) => this.meant(row)));
    const ordered = [...edits].sort((one, other) => ORDER.indexOf(one.column) - ORDER.indexOf(other.column));
    for (const edit of ordered) {
      this.grid.notes.drop(edit.row, edit.column);
      this.read(edit);
    }
    return this.changesSince(before);
  }

  /**
   * @param {readonly Edit[]} edits
   * @returns {string} the sentence of the first that can't be read
   */
  problemOf(edits) {
    const { lines, cells } = this.grid;
    for (const { row, column, text } of edits) {
      const line = lines.byId.get(row);
      try {
        if (line) lines.enter(line, column, text, cells.figuresOf(row));
      } catch (problem) {
        return sentenceOf(problem);
      }
    }
    return "";
  }

  /**
   * One cell; what can't be read is kept as it is, with its sentence.
   * @param {Edit} edit
   */
  read({ row, column, text }) {
    const { lines, cells } = this.grid;
    const line = lines.byId.get(row);
    try {
      if (line) {
        const entry = lines.enter(line, column, text, cells.figuresOf(row));
        this.put(row, { entry, unread: unreadWith(line.unread, column, null) });
      } else this.spread(row, column, text);
    } catch (problem) {
      const sentence = sentenceOf(problem);
      if (line) this.put(row, { entry: line.entry, unread: unreadWith(line.unread, column, text) });
      this.pending = { row, column, sentence };
      if (!this.grid.typingIn) this.grid.notes.add(row, column, sentence);
      return;
    }
    if (this.pending?.row === row && this.pending.column === column) this.pending = null;
  }

  /**
   * An amount for a subtotal, over its lines.
   * @param {string} row
   * @param {string} column
   * @param {string} text
   */
  spread(row, column, text) {
    const lines = this.meant(row).flatMap((id) => this.grid.lines.byId.get(id) ?? []);
    /** @type {State["entry"][]} */
    const entries = this.grid.lines.spread(lines, column, text);
    entries.forEach((entry, at) => {
      this.put(lines[at]?.id ?? "", { entry, unread: unreadWith(lines[at]?.unread ?? NOTHING_UNREAD, column, null) });
    });
  }

  /**
   * The lines that a row stands for.
   * @param {string} row
   * @returns {string[]}
   */
  meant(row) {
    if (!row.startsWith("g:")) return [row];
    return (this.grid.cells.groups.find((/** @type {any} */ group) => `g:${group.key}` === row)?.lines ?? []).map(String);
  }

  /**
   * @param {string} id
   * @returns {State}
   */
  stateOf(id) {
    const line = this.grid.lines.byId.get(id);
    if (!line) throw new Error(`there is no line ${id}`);
    return { entry: line.entry, unread: line.unread };
  }

  /**
   * @param {readonly string[]} ids
   * @returns {Map<string, State>}
   */
  statesOf(ids) {
    return new Map(ids.map((id) => [id, this.stateOf(id)]));
  }

  /**
   * @param {string} id
   * @param {State} state
   */
  put(id, state) {
    const line = this.grid.lines.byId.get(id);
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

  /** @param {readonly string[]} rows whose texts are written again, as the server would write them */
  redrawn(rows) {
    const { lines, cells, notes } = this.grid;
    const { pending } = this;
    for (const row of rows) {
      const line = lines.byId.get(row);
      if (line) cells.rewrite(line);
      else if (pending?.row !== row) cells.rewriteSums(row.slice(2));
      if (line && line.unread === NOTHING_UNREAD) notes.drop(row);
    }
    if (pending && rows.includes(pending.row)) {
      notes.add(pending.row, pending.column, pending.sentence);
      this.pending = null;
    }
  }
}

/** @param {unknown} problem */
const sentenceOf = (problem) => (problem instanceof Error ? problem.message : String(problem));
