// Lines on which somebody else typed meanwhile: who changed what, and whose figures stay.
import { make } from "../dom.js";
import { isTyped } from "./claim-lines.js";

/** @typedef {import("./claim-lines.js").ClaimLines} ClaimLines */
/** @typedef {import("./claim-lines.js").Line} Line */
/** @typedef {import("./claim-lines.js").State} State */
/** @typedef {{ line: number | string, who: string, when: string }} Told what the server says of such a line */

/**
 * @param {ClaimLines} lines
 * @returns {string[]} lines that wait for a decision
 */
export function conflicting({ lines }) {
  return lines.filter((line) => line.conflict).map((line) => line.id);
}

/**
 * Take the lines of an answer, and mark those that somebody else typed on, too.
 * @param {ClaimLines} lines
 * @param {any} answer
 * @param {Map<string, State>} sent what was sent of each line
 */
export function takeAnswer(lines, answer, sent) {
  const named = (/** @type {Told[]} */ list) => new Map(list.map((told) => [String(told.line), told]));
  const disputed = named(answer.conflicts);
  const others = named(answer.others);
  for (const [id, raw] of Object.entries(answer.lines)) {
    const known = lines.byId.get(id)?.version ?? 0;
    const line = lines.update(id, raw, disputed.has(id) ? undefined : sent.get(id));
    if (!line) continue;
    const overtaken = !sent.has(id) && isTyped(line) && line.version > known;
    const by = disputed.get(id) ?? (overtaken ? others.get(id) : undefined);
    if (by || overtaken) line.conflict = { who: by?.who ?? "Somebody else", when: by?.when ?? "" };
  }
}

/**
 * Under each line, and over the table where there are any.
 * @param {any} grid the element: `lines`, `notes`, `data`
 */
export function showConflicts(grid) {
  const ids = conflicting(grid.lines);
  for (const note of grid.querySelectorAll("tr[data-conflict]")) {
    if (note instanceof HTMLElement && !ids.includes(note.dataset.conflict ?? "")) grid.notes.settled(note.dataset.conflict ?? "");
  }
  for (const id of ids) {
    const line = grid.lines.byId.get(id);
    if (line?.conflict) grid.notes.conflict(id, dispute(line, grid.lines, grid.data.columns));
  }
  const place = grid.querySelector("[data-conflicts]");
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
 * @param {ClaimLines} lines
 * @param {readonly { key: string, label: string }[]} columns
 */
function dispute(line, lines, columns) {
  const theirs = lines.cells({ ...line, entry: line.base, base: line.entry });
  const yours = lines.cells(line);
  const parts = Object.keys(yours).map((column) => {
    const label = columns.find((one) => one.key === column)?.label ?? column;
    return `${label} is ${theirs[column] || "empty"} now, yours is ${yours[column] || "empty"}`;
  });
  const when = line.conflict?.when ? `, ${line.conflict.when}` : "";
  return `${line.conflict?.who ?? "Somebody else"} changed this line${when}: ${parts.join("; ")}.`;
}
