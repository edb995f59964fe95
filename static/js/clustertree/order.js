/** Where rows go when they are moved: reckons with rows as {id, parent, isGroup}, in the order of the tree; changes nothing.
 * @typedef {{id: number, parent: number|null, isGroup: boolean, following?: number|null}} Row `following`: the sibling after it that is
 *   not drawn
 * @typedef {{parent: number|null, before: number|null}} Place `before` a sibling there; null: after the last */

/** @param {Row[]} rows
 * @param {number|null} parent
 * @returns {Row[]} */
export function childrenOf(rows, parent) {
  return rows.filter((row) => row.parent === parent);
}

/** Whether the row is the other, or lies in it.
 * @param {Row[]} rows
 * @param {number|null} id
 * @param {number} other */
export function isWithin(rows, id, other) {
  for (let at = id; at !== null; at = parentOf(rows, at)) if (at === other) return true;
  return false;
}

/** Those that lie in none of the others: these go with them.
 * @param {Row[]} rows
 * @param {number[]} ids
 * @returns {Row[]} in the order of the tree */
export function topmost(rows, ids) {
  return rows.filter(({ id }) => ids.includes(id) && !ids.some((other) => other !== id && isWithin(rows, id, other)));
}

/** Before the sibling above the first of them, or after the one below the last.
 * @param {Row[]} rows
 * @param {Row[]} moved siblings
 * @param {number} by -1 up, +1 down
 * @returns {Place|null} null where there is none */
export function shifted(rows, moved, by) {
  const { parent } = moved[0];
  const siblings = childrenOf(rows, parent);
  const at = by < 0 ? siblings.indexOf(moved[0]) - 1 : siblings.indexOf(moved.at(-1)) + 1;
  if (!siblings[at]) return null;
  return { parent, before: by < 0 ? siblings[at].id : behind(siblings, at) };
}

/** Out of their group, after it.
 * @param {Row[]} rows
 * @param {Row[]} moved
 * @returns {Place|null} */
export function outdented(rows, moved) {
  const group = rows.find(({ id }) => id === moved[0].parent);
  return group ? after(rows, group) : null;
}

/** Into the group that stands above the first of them, last of all.
 * @param {Row[]} rows
 * @param {Row[]} moved
 * @returns {Place|null} */
export function indented(rows, moved) {
  const siblings = childrenOf(rows, moved[0].parent);
  const above = siblings[siblings.indexOf(moved[0]) - 1];
  return above?.isGroup ? { parent: above.id, before: null } : null;
}

/** @param {Row[]} rows
 * @param {Row} row
 * @returns {Place} */
export function after(rows, row) {
  const siblings = childrenOf(rows, row.parent);
  return { parent: row.parent, before: behind(siblings, siblings.indexOf(row)) };
}

/** @param {Row[]} siblings
 * @param {number} at
 * @returns {number|null} the one after it, also where that is not drawn */
function behind(siblings, at) {
  return siblings[at + 1]?.id ?? siblings[at].following ?? null;
}

/** Into a group; before a cluster.
 * @param {Row} row
 * @returns {Place} */
export function pastedAt(row) {
  return row.isGroup ? { parent: row.id, before: null } : { parent: row.parent, before: row.id };
}

/** Whether rows can go there: no group goes into itself.
 * @param {Row[]} rows
 * @param {Row[]} moved
 * @param {Place} place */
export function fits(rows, moved, { parent }) {
  return !moved.some(({ id }) => isWithin(rows, parent, id));
}

/** @param {Row[]} rows
 * @param {number} id */
function parentOf(rows, id) {
  return rows.find((row) => row.id === id)?.parent ?? null;
}
