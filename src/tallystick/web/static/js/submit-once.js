// A second press while a form is on its way does nothing. The server is safe against it too; this saves the wait.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.method.toLowerCase() !== "post") return;
  if (form.classList.contains("is-sending")) {
    event.preventDefault();
    return;
  }
  form.classList.add("is-sending");
});

// Coming back by the Back button shows the form as it was sent: it may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.is-sending")) form.classList.remove("is-sending");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target instanceof Element) event.target.closest("form")?.classList.remove("is-sending");
});

// What has to be put right is what one hears and sees first.
document.querySelector("[data-focus-first]")?.focus();
