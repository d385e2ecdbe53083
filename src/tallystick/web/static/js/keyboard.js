// `/` searches, `j` and `k` walk through rows, `x` selects, `Enter` opens, `?` explains. One switch turns them off.
import { isTyping, remember, remembered } from "./dom.js";

const rows = () => [...document.querySelectorAll("[data-rows] > tr[data-row], [data-rows] > li[data-row]")];

/** @param {number} step */
function walk(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.classList.contains("is-cursor"));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  all[here]?.classList.remove("is-cursor");
  if (!(next instanceof HTMLElement)) return;
  next.classList.add("is-cursor");
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

const current = () => document.querySelector("[data-rows] > .is-cursor");

/** @type {Record<string, () => void>} */
const keys = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => walk(1),
  k: () => walk(-1),
  x: () => current()?.querySelector("input[type=checkbox]")?.click(),
  "?": () => {
    const dialog = document.getElementById("shortcuts");
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && event.target instanceof Element && event.target.matches("[data-rows] > .is-cursor")) {
    event.target.querySelector("a[data-row-link]")?.click();
    return;
  }
  if (event.key === "Escape" && event.target instanceof HTMLElement && event.target.matches("[data-search]")) {
    event.target.blur();
    return;
  }
  if (isTyping(event.target) || document.querySelector("dialog[open]") || remembered("shortcuts") === "off") return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const control = document.querySelector("[data-shortcuts-switch]");
if (control instanceof HTMLInputElement) {
  control.checked = remembered("shortcuts") !== "off";
  control.addEventListener("change", () => remember("shortcuts", control.checked ? "on" : "off"));
}
