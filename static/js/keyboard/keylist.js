/** Groups of keys as lists, and the field that finds a key in them by what it does. */
import { inWords } from "./keys.js";

/** @param {Element} element
 * @param {import("./keygroups.js").KeyGroup[]} groups */
export function drawGroups(element, groups) {
  element.replaceChildren(
    ...groups.map(({ name, lines }) => {
      const section = document.createElement("section");
      const list = Object.assign(document.createElement("ul"), { className: "keys" });
      list.append(...lines.map(keyLine));
      section.append(Object.assign(document.createElement("h3"), { textContent: name }), list);
      return section;
    }),
  );
}

/** @param {import("./keygroups.js").KeyLine} line */
export function keyLine({ keys, says, more }) {
  const element = document.createElement("li");
  const list = document.createElement("span");
  list.append(...keys.map((key) => Object.assign(document.createElement("kbd"), { textContent: inWords(key) })));
  element.append(list, Object.assign(document.createElement("span"), { textContent: says }), ...(more ? [more] : []));
  return element;
}

/** Leaves the lines that hold every word, of the key or of what it does.
 * @param {Element} element
 * @param {string} text
 * @returns {number} how many those are */
export function findKeys(element, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const isWord = (/** @type {Element} */ line, /** @type {string} */ word) => line.textContent.toLowerCase().includes(word);
  for (const line of element.querySelectorAll("li")) line.hidden = !words.every((word) => isWord(line, word));
  for (const section of element.querySelectorAll("section")) section.hidden = words.length > 0 && !section.querySelector("li:not([hidden])");
  return element.querySelectorAll("li:not([hidden])").length;
}

/** The field that finds keys in `element`.
 * @param {Element} element */
export function keySearch(element) {
  const field = document.createElement("p");
  const input = Object.assign(document.createElement("input"), { type: "search", placeholder: "Find a key", autofocus: true });
  input.setAttribute("aria-label", "Find a key by what it does");
  const status = Object.assign(document.createElement("span"), { className: "hint" });
  status.role = "status";
  field.className = "row find-keys";
  field.append(input, status);
  input.addEventListener("input", () => {
    const count = findKeys(element, input.value);
    status.textContent = count ? `${count} ${count === 1 ? "key" : "keys"}` : "No key does that here.";
  });
  return field;
}
