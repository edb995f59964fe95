/** Shows all about the focused vignette, once the eye has rested on it for a moment. */
import { loadHtmx } from "../page/htmx.js";

const REST = 120; // milliseconds

/** @param {HTMLElement} panel that may be out of sight
 * @param {HTMLElement} content of it, which is fetched */
export function followSelection(gallery, panel, content, url) {
  let waiting;
  const show = (vignette) => {
    clearTimeout(waiting);
    if (!vignette || getComputedStyle(panel).display === "none") return;
    markBehind();
    const address = `${url}${vignette.dataset.id}/`;
    const ask = async () => {
      if (isWrittenIn(content, vignette)) return showWhenLeft();
      const htmx = await loadHtmx().catch(() => null);
      // its own source: a request waits for the one before it from there, and what waited meanwhile is dropped
      if (vignette === gallery.last) htmx?.ajax("GET", address, { target: content, source: content, swap: "innerHTML" }).catch(() => {}); // no network
    };
    waiting = setTimeout(ask, REST);
  };
  // what it says of another object is not what a key would give to the one in hand
  const markBehind = () => {
    const number = content.querySelector(".pictures")?.dataset.object;
    const inHand = gallery.element.querySelector(".pointed") ?? gallery.last;
    content.classList.toggle("behind", Boolean(number) && number !== inHand?.dataset.id);
  };
  const showWhenLeft = () => document.activeElement.addEventListener("blur", () => show(gallery.last), { once: true });
  content.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target !== content || !gallery.last || !isWrittenIn(content, gallery.last)) return;
    event.detail.shouldSwap = false; // begun while it was on its way
    showWhenLeft();
  });
  content.addEventListener("htmx:afterSwap", ({ target }) => target === content && markBehind());
  gallery.element.addEventListener("look", ({ detail: vignette }) => show(vignette));
  gallery.element.addEventListener("point", markBehind);
  panel.addEventListener("drawer", () => show(gallery.last));
  show(gallery.last); // looked at before this came
}

/** Whether somebody writes something about the object just now: the field is not drawn anew under their hands. */
function isWrittenIn(content, vignette) {
  const field = document.activeElement;
  const isOfIt = content.querySelector("#discussion")?.dataset.object === vignette.dataset.id;
  return isOfIt && content.contains(field) && field.matches("textarea, input");
}
