/** The filter of the page and one condition more, for the bench. */

const NARROWED = ["taxon", "descendants", "state"]; // several of them join by OR

/** A group of the legend lies within the page's filter: its taxon or state takes the place of the filter's own, beside which
 * it would find more than was selected. A second line on the map has no place in an address.
 * @param {string} filter
 * @param {string} condition
 * @returns {string} empty where no address says both */
export function bothOf(filter, condition) {
  const query = new URLSearchParams(filter);
  const more = new URLSearchParams(condition);
  if (!condition || (more.has("on_map") && query.has("on_map"))) return "";
  if (NARROWED.some((name) => more.has(name))) for (const name of more.keys()) query.delete(name);
  for (const [name, value] of more) query.append(name, value);
  return String(query);
}
