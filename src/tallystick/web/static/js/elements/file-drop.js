// Files onto a page: dropped or chosen, several at a time, each with its own progress, its own sentence when something
// is wrong with it, and a way to stop it. Without scripts it is an ordinary form with a file field.
import { csrfToken, make, plural } from "../dom.js";

const AT_ONCE = 3;

/**
 * <file-drop [data-whole-page] [data-max-bytes data-max-words] [data-list="ID"]> around a form with one file field.
 *
 * Each file is posted by itself to the form's address, wanting JSON: 2xx {"html": row for the list, "note": few words};
 * otherwise {"problem": sentence}. `files-uploaded` is sent out (bubbles) when a batch is over.
 */
class FileDrop extends HTMLElement {
  /** @type {{ file: File, row: HTMLElement }[]} */
  waiting = [];
  running = 0;
  done = 0;
  failed = 0;
  depth = 0;

  connectedCallback() {
    const scope = this.hasAttribute("data-whole-page") ? document : this;
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) scope.addEventListener(kind, this);
    this.scope = scope;
    this.addEventListener("change", this);
    addEventListener("beforeunload", this);
  }

  disconnectedCallback() {
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) this.scope?.removeEventListener(kind, this);
    removeEventListener("beforeunload", this);
  }

  /** @type {Document | HTMLElement | undefined} */
  scope;

  /** @param {Event} event */
  handleEvent(event) {
    if (event instanceof DragEvent) return this.onDrag(event);
    if (event.type === "change" && event.target instanceof HTMLInputElement && event.target.files) {
      this.take([...event.target.files]);
      event.target.value = "";
    } else if (event.type === "beforeunload" && this.running) event.preventDefault();
  }

  /** @param {DragEvent} event */
  onDrag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "dragenter") this.depth += 1;
    else if (event.type === "dragleave") this.depth -= 1;
    else if (event.type === "drop") {
      this.depth = 0;
      this.take([...event.dataTransfer.files]);
    } else event.dataTransfer.dropEffect = "copy";
    this.over(this.depth > 0);
  }

  /** @param {boolean} over */
  over(over) {
    this.classList.toggle("is-over", over);
    if (!this.hasAttribute("data-whole-page")) return;
    const cover = document.querySelector(".page-drop");
    if (over && !cover) document.body.append(make("div", { class: "page-drop", text: "Drop to add to this page" }));
    else if (!over) cover?.remove();
  }

  /** @param {File[]} files */
  take(files) {
    const list = this.querySelector("[data-uploads]");
    for (const file of files) {
      const stop = make("button", { type: "button", class: "btn is-quiet is-small", text: "Stop", "aria-label": `Stop ${file.name}` });
      const bar = make("progress", { max: "100", value: "0", "aria-label": file.name });
      const row = make("li", { class: "upload" }, make("span", { class: "name", text: file.name }), make("span", { class: "state", text: "Waiting" }), stop, bar);
      list?.append(row);
      const limit = Number(this.dataset.maxBytes ?? 0);
      if (limit && file.size > limit) this.fail(row, `${file.name} is larger than ${this.dataset.maxWords}. Split it or save it with smaller images, then add it again.`);
      else if (file.size === 0) this.fail(row, `${file.name} is empty. Check the file and add it again.`);
      else {
        stop.addEventListener("click", () => this.drop(row), { once: true });
        this.waiting.push({ file, row });
      }
    }
    this.next();
  }

  /** @param {HTMLElement} row */
  drop(row) {
    this.waiting = this.waiting.filter((item) => item.row !== row);
    row.dispatchEvent(new CustomEvent("stop-upload"));
    row.remove();
    this.next();
  }

  next() {
    while (this.running < AT_ONCE) {
      const item = this.waiting.shift();
      if (!item) break;
      this.send(item.file, item.row);
    }
    if (this.running === 0 && this.waiting.length === 0 && this.done + this.failed > 0) this.finish();
  }

  /**
   * @param {File} file
   * @param {HTMLElement} row
   */
  send(file, row) {
    const form = this.querySelector("form");
    const field = this.querySelector("input[type=file]");
    if (!form || !(field instanceof HTMLInputElement)) return;
    this.running += 1;
    const body = new FormData(form);
    body.delete(field.name);
    body.append(field.name, file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) this.progress(row, Math.round((100 * event.loaded) / event.total));
    });
    row.addEventListener("stop-upload", () => request.abort(), { once: true });
    request.addEventListener("loadend", () => {
      this.running -= 1;
      if (row.isConnected) this.answer(file, row, request);
      this.next();
    });
    request.send(body);
  }

  /**
   * @param {HTMLElement} row
   * @param {number} percent
   */
  progress(row, percent) {
    const bar = row.querySelector("progress");
    const state = row.querySelector(".state");
    if (bar) {
      if (percent < 100) bar.value = percent;
      else bar.removeAttribute("value");
    }
    if (state) state.textContent = percent < 100 ? `${percent}%` : "Reading the file";
  }

  /**
   * @param {File} file
   * @param {HTMLElement} row
   * @param {XMLHttpRequest} request
   */
  answer(file, row, request) {
    /** @type {{ html?: string, note?: string, problem?: string }} */
    let said = {};
    try {
      said = JSON.parse(request.responseText || "{}");
    } catch {
      // Something between us and the server answered in its own words; ours below are clearer.
    }
    if (request.status >= 200 && request.status < 300) {
      this.done += 1;
      const list = document.getElementById(this.dataset.list ?? "");
      if (list && said.html) {
        list.insertAdjacentHTML("beforeend", said.html);
        if ("htmx" in window) /** @type {any} */ (window).htmx.process(list);
        row.remove();
        return;
      }
      row.classList.add("is-done");
      row.querySelector("progress")?.remove();
      row.querySelector("button")?.remove();
      const state = row.querySelector(".state");
      if (state) state.textContent = said.note ?? "Added";
      return;
    }
    const fallback =
      request.status === 413
        ? `${file.name} is larger than this server takes. Split it or save it with smaller images, then add it again.`
        : request.status === 0
          ? `The connection broke while ${file.name} was on its way. Check the network and add it again.`
          : `${file.name} could not be added. Try again in a minute; nothing was changed.`;
    this.fail(row, said.problem ?? fallback);
  }

  /**
   * @param {HTMLElement} row
   * @param {string} sentence
   */
  fail(row, sentence) {
    this.failed += 1;
    row.classList.add("is-failed");
    row.querySelector("progress")?.remove();
    const state = row.querySelector(".state");
    if (state) state.textContent = "Not added";
    const old = row.querySelector("button");
    const close = make("button", { type: "button", class: "btn is-quiet is-small", text: "Dismiss" });
    close.addEventListener("click", () => row.remove());
    old?.replaceWith(close);
    row.append(make("p", { class: "problem", text: sentence }));
  }

  finish() {
    const words = [this.done ? `${plural(this.done, "file")} added` : "", this.failed ? `${plural(this.failed, "file")} not added` : ""];
    const announce = this.querySelector("[data-announce]");
    if (announce) announce.textContent = `${words.filter(Boolean).join(", ")}.`;
    this.dispatchEvent(new CustomEvent("files-uploaded", { bubbles: true, detail: { added: this.done, failed: this.failed } }));
    this.done = 0;
    this.failed = 0;
  }
}

customElements.define("file-drop", FileDrop);
