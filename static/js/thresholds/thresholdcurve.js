/** What lies above each threshold, as the server reckoned it: thresholds fall, so their first is the highest. */

/** @typedef {{threshold: number[], above: number[], expected: number[], low: number[], high: number[]}} Curve */

/** @param {number[]} thresholds that fall
 * @param {number} score
 * @returns {number} the place of the lowest that isn't below the score; -1 where all are */
export function placeOf(thresholds, score) {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (thresholds[middle] >= score) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const percent = (/** @type {number} */ share) => (100 * share).toFixed(1);
const count = (/** @type {number} */ number) => Math.round(number).toLocaleString("en");

/** @param {Curve} curve
 * @param {number} place of a threshold, or -1
 * @returns {Record<string, string>} the words of the figures that the page shows */
export function figures(curve, place) {
  if (place < 0) return { above: "0", expected: "–", interval: "", wrong: "0", "wrong-interval": "" };
  const [above, expected] = [curve.above[place], curve.expected[place]];
  const [low, high] = [curve.low[place], curve.high[place]];
  return {
    above: count(above),
    expected: `${percent(expected)} %`,
    interval: `${percent(low)} to ${percent(high)} %`,
    wrong: count(above * (1 - expected)),
    "wrong-interval": `${count(above * (1 - high))} to ${count(above * (1 - low))}`,
  };
}

/** @param {Curve} curve
 * @param {number} place
 * @returns {string} the same as one sentence, which is read out */
export function sentence(curve, place) {
  if (place < 0) return "No object lies above.";
  const words = figures(curve, place);
  return `Score ${curve.threshold[place].toFixed(4)}: ${words.above} objects above, ${words.expected} right expected, ${words.interval}, ${words.wrong} wrong`;
}

/** @type {Record<string, number>} */
const STEPS = { ArrowRight: -1, ArrowUp: -1, ArrowLeft: 1, ArrowDown: 1, PageUp: -10, PageDown: 10 };

/** @param {number[]} thresholds
 * @param {number} place
 * @param {string} key that was pressed on the slider
 * @returns {number|null} the place that it goes to: one threshold on, ten, or the end; null for any other key */
export function stepped(thresholds, place, key) {
  const last = thresholds.length - 1;
  if (key === "Home") return last;
  if (key === "End") return 0;
  if (!(key in STEPS)) return null;
  return Math.min(Math.max(place + STEPS[key], 0), last);
}
