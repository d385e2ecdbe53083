// Passkeys: asks the server for the question, the browser for the answer, and sends that by the form.
import { csrfToken } from "../dom.js";

/** @param {string} text base64 for addresses */
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** @param {ArrayBuffer | null | undefined} buffer */
const words = (buffer) =>
  buffer
    ? btoa(String.fromCharCode(...new Uint8Array(buffer)))
        .replaceAll("+", "-")
        .replaceAll("/", "_")
        .replaceAll("=", "")
    : undefined;

/** @param {any} question */
function opened(question) {
  const asked = question.publicKey;
  const listed = (/** @type {any[] | undefined} */ list) =>
    list?.map((/** @type {any} */ one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...asked,
    challenge: bytes(asked.challenge),
    ...(asked.user && { user: { ...asked.user, id: bytes(asked.user.id) } }),
    ...(asked.allowCredentials && { allowCredentials: listed(asked.allowCredentials) }),
    ...(asked.excludeCredentials && { excludeCredentials: listed(asked.excludeCredentials) }),
  };
}

/** @param {any} answer */
function closed(answer) {
  const said = answer.response;
  return JSON.stringify({
    id: answer.id,
    rawId: words(answer.rawId),
    type: answer.type,
    clientExtensionResults: {},
    response: {
      clientDataJSON: words(said.clientDataJSON),
      attestationObject: words(said.attestationObject),
      authenticatorData: words(said.authenticatorData),
      signature: words(said.signature),
      userHandle: words(said.userHandle),
    },
  });
}

/** <pass-key data-src="…" data-make> around a form with a field named credential and a [data-told]. */
class PassKey extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
  }

  /** @param {Event} event */
  handleEvent(event) {
    const form = this.querySelector("form");
    const field = form?.elements.namedItem("credential");
    if (!form || !(field instanceof HTMLInputElement) || field.value) return;
    event.preventDefault();
    this.ask(form, field).catch((problem) => this.tell(problem));
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLInputElement} field
   */
  async ask(form, field) {
    this.say("");
    if (!window.PublicKeyCredential) throw new Error("This browser has no passkeys. Use another way.");
    const response = await fetch(this.dataset.src ?? "", {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    });
    const question = await response.json();
    if (!response.ok) throw new Error(question.problem ?? "It did not work. Load the page again.");
    const publicKey = opened(question);
    const made = "make" in this.dataset;
    const answer = await (made ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    if (!answer) return;
    field.value = closed(answer);
    form.requestSubmit();
  }

  /** @param {unknown} problem */
  tell(problem) {
    if (problem instanceof DOMException) {
      this.say(
        problem.name === "InvalidStateError"
          ? "This device has a passkey for you already."
          : "No passkey was given. Try it again, or use another way.",
      );
    } else this.say(problem instanceof TypeError ? "The server can’t be reached. Try it again." : String(problem instanceof Error ? problem.message : problem));
  }

  /** @param {string} text */
  say(text) {
    const place = this.querySelector("[data-told]");
    if (place) place.textContent = text;
  }
}

customElements.define("pass-key", PassKey);
