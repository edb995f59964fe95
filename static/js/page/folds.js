/** Parts of a page that can be folded, each with a name of its own: the browser remembers which are. */

/** @param {Element} root
 * @param {string} key under which it is remembered */
export function rememberFolds(root, key) {
  const parts = /** @type {NodeListOf<HTMLDetailsElement>} */ (root.querySelectorAll("details[data-fold]"));
  const folded = new Set(JSON.parse(localStorage.getItem(key) ?? "[]"));
  for (const part of parts) {
    part.open = !folded.has(part.dataset.fold);
    part.addEventListener("toggle", () => {
      folded[part.open ? "delete" : "add"](part.dataset.fold);
      localStorage.setItem(key, JSON.stringify([...folded]));
    });
  }
  // what a browser refuses has to be seen
  root.addEventListener("invalid", ({ target }) => unfold(/** @type {Element} */ (target)), { capture: true });
}

/** @param {Element} element that is to be seen */
export function unfold(element) {
  const part = element.closest("details");
  if (part) part.open = true;
}
