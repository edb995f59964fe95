/** What was taken out in a page's last moment is on its way to the server while the next page is, too: the same cluster may be
 * shown as it was before. The page that comes then has it from here. */

const FRESH = 60_000; // milliseconds after which the server has it, or somebody has answered otherwise

/** @typedef {{out: number[], back: number[]}} Moved objects that were taken out, and put back */

/** @param {string} path of the cluster
 * @param {Moved} moved */
export function noteUnconfirmed(path, moved) {
  if (moved.out.length || moved.back.length) sessionStorage.setItem(keyOf(path), JSON.stringify({ ...moved, at: Date.now() }));
  else sessionStorage.removeItem(keyOf(path));
}

/** Once.
 * @param {string} path of the cluster
 * @returns {Moved} */
export function takeUnconfirmed(path) {
  const { out, back, at } = JSON.parse(sessionStorage.getItem(keyOf(path)) ?? "null") ?? { out: [], back: [], at: 0 };
  sessionStorage.removeItem(keyOf(path));
  return Date.now() - at < FRESH ? { out, back } : { out: [], back: [] };
}

/** @param {string} path */
function keyOf(path) {
  return `seston.unconfirmed.${path}`;
}
