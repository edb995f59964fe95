/** A form is sent once, however often its button is pressed while the answer is on its way: browsers send each press, and the
 * server would do it twice. */

const PATIENCE = 60_000; // milliseconds until an answer counts as lost, as in server.js

/** @type {Map<HTMLFormElement, {button: HTMLElement|null, timer: ReturnType<typeof setTimeout>}>} that are on their way */
const sent = new Map();

document.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (event.defaultPrevented || form.getAttribute("method")?.toLowerCase() !== "post") return; // it goes another way, or only shows something
  if (sent.has(form) && sent.get(form)?.button === event.submitter) return event.preventDefault();
  release(form);
  sent.set(form, { button: event.submitter, timer: setTimeout(() => release(form), PATIENCE) });
  event.submitter?.setAttribute("data-sent", "");
});

/** Other words are another request; who has stopped the browser, or comes back, may send again. */
document.addEventListener("input", (event) => {
  for (const form of sent.keys()) if (form.contains(/** @type {Node} */ (event.target))) release(form);
});
document.addEventListener("keydown", ({ key }) => key === "Escape" && releaseAll());
window.addEventListener("pageshow", releaseAll);

function releaseAll() {
  for (const form of sent.keys()) release(form);
}

/** @param {HTMLFormElement} form */
function release(form) {
  const { button, timer } = sent.get(form) ?? {};
  clearTimeout(timer);
  button?.removeAttribute("data-sent");
  sent.delete(form);
}
