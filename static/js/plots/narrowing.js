// @ts-check
/** What becomes of a drawing whose width shrinks by a factor while its letters keep their size. */

/** Commands of a path that go to an absolute place: M, H and V.
 * @param {string} d
 * @param {number} factor */
export function scaledPath(d, factor) {
  return d.replace(/([MH])(-?[\d.]+)/g, (_, command, x) => command + Number(x) * factor);
}

/** @param {string} points x and y in turns
 * @param {number} factor */
export function scaledPoints(points, factor) {
  const numbers = points
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  return numbers.map((number, n) => (n % 2 ? number : number * factor)).join(" ");
}

/** Without its middle: names of samples differ at both ends.
 * @param {string} name
 * @param {number} letters that there is room for */
export function shortened(name, letters) {
  if (name.length <= letters) return name;
  const rest = Math.max(letters - 1, 2);
  const end = Math.floor(rest / 2);
  return `${name.slice(0, rest - end)}…${name.slice(-end)}`;
}

/** Which labels of an axis don't touch the one before, from the left.
 * @param {{at: number, letters: number}[]} ticks
 * @param {number} letter width
 * @returns {Set<number>} */
export function fittingTicks(ticks, letter) {
  const fitting = new Set();
  let free = -Infinity;
  for (const [n, { at, letters }] of ticks.entries()) {
    const half = (letters * letter) / 2;
    if (at - half < free) continue;
    fitting.add(n);
    free = at + half + letter;
  }
  return fitting;
}
