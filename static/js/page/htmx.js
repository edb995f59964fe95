/** htmx for the bench: fetched when the page first has something for it to do. */
import { addScript } from "./ondemand.js";

/** @type {Promise<Htmx>|null} */
let fetching = null;

/** @returns {Promise<Htmx>} rejects without a network, and whoever asks later asks the server again */
export function loadHtmx() {
  fetching ??= addScript("vendor/htmx.min.js").then(
    () => {
      htmx.process(document.body); // it waits for the page to be parsed, which may be over
      import("./swaps.js").catch(() => {}); // what does not come is said, and asked for again
      return htmx;
    },
    (error) => {
      fetching = null;
      throw error;
    },
  );
  return fetching;
}

/** Fetches it where the page asks for more by itself: at once, or when the last vignettes come near.
 * @param {HTMLElement} gallery */
export function loadWhereNeeded(gallery) {
  const load = () => loadHtmx().catch(() => {}); // no network
  if (document.querySelector("[hx-trigger=load]")) load();
  const more = gallery.querySelector(".more");
  if (!more) return;
  const isNear = (/** @type {IntersectionObserverEntry[]} */ entries) => entries.some(({ isIntersecting }) => isIntersecting);
  new IntersectionObserver((entries) => isNear(entries) && load(), { root: gallery }).observe(more);
}
