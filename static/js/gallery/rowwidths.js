/** Where a row of vignettes ends, as the browser reckons it. */
const FRACTION = 64; // of a CSS pixel: so finely the browsers' layout knows a length

/** @param {number} pixels */
export function roundedDown(pixels) {
  return Math.floor(pixels * FRACTION) / FRACTION;
}

/** The last row of vignettes that wrap: which begins it, and how much of the width it needs.
 * @param {number[]} bases CSS pixels that each needs before a row is drawn out; at least one
 * @param {{width: number, gap: number}} space CSS pixels, of a row and between two vignettes
 * @returns {{from: number, used: number}} place of its first, CSS pixels */
export function lastRow(bases, { width, gap }) {
  let from = 0;
  let used = bases[0];
  for (let i = 1; i < bases.length; i += 1) {
    used += gap + bases[i];
    if (used <= width) continue;
    from = i;
    used = bases[i];
  }
  return { from, used: Math.min(used, width) };
}
