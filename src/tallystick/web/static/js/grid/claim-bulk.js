// Edit values: percentages for many lines at once, chosen in a dialog.

/** @typedef {import("./element.js").Edit} Edit */

/**
 * @param {HTMLElement} grid
 * @param {() => string[]} chosen the selected lines, or all of them
 * @param {(count: number) => string} about what the dialog says they are
 * @param {(edits: Edit[]) => string} enter enters them; gives the sentence of what can't be read
 */
export function editValues(grid, chosen, about, enter) {
  const dialog = grid.querySelector("[data-values]");
  const button = grid.querySelector("[data-edit-values]");
  if (!(dialog instanceof HTMLDialogElement) || !(button instanceof HTMLElement)) return;
  /** @type {string[]} */
  let lines = [];
  const fields = [...dialog.querySelectorAll("input[data-value]")].filter((field) => field instanceof HTMLInputElement);
  const problem = dialog.querySelector("[data-values-problem]");

  button.addEventListener("click", () => {
    lines = chosen();
    const place = dialog.querySelector("[data-values-of]");
    if (place) place.textContent = about(lines.length);
    for (const field of fields) field.value = "";
    if (problem instanceof HTMLElement) problem.hidden = true;
    dialog.showModal();
  });
  dialog.querySelector("[data-values-close]")?.addEventListener("click", () => dialog.close());
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = fields.filter((field) => field.value.trim());
    const edits = lines.flatMap((row) => typed.map((field) => ({ row, column: field.dataset.value ?? "", text: asTyped(field) })));
    const sentence = edits.length ? enter(edits) : "";
    if (problem instanceof HTMLElement) {
      problem.textContent = sentence;
      problem.hidden = !sentence;
    }
    if (!sentence) dialog.close();
  });
}

/**
 * What is typed is a percentage, also of columns that take amounts.
 * @param {HTMLInputElement} field
 */
function asTyped(field) {
  const text = field.value.trim();
  return field.dataset.value?.endsWith("released") && !text.endsWith("%") ? `${text}%` : text;
}
