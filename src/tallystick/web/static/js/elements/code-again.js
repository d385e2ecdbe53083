// Counts down until another code may be sent. The button stays reachable and says why it does nothing yet; the server
// knows by itself, so without scripts the button just works.

/** <code-again data-seconds="30"> around a button and a [data-left]. */
class CodeAgain extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  timer;
  until = 0;

  connectedCallback() {
    this.until = Date.now() + 1000 * Number(this.dataset.seconds ?? 0);
    this.addEventListener("click", this);
    this.timer = setInterval(() => this.show(), 1000);
    this.show();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  get left() {
    return Math.max(0, Math.ceil((this.until - Date.now()) / 1000));
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (this.left > 0) event.preventDefault();
  }

  show() {
    const button = this.querySelector("button");
    const words = this.querySelector("[data-left]");
    if (button) {
      if (this.left > 0) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
    // Heard once when it begins and once when it ends; in between it only changes for the eye.
    if (words instanceof HTMLElement) {
      words.setAttribute("aria-live", this.left > 0 ? "off" : "polite");
      words.textContent = this.left > 0 ? `in ${this.left} s` : "";
    }
    if (this.left === 0) clearInterval(this.timer);
  }
}

customElements.define("code-again", CodeAgain);
