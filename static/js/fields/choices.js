// @ts-check
/** The entries of a list that a page holds: what of them is meant by what is typed. */

const MOST_ROWS = 100; // nobody reads more, and each is drawn

/** Those that hold every word of the text, wherever: first what is called so, then what begins so, else as the page has them.
 * @template {{name: string, beside?: string}} C
 * @param {C[]} choices
 * @param {string} text
 * @returns {C[]} */
export function matchingChoices(choices, text) {
  const words = folded(text).split(/\s+/);
  const fit = (/** @type {{name: string}} */ { name }) => Number(folded(name) === folded(text)) + Number(folded(name).startsWith(folded(text)));
  return choices
    .filter(({ name, beside = "" }) => words.every((word) => folded(`${name} ${beside}`).includes(word)))
    .sort((one, other) => fit(other) - fit(one))
    .slice(0, MOST_ROWS);
}

/** The one that is called exactly so.
 * @template {{name: string}} C
 * @param {C[]} choices
 * @param {string} text
 * @returns {C|undefined} */
export function choiceCalled(choices, text) {
  return choices.find(({ name }) => folded(name) === folded(text));
}

/** Where there is none, a row says so and does nothing.
 * @template T
 * @param {ComboboxRow<T>[]} rows
 * @returns {ComboboxRow<T|null>[]} */
export function orNone(rows) {
  return rows.length ? rows : [{ value: null, name: "There is none of that name.", className: "none" }];
}

/** As it is compared: Café is cafe.
 * @param {string} text */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
}
