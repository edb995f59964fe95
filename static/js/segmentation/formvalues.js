/** What the fields of a form say, each in its own kind: numbers, yes or no, words. */

/** @typedef {Record<string, string|number|boolean>} FormValues */

/** By name; what is left empty is left out, and what is no number is sent as it was typed, to be refused in words.
 * @param {Iterable<{name: string, type: string, value: string, checked?: boolean, inputMode?: string}>} elements
 * @returns {FormValues} */
export function valuesOf(elements) {
  /** @type {FormValues} */
  const values = {};
  for (const { name, type, value, checked, inputMode } of elements) {
    if (!name || name === "name" || type === "hidden") continue;
    if (type === "checkbox") values[name] = Boolean(checked);
    else if (value.trim()) values[name] = inputMode ? asNumber(value) : value;
  }
  return values;
}

/** @param {string} text */
function asNumber(text) {
  const number = Number(text.trim().replace(",", "."));
  return Number.isNaN(number) ? text : number;
}
