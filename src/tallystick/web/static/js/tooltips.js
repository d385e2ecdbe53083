// Why a button can't be used: shown on hover, focus and tap, above everything, never cut off by a scrolling table.

/** @param {Element} host */
function parts(host) {
  const tip = host.querySelector(":scope > .tip");
  return tip instanceof HTMLElement ? { tip, anchor: /** @type {HTMLElement} */ (host.firstElementChild) } : null;
}

/** @param {Element} host */
function show(host) {
  const found = parts(host);
  if (!found) return;
  const { tip, anchor } = found;
  if (!("popover" in tip)) return;
  host.classList.remove("is-quieted");
  tip.popover = "manual";
  if (!tip.matches(":popover-open")) tip.showPopover();
  const at = anchor.getBoundingClientRect();
  const box = tip.getBoundingClientRect();
  const above = at.top - box.height - 8;
  const left = Math.min(Math.max(at.left + (at.width - box.width) / 2, 8), innerWidth - box.width - 8);
  tip.style.left = `${Math.round(left)}px`;
  tip.style.top = `${Math.round(above < 8 ? at.bottom + 8 : above)}px`;
}

/** @param {Element} host */
function hide(host) {
  const found = parts(host);
  if (found?.tip.matches(":popover-open")) found.tip.hidePopover();
}

for (const [kind, act] of /** @type {[string, (host: Element) => void][]} */ ([["pointerover", show], ["focusin", show], ["pointerout", hide], ["focusout", hide]])) {
  document.addEventListener(kind, (event) => {
    const host = event.target instanceof Element ? event.target.closest(".tip-host") : null;
    if (!host) return;
    const other = /** @type {PointerEvent | FocusEvent} */ (event).relatedTarget;
    if (act === hide && (host.contains(document.activeElement) || (other instanceof Node && host.contains(other)))) return;
    act(host);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const tip of document.querySelectorAll(".tip:popover-open")) {
    tip.parentElement?.classList.add("is-quieted");
    if (tip instanceof HTMLElement) tip.hidePopover();
  }
});

// A button that can't be used does nothing, however it is pressed.
document.addEventListener(
  "click",
  (event) => {
    const button = event.target instanceof Element ? event.target.closest("[aria-disabled=true]") : null;
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const host = button.closest(".tip-host");
    if (host) show(host);
  },
  { capture: true },
);
