// What is said of a selection: how many cells it has, and what its amounts come to.
import { formatMoney, parseMoney } from "../claim/numbers.js";
import { textOf } from "./table.js";

/**
 * @param {import("./element.js").GridElement} grid
 * @returns {string} "3 × 2 cells · 6 amounts, sum 1,234.50"
 */
export function selectionSaid({ selection, table, currency, exponent }) {
  const { left, right } = selection.bounds;
  const { lines } = selection;
  const columns = table.columns.slice(left, right + 1);
  const cells = `${lines.length.toLocaleString()} × ${columns.length.toLocaleString()} cells`;
  const money = columns.flatMap((column, index) => (column.kind === "money" ? [left + index] : []));
  const amounts = lines.flatMap((row) => money.map((col) => amountOf(textOf(table.cell(row, col)), exponent))).filter((amount) => amount !== null);
  if (!amounts.length) return cells;
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return `${cells} · ${amounts.length.toLocaleString()} ${amounts.length === 1 ? "amount" : "amounts"}, sum ${formatMoney(sum, currency)}`;
}

/**
 * The amount that a cell shows; null where it shows none.
 * @param {string} text
 * @param {number} exponent decimals of the amounts
 * @returns {number | null}
 */
function amountOf(text, exponent) {
  if (!/\d/.test(text)) return null;
  try {
    return parseMoney(text, exponent);
  } catch {
    return null;
  }
}
