// Follows work that somebody waits for. Asks about once a second, less often when nothing answers or nobody looks.

/**
 * <run-progress src="/runs/7" [data-reload]> with a <progress> and a [data-text] inside.
 *
 * `src` answers JSON: {"state": "waiting" | "running" | "done" | "failed", "percent": 0–100 or null, "text": sentence,
 * "html": what takes this element's place when it is over}. With data-reload the page is loaded again instead.
 * When it is over, `run-finished` is sent out (bubbles) with the answer as its detail.
 */
class RunProgress extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  wait = 1000;
  said = 0;

  connectedCallback() {
    this.timer = setTimeout(() => this.ask(), 400);
    document.addEventListener("visibilitychange", this);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this);
  }

  handleEvent() {
    if (document.hidden) return;
    clearTimeout(this.timer);
    this.wait = 1000;
    this.ask();
  }

  async ask() {
    clearTimeout(this.timer);
    try {
      const response = await fetch(this.getAttribute("src") ?? "", { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const run = await response.json();
      this.wait = 1000;
      this.show(run);
      if (run.state === "done" || run.state === "failed") return this.finish(run);
    } catch {
      this.wait = Math.min(this.wait * 2, 15000);
      if (this.wait >= 4000) this.say("The connection is slow. The work goes on; this page keeps asking.");
    }
    if (this.isConnected) this.timer = setTimeout(() => this.ask(), document.hidden ? Math.max(this.wait, 5000) : this.wait);
  }

  /** @param {{ percent: number | null, text: string }} run */
  show(run) {
    const bar = this.querySelector("progress");
    if (bar) {
      if (run.percent === null || run.percent === undefined) bar.removeAttribute("value");
      else bar.value = run.percent;
    }
    // A screen reader hears how far it is every five seconds, not every second.
    const now = Date.now();
    const text = this.querySelector("[data-text]");
    if (text && now - this.said > 5000) {
      text.setAttribute("aria-live", "polite");
      this.said = now;
    } else text?.setAttribute("aria-live", "off");
    this.say(run.text);
  }

  /** @param {string} words */
  say(words) {
    const text = this.querySelector("[data-text]");
    if (text && text.textContent !== words) text.textContent = words;
  }

  /** @param {{ state: string, html?: string }} run */
  finish(run) {
    this.dispatchEvent(new CustomEvent("run-finished", { bubbles: true, detail: run }));
    if (this.hasAttribute("data-reload")) return location.reload();
    if (!run.html) return undefined;
    const holder = document.createElement("template");
    holder.innerHTML = run.html;
    const first = holder.content.querySelector("a[href], button");
    const parent = this.parentElement;
    const busy = document.activeElement && document.activeElement !== document.body && !this.contains(document.activeElement);
    this.replaceWith(holder.content);
    if (parent && "htmx" in window) /** @type {any} */ (window).htmx.process(parent);
    // The download comes first in focus, unless the reader is busy elsewhere.
    if (!busy && first instanceof HTMLElement) first.focus({ preventScroll: true });
    return undefined;
  }
}

customElements.define("run-progress", RunProgress);
