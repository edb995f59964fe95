/** The keys of the drawing tools: letters with Alt, because a letter alone gives a taxon. */

/** @type {Record<string, string>} */
const LETTERS = { select: "s", point: "p", line: "l", polyline: "y", box: "b", ellipse: "e", polygon: "g", brush: "r" };

/** The tool that is taken by it, if any. Where Alt makes another sign of the letter, the key counts that it stands on.
 * @param {Pick<KeyboardEvent, "key" | "code" | "altKey" | "ctrlKey" | "metaKey">} event */
export function toolOf({ key, code, altKey, ctrlKey, metaKey }) {
  if (!altKey || ctrlKey || metaKey) return undefined;
  const letter = (/^[a-z]$/i.test(key) ? key : code.replace(/^Key/, "")).toLowerCase();
  return Object.keys(LETTERS).find((tool) => LETTERS[tool] === letter);
}

/** @param {Iterable<HTMLElement>} buttons of the tools */
export function showKeys(buttons) {
  for (const button of buttons) {
    const letter = LETTERS[button.dataset.tool ?? ""];
    const key = letter ? `Alt+${letter.toUpperCase()}` : "Escape";
    button.title = `${button.title || (button.textContent ?? "").trim()} (${letter ? key : "Esc"})`;
    button.setAttribute("aria-keyshortcuts", key);
  }
}
