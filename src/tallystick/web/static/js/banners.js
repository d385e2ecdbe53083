// Banners are dismissed without leaving the page; the server remembers. Without scripts their forms do the same.
import "./toasts.js";

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-dismiss")) return;
  event.preventDefault();
  const banner = form.closest(".banner");
  const next = banner?.nextElementSibling ?? document.getElementById("main");
  banner?.remove();
  if (next instanceof HTMLElement) next.focus({ preventScroll: true });
  await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => undefined);
});
