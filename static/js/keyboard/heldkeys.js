/** A key that is held down acts once, wherever it is pressed: the keyboard repeats it on objects, dialogs and pages that
 * nobody has looked at yet. Moving, zooming and typing repeat, the latter only in the field where the key went down.
 * This is the one door: it hears every key before all others do. */

const MAY_REPEAT = new Set([
  ...["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "Tab"],
  ...["+", "=", "_", "[", "]"], // zoom, and the width of the brush
]);
const FIELD = "input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=reset]), textarea, [contenteditable]";

/** @type {EventTarget|null} */
let pressedIn = null; // what had the focus when the key went down

window.addEventListener("keydown", hear, { capture: true });

/** @param {KeyboardEvent} event */
function hear(event) {
  if (!event.repeat) pressedIn = event.target;
  else if (!mayRepeat(event)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

/** @param {KeyboardEvent} event */
function mayRepeat(event) {
  const isControl = event.ctrlKey || event.metaKey;
  const { target } = event;
  if (MAY_REPEAT.has(event.key)) return true;
  if (target !== pressedIn || !(target instanceof Element) || !target.closest(FIELD)) return false;
  if (event.key === "Enter") return target.matches("textarea") && !isControl;
  return event.key !== "Escape";
}
