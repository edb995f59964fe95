// @ts-check
/** How many objects are in view, in words. */

/** @param {ScanObjects} visible
 * @param {number} listed
 * @returns {string} */
export function countInWords({ objects, cells }, listed) {
  const many = cells.reduce((sum, cell) => sum + cell.objects, 0);
  if (many) return `${many.toLocaleString("en")} objects: come nearer to see each.`;
  const words = `${objects.length.toLocaleString("en")} object${objects.length === 1 ? "" : "s"}.`;
  return objects.length > listed ? `${words} The first ${listed} are listed.` : words;
}
