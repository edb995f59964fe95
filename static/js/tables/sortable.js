// Tables with data-sortable: a click on a column's name sorts the rows by it, another one the other way round.
// A cell of the matrix of confusion says in full what it counts.

import { required } from "../page/elements.js";

/** @param {HTMLTableRowElement} row
 * @param {number} column */
function value(row, column) {
  const cell = row.cells[column];
  const content = (cell.querySelector("small") ? cell.firstChild : cell)?.textContent ?? ""; // not its interval
  const text = (cell.dataset.value ?? content).trim();
  const number = Number(text.replaceAll(",", ""));
  return text === "" || Number.isNaN(number) ? text.toLowerCase() : number;
}

/** @param {string|number} a
 * @param {string|number} b */
function compare(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}

/** @param {HTMLTableElement} table
 * @param {HTMLTableCellElement} head */
function sortBy(table, head) {
  const isNumber = head.classList.contains("n");
  const first = isNumber ? "descending" : "ascending";
  const other = isNumber ? "ascending" : "descending";
  const direction = head.getAttribute("aria-sort") === first ? other : first;
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", direction);
  const sign = direction === "ascending" ? 1 : -1;
  const column = head.cellIndex;
  const body = table.tBodies[0];
  body.append(...[...body.rows].sort((a, b) => sign * compare(value(a, column), value(b, column))));
}

/** @param {ParentNode} part of the page */
function makeSortable(part) {
  /** @type {NodeListOf<HTMLTableElement>} */
  const tables = part.querySelectorAll("table[data-sortable]");
  for (const table of tables) {
    for (const head of /** @type {NodeListOf<HTMLTableCellElement>} */ (table.querySelectorAll("thead th:not(:has(.visually-hidden, .sort))"))) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sortBy(table, head));
      head.append(button);
    }
  }
}

makeSortable(document);
// what is unfolded later
document.addEventListener("htmx:load", ({ target }) => target instanceof Element && makeSortable(target));

// a thousand cells with their names written out would double the page, so they are named when they are looked at
document.addEventListener("mouseover", ({ target }) => {
  /** @type {HTMLTableCellElement|null} */
  const cell = target instanceof Element ? target.closest("table.matrix tbody td") : null;
  if (!cell || cell.title || !cell.textContent) return;
  const row = /** @type {HTMLTableRowElement} */ (cell.parentElement);
  const person = row.cells[0].textContent;
  const model = required(cell.closest("table")?.tHead, "head of the matrix").rows[0].cells[cell.cellIndex].textContent;
  cell.title = person === model ? `${person}, called so` : `${person}, called ${model}`;
});
