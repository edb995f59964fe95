// @ts-check
/** What Enter does next on a page of a review, as its button says it. */

/** @typedef {{seen: number, unseen: number, out: number}} PageCounts of what has no answer yet: seen, not yet on the screen, taken out */

/** @param {PageCounts} counts
 * @param {{is_mixed: boolean, proposal: {taxon: {name: string}}|null}} page
 * @returns {{text: string, title: string, isDisabled: boolean}} */
export function nextStep({ seen, unseen, out }, page) {
  if (seen) {
    const title = unseen ? `Those that have been on the screen (Enter); ${number(unseen)} more are below` : "Enter";
    return { text: acceptance(number(seen), page), title, isDisabled: false };
  }
  if (unseen) return { text: `Look at ${number(unseen)} more`, title: "A screen on (Enter)", isDisabled: false };
  if (out) return { text: `Set ${number(out)} aside`, title: "They come again with their like (Enter)", isDisabled: false };
  return { text: "The next page comes", title: "", isDisabled: true };
}

/** What the button may say of so many while they are looked at, a line each: it has room for all of it, so that the buttons beside
 * it stay under the pointer that is about to press one.
 * @param {number} count
 * @param {{is_mixed: boolean, proposal: {taxon: {name: string}}|null}} page */
export function roomFor(count, page) {
  return `Look at ${number(count)} more\n${acceptance(number(count), page)}`;
}

/** @param {string} count
 * @param {{is_mixed: boolean, proposal: {taxon: {name: string}}|null}} page */
function acceptance(count, { is_mixed, proposal }) {
  if (is_mixed) return `Accept ${count}, each as named`;
  return proposal ? `Accept ${count} as ${proposal.taxon.name}` : `Name ${count}…`;
}

/** @param {number} count */
function number(count) {
  return count.toLocaleString("en");
}
