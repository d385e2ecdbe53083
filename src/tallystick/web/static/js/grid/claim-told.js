// What a claim's grid says of its saving: what is left to save, and why nothing more can be.
import { make } from "../dom.js";
import { conflicting } from "./claim-conflicts.js";

/**
 * @param {import("./claim-lines.js").ClaimLines} lines
 * @returns {[words: string, bad: boolean]}
 */
export function whatIsLeft(lines) {
  const disputed = conflicting(lines).length;
  const left = lines.lines.filter((line) => line.blocked || Object.keys(line.unread).length).length;
  if (disputed) return [`${disputed === 1 ? "One line waits" : `${disputed} lines wait`} for you to choose.`, true];
  if (left) return [`${left === 1 ? "One line is" : `${left} lines are`} not saved: see below ${left === 1 ? "it" : "them"}.`, true];
  if (lines.unsaved.length) return ["Not saved yet.", false];
  return [`All changes are saved, ${clock()}.`, false];
}

/**
 * Nothing more can be saved from this page.
 * @param {HTMLElement} grid
 * @param {string} sentence why
 */
export function showStopped(grid, sentence) {
  const place = grid.querySelector("[data-conflicts]");
  if (!(place instanceof HTMLElement)) return;
  place.replaceChildren(
    make("p", { text: `${sentence} What you typed stays here to copy from, until you load the page again.` }),
    make("button", { type: "button", class: "btn is-secondary is-small", "data-again": "", text: "Load the page again" }),
  );
  place.hidden = false;
}

const clock = () => new Date().toLocaleTimeString(document.documentElement.lang || undefined, { hour: "numeric", minute: "2-digit" });
