/** What the fields of a form say, each in its own kind: numbers, yes or no, words. */

/** @typedef {Record<string, string|number|boolean>} FormValues */

/** Whether it is a field that a person fills, and neither a button nor what the page sends along.
 * @param {{name: string, type: string}} element */
export function isFillable({ name, type }) {
  return Boolean(name) && type !== "hidden" && type !== "submit";
}

/** By name; what is left empty is left out, and what is no number is sent as it was typed, to be refused in words.
 * @param {Iterable<{name: string, type: string, value: string, checked?: boolean, inputMode?: string}>} elements
 * @returns {FormValues} */
export function valuesOf(elements) {
  /** @type {FormValues} */
  const values = {};
  for (const { name, type, value, checked, inputMode } of elements) {
    if (name === "name" || !isFillable({ name, type })) continue;
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
