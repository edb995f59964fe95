/** What was found on a crop, as lines of an SVG and as a sentence. */

/** @typedef {{lines: number[][], several: number}} Outline */

const SEVERAL = 0.5; // from here on an object is drawn as probably several

/** {d, isSeveral} of each outline; `lines` are [x1, y1, x2, y2, …].
 * @param {Outline[]} outlines */
export function pathsOf(outlines) {
  return outlines.map(({ lines, several }) => ({ d: lines.map(closed).join(""), isSeveral: several >= SEVERAL }));
}

/** @param {number[]} line */
function closed(line) {
  const points = [];
  for (let i = 0; i < line.length; i += 2) points.push(`${line[i]} ${line[i + 1]}`);
  return `M${points.join("L")}Z`;
}

/** For everybody, and for screen readers.
 * @param {{objects: number, area_share: number, threshold: number|null, outlines: Pick<Outline, "several">[]}} answer */
export function sentence({ objects, area_share: share, threshold, outlines }) {
  const several = outlines.filter((outline) => outline.several >= SEVERAL).length;
  const parts = [`${objects} ${objects === 1 ? "object" : "objects"}, ${(100 * share).toFixed(1)} % of the crop`];
  if (threshold !== null) parts.push(`threshold ${threshold.toFixed(1)} greys`);
  if (several) parts.push(`${several} probably several`);
  return `${parts.join("; ")}.`;
}
