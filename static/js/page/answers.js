/** Answers to a part of a page that is asked for later. Who has been signed out meanwhile is sent the page to sign in. */

export const SIGNED_OUT = "You are signed out. Sign in again in another tab, then try again.";

/** Of a part of the page, or null where the answer is none: a refusal, or the page to sign in.
 * @param {Response} response
 * @returns {Promise<string>|null} */
export function textOf(response) {
  return response.ok && !response.redirected ? response.text() : null;
}

/** Why there is none.
 * @param {Response|null} response null without a network
 * @param {string} away the words for that */
export function whyNone(response, away) {
  return response?.ok && response.redirected ? SIGNED_OUT : away;
}
