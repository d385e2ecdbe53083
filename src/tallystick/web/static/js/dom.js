// Small things that several modules need.

/**
 * Make an element with a class, text and attributes.
 * @param {string} tag
 * @param {{ class?: string, text?: string, [attribute: string]: string | undefined }} [wanted]
 * @param {...Node} children
 * @returns {HTMLElement}
 */
export function make(tag, wanted = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/**
 * Whether a key press is meant for a field rather than for the page.
 * @param {EventTarget | null} target
 */
export function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

/**
 * Read and write one small setting of this browser; a browser that forbids it simply forgets.
 * @param {string} key
 * @returns {string | null}
 */
export function remembered(key) {
  try {
    return localStorage.getItem(`tallystick.${key}`);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(`tallystick.${key}`, value);
  } catch {
    // Private windows may refuse; the choice then lasts for this page.
  }
}

/** The token that Django wants with every change, from the page's first form or the body's htmx headers. */
export function csrfToken() {
  const field = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (field instanceof HTMLInputElement) return field.value;
  const headers = document.body.getAttribute("hx-headers");
  return headers ? String(JSON.parse(headers)["X-CSRFToken"] ?? "") : "";
}

/**
 * "3 files", "1 file".
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}
