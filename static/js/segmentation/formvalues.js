/** What the fields of a form say, each in its own kind: numbers, yes or no, words. */

/** By name; what is left empty is left out, and what is no number is sent as it was typed, to be refused in words. */
export function valuesOf(elements) {
  const values = {};
  for (const { name, type, value, checked, inputMode } of elements) {
    if (!name || name === "name" || type === "hidden") continue;
    if (type === "checkbox") values[name] = checked;
    else if (value.trim()) values[name] = inputMode ? asNumber(value) : value;
  }
  return values;
}

function asNumber(text) {
  const number = Number(text.trim().replace(",", "."));
  return Number.isNaN(number) ? text : number;
}
