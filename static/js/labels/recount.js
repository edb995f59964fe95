/** Parts of the page that are counted anew, for its query. What is asked for while a part is on its way is asked once more
 * when it has come, however often that was: the last answer is of after the last question. */

const PRESSED = 100; // milliseconds between two looks at a part that is pressed

/** @type {Map<string, {isDue: boolean}>} */
const underWay = new Map(); // id → whether it is to be asked for again

/** Resolves when the part is as new as this call.
 * @param {string} id of the element in whose place it comes
 * @param {string} url */
export async function recount(id, url) {
  const other = underWay.get(id);
  if (other) {
    other.isDue = true;
    return;
  }
  const state = { isDue: true };
  underWay.set(id, state);
  while (state.isDue) {
    state.isDue = false;
    await replace(id, url + location.search);
  }
  underWay.delete(id);
}

/** Without a network, and for who is signed out meanwhile, it stays as it is; below a finger until that is lifted. The link that
 * has the focus keeps it.
 * @param {string} id
 * @param {string} address */
async function replace(id, address) {
  const html = await fetch(address)
    .then((response) => (response.ok && !response.redirected ? response.text() : ""))
    .catch(() => "");
  while (isInHand(id)) await new Promise((resolve) => setTimeout(resolve, PRESSED));
  const part = document.getElementById(id);
  if (!html || !part) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  part.outerHTML = html;
  if (focused) /** @type {HTMLElement|null} */ (document.querySelector(`#${id} [href="${CSS.escape(focused)}"]`))?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("recounted", { detail: id }));
}

/** Whether it is pressed: a link that is exchanged before it is let go is not followed. Or something is carried, perhaps onto one of
 * its lines: there would be another below the hand.
 * @param {string} id */
function isInHand(id) {
  return document.getElementById(id)?.matches(":active") || document.querySelector(".ghost") !== null;
}
