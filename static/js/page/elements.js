/** Elements and texts that a page must have: where one is missing that is said at once, and not by a null somewhere later. */

/** @template T
 * @param {T|null|undefined} value
 * @param {string} what it is, for whoever reads the error
 * @returns {T} */
export function required(value, what) {
  if (value === null || value === undefined) throw new Error(`The page has no ${what}.`);
  return value;
}

/** @template {Element} [E=HTMLElement]
 * @param {string} id
 * @param {new () => E} [type] which it must be of
 * @returns {E} */
export function byId(id, type) {
  return ofType(document.getElementById(id), `#${id}`, type);
}

/** The first that the selector finds.
 * @template {Element} [E=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => E} [type] which it must be of
 * @returns {E} */
export function inside(root, selector, type) {
  return ofType(root.querySelector(selector), selector, type);
}

/** A copy of what a template holds.
 * @param {HTMLTemplateElement} template
 * @returns {HTMLElement} */
export function copyOf(template) {
  return /** @type {HTMLElement} */ (required(template.content.firstElementChild, `content in #${template.id}`).cloneNode(true));
}

/** @template {Element} E
 * @param {Element|null} element
 * @param {string} name
 * @param {new () => E} [type]
 * @returns {E} */
function ofType(element, name, type) {
  const present = required(element, name);
  if (type && !(present instanceof type)) throw new Error(`${name} is no ${type.name}.`);
  return /** @type {E} */ (present);
}
