/** What of the map is shown and selected, in the browser's history: the Back button and a reload come back to it. */

/** @typedef {{projection: number, line?: [x: number, y: number][], box?: MapBox, group?: number, ids?: number[]}} SelectedBy
 * what was selected: by a line or a box on a layout, a group's key, or the objects themselves */
/** @typedef {{view?: {x: number, y: number, zoom: number}, hidden?: number[], selected?: SelectedBy|null}} MapState
 * `hidden` are keys of groups */

const MOST_IDS = 1000; // a history entry is small

/** @returns {MapState|null} */
export function savedState() {
  return history.state?.map ?? null;
}

/** @param {Partial<MapState>} changes */
export function saveState(changes) {
  const map = { ...savedState(), ...changes };
  if ((map.selected?.ids?.length ?? 0) > MOST_IDS) map.selected = null;
  history.replaceState({ ...history.state, map }, "");
}

/** The page's address with another colour; the rest of it stays.
 * @param {string} colour */
export function addressWith(colour) {
  const url = new URL(location.href);
  url.searchParams.set("colour", colour);
  return url;
}

/** The address, and the links on the page to the map with another filter, name the colour that is shown.
 * @param {string} colour */
export function nameColour(colour) {
  history.replaceState(history.state, "", addressWith(colour));
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("#map-choices .chip a"))) {
    const url = new URL(link.href);
    url.searchParams.set("colour", colour);
    link.href = url.href;
  }
}
