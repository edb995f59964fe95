// @ts-check
/** The entries of a long list: the page carries the first, the server finds the others as one types. */

export const AWAY = "The server cannot be reached. Try it again in a moment.";
const MORE = "Type to find others.";

/** @typedef {{value: string, name: string, beside: string}} OptionEntry as `options/` of the API has it */

/** Those that hold what is typed; null without the server.
 * @param {string} address of the list
 * @param {string} text
 * @returns {Promise<OptionEntry[]|null>} */
export async function fetchOptions(address, text) {
  const response = await fetch(`${address}?q=${encodeURIComponent(text)}`).catch(() => null);
  return response?.ok ? response.json().catch(() => null) : null; // an answer may break off
}

/** The rows of a field: what the page carries until something is typed, then what the server finds.
 * @template T
 * @param {object} list
 * @param {string|undefined} list.address without it the page carries all
 * @param {string} list.text that was typed
 * @param {(text: string) => ComboboxRow<T>[]} list.carried the rows of the page for a text
 * @param {(option: OptionEntry) => ComboboxRow<T>|null} list.rowOf null where it is not to be chosen, as what is chosen already
 * @returns {Promise<ComboboxRow<T|null>[]>|ComboboxRow<T|null>[]} */
export function rowsFor({ address, text, carried, rowOf }) {
  if (!address) return carried(text);
  if (!text) return [...carried(""), note(MORE)];
  return fetchOptions(address, text).then((options) => (options ? options.map(rowOf).filter((row) => row !== null) : [note(AWAY)]));
}

/** A row that does nothing.
 * @param {string} name
 * @returns {ComboboxRow<null>} */
export function note(name) {
  return { value: null, name, className: "none" };
}
