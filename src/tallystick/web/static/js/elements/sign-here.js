// Reading a document page by page, then signing it: what stood on the screen is noted, the place to sign comes after the
// last page, and a signature can be drawn. Without scripts the form stands below the pages and the name is typed.

const SHORTEST = 3;
const WIDTH = 1000;
const HEIGHT = 300;
const MOST = 4000;

/** <sign-here> around [data-page] pictures, a form with `pages`, `strokes`, `how` and what comes [data-after] reading. */
class SignHere extends HTMLElement {
  /** @type {Set<number>} */
  shown = new Set();
  /** @type {number[][][]} */
  lines = [];
  /** @type {number[][] | null} */
  line = null;
  /** @type {IntersectionObserver | undefined} */
  watcher;

  connectedCallback() {
    this.total = Number(this.querySelector("[data-pages]")?.getAttribute("data-pages") ?? 0);
    for (const number of this.field("pages").value.split(",")) if (number) this.shown.add(Number(number));
    this.lines = this.kept();
    for (const kind of ["input", "change", "click"]) this.addEventListener(kind, this);
    const pad = this.pad;
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel"]) pad?.addEventListener(kind, this);
    this.watcher = new IntersectionObserver((seen) => this.see(seen));
    // A page was read to its end when what stands under it is on the screen.
    for (const end of this.querySelectorAll("[data-page] figcaption")) this.watcher.observe(end);
    this.show();
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
  }

  total = 0;

  get pad() {
    return this.querySelector("svg");
  }

  /**
   * @param {string} name
   * @returns {HTMLInputElement}
   */
  field(name) {
    const found = this.querySelector(`input[name="${name}"]`);
    if (!(found instanceof HTMLInputElement)) throw new Error(`no field ${name}`);
    return found;
  }

  /** @returns {number[][][]} */
  kept() {
    try {
      return JSON.parse(this.field("strokes").value || "[]");
    } catch {
      return [];
    }
  }

  /** @param {IntersectionObserverEntry[]} seen */
  see(seen) {
    for (const one of seen) {
      const page = one.target.closest("[data-page]");
      const picture = page?.querySelector("img");
      if (!one.isIntersecting || !page || !picture) continue;
      const note = () => {
        this.shown.add(Number(page.getAttribute("data-page")));
        this.show();
      };
      if (picture.complete && picture.naturalWidth > 0) note();
      else picture.addEventListener("load", note, { once: true });
    }
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event instanceof PointerEvent && event.type.startsWith("pointer")) {
      this.draw(event);
      return;
    }
    const target = event.target;
    if (!(target instanceof Element)) return;
    if (event.type === "click") {
      if (target.closest("[data-undo]")) this.lines.pop();
      else if (target.closest("[data-clear]")) this.lines = [];
      else return;
    }
    this.show();
  }

  /** @param {PointerEvent} event */
  draw(event) {
    const pad = this.pad;
    if (!pad) return;
    const box = pad.getBoundingClientRect();
    const within = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(Math.max(Math.round(value), 0), most);
    const point = [
      within(((event.clientX - box.left) / box.width) * WIDTH, WIDTH),
      within(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT),
    ];
    if (event.type === "pointerdown" && event.button === 0) {
      pad.setPointerCapture(event.pointerId);
      this.line = [point];
      this.lines.push(this.line);
      event.preventDefault();
    } else if (this.line && event.type === "pointermove") {
      const last = this.line[this.line.length - 1];
      const far = Math.abs(last[0] - point[0]) + Math.abs(last[1] - point[1]);
      if (far >= SHORTEST && this.lines.flat().length < MOST) this.line.push(point);
    } else if (event.type !== "pointermove") {
      this.line = null;
    }
    this.show();
  }

  show() {
    const drawn = this.querySelector('input[name="how"]:checked')?.getAttribute("value") === "drawn";
    const typed = this.field("written_name").value;
    const read = this.field("confirmed").checked || (this.total > 0 && this.shown.size >= this.total);
    this.field("pages").value = [...this.shown].sort((one, other) => one - other).join(",");
    this.field("strokes").value = this.lines.length ? JSON.stringify(this.lines) : "";
    for (const [name, hidden] of /** @type {[string, boolean][]} */ ([
      ["[data-after]", !read],
      ["[data-before]", read],
      ["[data-drawn]", !drawn],
      ["[data-typed]", drawn],
    ])) {
      this.querySelector(name)?.toggleAttribute("hidden", hidden);
    }
    const ink = this.lines.map((line) => `M${(line.length > 1 ? line : [...line, ...line]).map((point) => point.join(" ")).join("L")}`);
    this.querySelector("[data-ink]")?.setAttribute("d", ink.join(""));
    const name = this.querySelector("[data-typed-name]");
    if (name) name.textContent = typed;
    this.say(this.total ? `${this.shown.size} of ${this.total} pages were on the screen.` : "");
  }

  /** @param {string} words */
  say(words) {
    const place = this.querySelector("[data-read]");
    if (place && place.textContent !== words) place.textContent = words;
  }
}

customElements.define("sign-here", SignHere);
