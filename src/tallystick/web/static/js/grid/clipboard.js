// Cells as text, as spreadsheets give and take it: tabs between cells, lines between rows, quotes around what has either.

const MINUS = "\u2212";

/**
 * @param {string} text
 * @returns {string[][]}
 */
export function readCells(text) {
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  let cell = "";
  let quoted = false;
  const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < plain.length; at += 1) {
    const sign = plain[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (plain[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t" || sign === "\n") {
      row.push(cell);
      cell = "";
      if (sign === "\n") {
        rows.push(row);
        row = [];
      }
    } else cell += sign;
  }
  row.push(cell);
  rows.push(row);
  return rows;
}

/**
 * @param {readonly (readonly string[])[]} rows
 * @returns {string}
 */
export function writeCells(rows) {
  return rows.map((row) => row.map(written).join("\t")).join("\n");
}

/**
 * A cell for a spreadsheet: an ASCII minus, which it reads as a number, and nothing for what is not there.
 * @param {string} text
 */
function written(text) {
  const plain = text === "–" ? "" : text.replaceAll(MINUS, "-");
  return /["\t\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/**
 * A pasted figure as one would type it: "$ 1,234.50 " without its spaces, and the dash that stands for nought as nothing.
 * @param {string} text
 */
export function tidied(text) {
  const plain = text.replace(/[\u00a0\u202f\s]+/g, " ").trim();
  return /^[$£€¥A-Z]{0,3}\s*[-–—]\s*$/.test(plain) ? "" : plain.replace(/^([$£€]) /, "$1").replace(/\( /g, "(").replace(/ \)/g, ")");
}
