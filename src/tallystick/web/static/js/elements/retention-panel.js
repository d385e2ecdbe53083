// Says below a panel what it would come to, while one chooses: the server's own sentence, nothing is computed here.
import { csrfToken } from "../dom.js";

const PAUSE = 250;

/**
 * Attributes
 *   data-preview   the address that answers {"text"} or {"problem"} for the form's fields and a panel's name
 * Inside
 *   [data-panel]   the fields of one change; its name is sent as "do"
 *   output[data-preview-text]   where the sentence goes
 */
class RetentionPanel extends HTMLElement {
  /** @type {number | undefined} */
  timer;
  /** @type {HTMLElement | null} */
  panel = null;
  asked = 0;

  connectedCallback() {
    this.addEventListener("input", this);
    this.addEventListener("change", this);
  }

  disconnectedCallback() {
    this.removeEventListener("input", this);
    this.removeEventListener("change", this);
    clearTimeout(this.timer);
  }

  /** @param {Event} event */
  handleEvent(event) {
    const target = event.target instanceof Element ? event.target : null;
    const panel = target?.closest("[data-panel]");
    if (panel instanceof HTMLElement) this.panel = panel;
    if (!this.panel) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const form = this.querySelector("form");
    const panel = this.panel;
    if (!form || !panel) return;
    const number = ++this.asked;
    const fields = new FormData(form);
    fields.set("do", panel.dataset.panel ?? "");
    let answer = {};
    try {
      const response = await fetch(this.dataset.preview ?? "", {
        method: "POST",
        body: fields,
        headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
      });
      answer = await response.json();
    } catch {
      // Without an answer nothing is said; pressing the button still gets one.
    }
    if (number === this.asked) this.say(panel, answer);
  }

  /**
   * @param {HTMLElement} panel
   * @param {{ text?: string, problem?: string }} answer
   */
  say(panel, answer) {
    for (const output of this.querySelectorAll("[data-preview-text]")) {
      const here = panel.contains(output);
      output.textContent = here ? (answer.text ?? answer.problem ?? "") : "";
      output.classList.toggle("is-bad", here && !answer.text && Boolean(answer.problem));
    }
  }
}

customElements.define("retention-panel", RetentionPanel);
