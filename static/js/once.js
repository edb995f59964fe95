/** A form is sent once, however quickly its button is pressed twice: browsers send both, and the server would do it twice. */

const TWICE = 1000; // milliseconds in which the same button means the same; a page that answers with a file stays

/** @type {WeakMap<EventTarget, HTMLElement|null>} form → the button that has just sent it */
const pressed = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return; // it goes another way, or only shows something
  if (pressed.get(form) === event.submitter) return event.preventDefault();
  pressed.set(form, event.submitter);
  setTimeout(() => pressed.delete(form), TWICE);
});
