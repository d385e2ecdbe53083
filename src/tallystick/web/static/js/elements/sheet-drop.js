// One spreadsheet dropped anywhere on the page, or chosen: its form is sent at once. Without scripts it is an ordinary form.
import { make } from "../dom.js";

/**
 * <sheet-drop data-max-bytes data-max-words [data-cover]> around a form with one file field.
 *
 * With `data-cover` the form may be hidden: its words are shown over the page while a file is held above it.
 */
class SheetDrop extends HTMLElement {
  depth = 0;

  connectedCallback() {
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) document.addEventListener(kind, this);
    this.addEventListener("change", this);
  }

  disconnectedCallback() {
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) document.removeEventListener(kind, this);
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event instanceof DragEvent) this.onDrag(event);
    else this.send();
  }

  get field() {
    const field = this.querySelector("input[type=file]");
    return field instanceof HTMLInputElement ? field : null;
  }

  /** @param {DragEvent} event */
  onDrag(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (event.type === "dragenter") this.depth += 1;
    else if (event.type === "dragleave") this.depth -= 1;
    else if (event.type === "drop") {
      this.depth = 0;
      if (event.dataTransfer.files.length > 1) this.say("Drop one spreadsheet at a time.");
      else if (this.field) {
        this.field.files = event.dataTransfer.files;
        this.send();
      }
    } else event.dataTransfer.dropEffect = "copy";
    this.over(this.depth > 0);
  }

  /** @param {boolean} over */
  over(over) {
    this.classList.toggle("is-over", over);
    if (!this.dataset.cover) return;
    const cover = document.querySelector(".page-drop");
    if (over && !cover) document.body.append(make("div", { class: "page-drop", text: this.dataset.cover }));
    else if (!over) cover?.remove();
  }

  send() {
    const file = this.field?.files?.[0];
    if (!file) return;
    if (file.size > Number(this.dataset.maxBytes ?? Infinity)) {
      this.say(`${file.name} is larger than ${this.dataset.maxWords}. Save the sheet that is needed in a file of its own.`);
      if (this.field) this.field.value = "";
      return;
    }
    this.say(`Reading ${file.name} …`);
    this.querySelector("form")?.requestSubmit();
  }

  /** @param {string} text */
  say(text) {
    const place = this.querySelector("[data-announce]");
    if (place) place.textContent = text;
  }
}

customElements.define("sheet-drop", SheetDrop);
