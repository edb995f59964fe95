/** More of a list, fetched when its end comes near. htmx asks for it once, or not before its end has been out of sight: where nobody
 * answers, it is asked for again. */
const NEAR = /^(revealed|intersect)/;
const PAUSE = 5000; // milliseconds

/** @param {Element} part whose request nobody answered
 * @returns {boolean} whether it is asked for again */
export function askAgain(part) {
  const [trigger] = NEAR.exec(part.getAttribute("hx-trigger") ?? "") ?? [];
  if (trigger) setTimeout(() => part.isConnected && htmx.trigger(part, trigger), PAUSE);
  return Boolean(trigger);
}
