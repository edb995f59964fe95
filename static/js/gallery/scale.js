/** A scale bar of a round length. */
const WIDEST = 150; // pixels
const LENGTHS = [1, 2, 5].flatMap((n) => [...Array(8).keys()].map((power) => n * 10 ** (power - 1))).sort((a, b) => a - b);

/** @param {HTMLElement} element holds a ruler and its length in words
 * @param {number} micrometres that one pixel of the screen shows */
export function drawScale(element, micrometres) {
  const length = LENGTHS.findLast((um) => um / micrometres <= WIDEST) ?? LENGTHS[0];
  const [ruler, words] = [".ruler", ".length"].map((part) => /** @type {HTMLElement} */ (element.querySelector(part)));
  ruler.style.width = `${length / micrometres}px`;
  words.textContent = length >= 1000 ? `${length / 1000} mm` : `${length} µm`;
}
