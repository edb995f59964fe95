/** Colours of points: those of groups as the server has them, or of numbers, from dark blue for little to yellow for much
 * (cividis, which looks alike to everybody). */

const CIVIDIS = [
  [0, 34, 78],
  [18, 53, 112],
  [59, 73, 108],
  [87, 93, 109],
  [112, 113, 115],
  [138, 134, 120],
  [165, 156, 116],
  [195, 179, 105],
  [225, 204, 85],
  [254, 232, 56],
];
export const NUMBERS = 254; // shades of numbers; the one behind is for points without
const BARE = 255;
const GREY = [154, 164, 168];

/** What a CSS colour, or the variable of one, is on this page: [red, green, blue].
 * @param {string} colour */
export function rgb(colour) {
  const probe = document.createElement("span");
  probe.style.color = colour.startsWith("--") ? `var(${colour})` : colour;
  document.body.append(probe);
  const numbers = getComputedStyle(probe).color.match(/[\d.]+/g) ?? ["0", "0", "0"];
  probe.remove();
  return numbers.slice(0, 3).map(Number);
}

const LEAST_CONTRAST = 1.7;

/** The colour, so much nearer to the ink that a point of it can be told from the ground: the shades of a branch are made
 * for a white ground and for a dark one, and each has one that nearly vanishes there.
 * @param {number[]} colour
 * @param {number[]} ground
 * @param {number[]} ink */
export function visibleOn(colour, ground, ink) {
  for (let share = 0; share < 1; share += 0.1) {
    const mixed = colour.map((part, k) => Math.round(part + (ink[k] - part) * share));
    if (contrast(mixed, ground) >= LEAST_CONTRAST) return mixed;
  }
  return ink;
}

/** As WCAG reckons it.
 * @param {number[]} one
 * @param {number[]} other */
function contrast(one, other) {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** @param {number[]} colour */
function luminance(colour) {
  const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {number[][]} colours of the groups
 * @param {Set<number>} hidden */
export function groupPalette(colours, hidden) {
  const palette = new Uint8Array(4 * 256);
  for (const [i, [r, g, b]] of colours.entries()) palette.set([r, g, b, hidden.has(i) ? 0 : 255], 4 * i);
  return palette;
}

export function numberPalette() {
  const palette = new Uint8Array(4 * 256);
  for (let i = 0; i <= NUMBERS; i += 1) palette.set([...colourAt(i / NUMBERS), 255], 4 * i);
  palette.set([...GREY, 255], 4 * BARE);
  return palette;
}

/** @param {number} share 0 to 1 */
export function colourAt(share) {
  const at = Math.min(1, Math.max(0, share)) * (CIVIDIS.length - 1);
  const i = Math.min(CIVIDIS.length - 2, Math.floor(at));
  return CIVIDIS[i].map((part, k) => Math.round(part + (CIVIDIS[i + 1][k] - part) * (at - i)));
}

/** The shade of a number between the bounds.
 * @param {number} value
 * @param {[number, number]} bounds */
export function shadeOf(value, [least, most]) {
  if (!Number.isFinite(value)) return BARE;
  return Math.round(NUMBERS * Math.min(1, Math.max(0, (value - least) / (most - least || 1))));
}

/** Between which most of the numbers lie: the outermost hundredths would leave one colour to all others.
 * @param {ArrayLike<number>} values
 * @param {number} length
 * @returns {[number, number]} */
export function boundsOf(values, length) {
  const step = Math.max(1, Math.floor(length / 20_000));
  const some = [];
  for (let i = 0; i < length; i += step) if (Number.isFinite(values[i])) some.push(values[i]);
  some.sort((a, b) => a - b);
  if (!some.length) return [0, 1];
  return [some[Math.floor(0.01 * (some.length - 1))], some[Math.ceil(0.99 * (some.length - 1))]];
}
