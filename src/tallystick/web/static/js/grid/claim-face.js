// The figures beside a claim's grid: the nine lines, and the money bar above.
import { formatMoney, toDecimalString } from "../claim/numbers.js";

/** @type {Record<string, string>} */
const LINES = {
  1: "original_sum",
  2: "net_variations",
  3: "sum_to_date",
  4: "completed_to_date",
  "5a": "work_retention",
  "5b": "materials_retention",
  5: "total_retention",
  6: "earned_less_retention",
  7: "previous_certificates",
  8: "payment_due",
  9: "balance_to_finish",
  "tax-sub": "tax",
  "tax-total": "payment_due_with_tax",
};

/**
 * @param {ParentNode} place
 * @param {import("../claim/figures.js").ClaimFigures} figures
 * @param {{ currency: string, locale: string, exponent: number }} facts
 */
export function showFace(place, figures, { currency, locale, exponent }) {
  const summary = /** @type {Record<string, number>} */ (/** @type {unknown} */ (figures.summary));
  for (const cell of place.querySelectorAll("[data-face]")) {
    if (!(cell instanceof HTMLElement)) continue;
    const amount = summary[LINES[cell.dataset.face ?? ""] ?? ""];
    const data = cell.querySelector("data");
    if (amount === undefined || !data) continue;
    const text = formatMoney(amount, currency, { locale, symbol: "auto" });
    if (data.textContent === text) continue;
    data.textContent = text;
    data.value = toDecimalString(amount, exponent);
  }
  const { totals } = figures;
  const said = [totals.gross_this_period, null, totals.retention_held, totals.balance];
  document.querySelectorAll(".money-bar dd data").forEach((data, index) => {
    const amount = said[index];
    if (amount !== null && amount !== undefined) data.textContent = formatMoney(amount, currency, { locale, symbol: "auto" });
  });
}

/** @param {{ segments: Record<string, [number, number]> }} bar where each part begins and how wide it is, in thousandths */
export function showBar(bar) {
  const holder = document.querySelector(".money-bar");
  if (!holder) return;
  const across = (/** @type {number} */ thousandths) => `${thousandths / 10}%`;
  for (const name of ["previous", "this", "over", "retention"]) {
    const part = holder.querySelector(name === "retention" ? "rect[fill]" : `.seg-${name}`);
    const [x, width] = bar.segments[name] ?? [0, 0];
    part?.setAttribute("x", across(x));
    part?.setAttribute("width", across(width));
  }
  const edge = holder.querySelector(".edge");
  const begin = across(bar.segments.this?.[0] ?? 0);
  edge?.setAttribute("x1", begin);
  edge?.setAttribute("x2", begin);
}
