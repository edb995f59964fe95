/** A key that is pressed where nobody can see it goes to the page. When a dialog closes and what had the focus before is gone,
 * or was the page itself, browsers leave the focus in the closed dialog until they paint next: on a busy machine fast fingers
 * press several keys by then, and whoever listens would take them for the dialog's. */
import { pressAgain } from "../page/ondemand.js";

window.addEventListener("keydown", release, { capture: true });

/** @param {KeyboardEvent} event */
function release(event) {
  const { target } = event;
  if (!(target instanceof HTMLElement) || target.checkVisibility()) return;
  if (event.key === "Tab" || document.querySelector("dialog[open]")) return; // the browser moves on from there by itself
  event.preventDefault();
  event.stopImmediatePropagation();
  target.blur();
  pressAgain(event);
}
