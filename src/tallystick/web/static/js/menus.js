// Menus are <details>; here they close on Escape and on a click elsewhere, and arrow keys walk through them.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!(event.target instanceof Node && menu.contains(event.target))) menu.removeAttribute("open");
  }
});

document.addEventListener("focusout", (event) => {
  const menu = event.target instanceof Element ? event.target.closest("details.menu[open]") : null;
  if (menu && event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.removeAttribute("open");
});

document.addEventListener("keydown", (event) => {
  const menu = event.target instanceof Element ? event.target.closest("details.menu[open]") : null;
  if (!(menu instanceof HTMLDetailsElement)) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary")?.focus();
    event.stopPropagation();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const items = [...menu.querySelectorAll(".item")].filter((item) => item instanceof HTMLElement && item.offsetParent);
    if (!items.length) return;
    const here = document.activeElement ? items.indexOf(document.activeElement) : -1;
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = items[(here + step + items.length + (here < 0 && step < 0 ? 1 : 0)) % items.length];
    if (next instanceof HTMLElement) next.focus();
    event.preventDefault();
  }
});

// A menu near the edge of the window moves in.
document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.open || !menu.classList.contains("menu")) return;
    const panel = menu.querySelector(":scope > .menu-panel");
    if (!(panel instanceof HTMLElement)) return;
    panel.style.translate = "0";
    const { left, right } = panel.getBoundingClientRect();
    const over = Math.max(right - document.documentElement.clientWidth + 8, 0);
    panel.style.translate = `${over ? -over : Math.max(8 - left, 0)}px`;
  },
  { capture: true },
);
