// A button that prints the page; without scripts the browser's own menu does.

class PrintButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", this);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this);
  }

  handleEvent() {
    window.print();
  }
}

customElements.define("print-button", PrintButton);
