import { make } from "./dom.js";

/**
 * A short message in the corner that goes away by itself. For what needs reading, use a banner.
 * @param {string} text
 * @param {{ label: string, run: () => void }} [action]
 */
export function toast(text, action) {
  const region = document.getElementById("toasts");
  if (!region) return;
  const element = make("div", { class: "toast" }, make("span", { text }));
  if (action) {
    const button = make("button", { type: "button", text: action.label });
    button.addEventListener("click", () => {
      element.remove();
      action.run();
    });
    element.append(button);
  }
  region.append(element);
  let timer = setTimeout(() => element.remove(), 8000);
  // A message that is being read stays.
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => (timer = setTimeout(() => element.remove(), 3000)));
}

// The server says `HX-Trigger: {"toast": {"text": "Saved."}}`.
document.addEventListener("toast", (event) => {
  const detail = /** @type {CustomEvent} */ (event).detail;
  toast(typeof detail === "string" ? detail : String(detail?.text ?? detail?.value ?? ""));
});
