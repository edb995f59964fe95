/** Every action of the bench, its keys and what it says about itself; each person may have other keys. What only moves
 * may repeat while its key is held down; what writes waits for a moment where its key is a letter (strokes.js). */

/** @type {KeyAction[]} */
export const ACTIONS = [
  { id: "move", keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], says: "move", isFixed: true, mayRepeat: true },
  {
    id: "extend",
    keys: ["Shift+ArrowLeft", "Shift+ArrowRight", "Shift+ArrowUp", "Shift+ArrowDown"],
    says: "extend the selection",
    isFixed: true,
    mayRepeat: true,
  },
  { id: "toggle", keys: ["Space"], says: "select, unselect" },
  { id: "all", keys: ["Control+a"], says: "select all that have been on the screen; again: all loaded" },
  { id: "none", keys: ["Escape"], says: "select nothing" },
  { id: "next", keys: ["."], says: "to the next that nobody has settled" },
  { id: "down", keys: ["PageDown"], says: "a screen on", mayRepeat: true },
  { id: "up", keys: ["PageUp"], says: "a screen back", mayRepeat: true },
  { id: "first", keys: ["Home"], says: "to the first vignette" },
  { id: "last", keys: ["End"], says: "to the last that is loaded" },
  { id: "pick", keys: ["Insert"], says: "give a taxon: or just type its first letter" },
  { id: "recent", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], says: "give the taxon of the slot; sorting by a trait, a value", isFixed: true },
  {
    id: "choice",
    keys: ["Alt+1", "Alt+2", "Alt+3", "Alt+4", "Alt+5"],
    says: "give what the model says of it first, second … beside what it is called",
    isFixed: true,
    writes: true,
    labels: true,
  },
  { id: "pin", keys: ["*"], says: "keep the taxon given last on its digit, or let it go" },
  { id: "trait", keys: [";"], says: "set a trait" },
  { id: "hidden", keys: ["0"], says: "sorting by a trait: it is not visible", isFixed: true },
  {
    id: "rest",
    keys: ["Shift+Enter"],
    says: "sorting by a trait: what most have, to all that have been on the screen and nobody has looked at; in a review: skip the page",
    writes: true,
  },
  { id: "newtaxon", keys: ["Alt+n", "Shift+Insert"], says: "in a review: this is a new taxon", writes: true },
  { id: "again", keys: ["Control+d"], says: "give the last taxon again", writes: true, labels: true },
  {
    id: "accept",
    keys: ["Enter", "Control+l"],
    says: "validate as it is; in a review, all that have been on the screen but what is taken out",
    writes: true,
    labels: true,
  },
  { id: "dubious", keys: ["-", "Control+u"], says: "dubious", writes: true, labels: true },
  { id: "unclassify", keys: ["Delete"], says: "take the label away", writes: true, labels: true },
  { id: "matching", keys: ["Control+Shift+A"], says: "act on all that match" },
  { id: "undo", keys: ["Control+z"], says: "undo", writes: true },
  { id: "redo", keys: ["Control+y", "Control+Shift+Z"], says: "redo", writes: true },
  { id: "actions", keys: ["Control+Shift+H"], says: "your last actions: take any of them back" },
  { id: "look", keys: ["Control+Enter"], says: "look closely at one" },
  { id: "similar", keys: ["Control+i"], says: "like these: sort by similarity" },
  { id: "alsolike", keys: ["Alt+i"], says: "like these, too" },
  { id: "unlike", keys: ["Alt+o"], says: "not like these" },
  { id: "comment", keys: ["Control+m"], says: "comment on it" },
  { id: "find", keys: ["/"], says: "find a taxon in the panel" },
  { id: "larger", keys: ["+", "="], says: "larger vignettes", mayRepeat: true },
  { id: "smaller", keys: ["_"], says: "smaller vignettes", mayRepeat: true },
  { id: "truesize", keys: [","], says: "true size, in µm; again: rows" },
  { id: "panel", keys: ["Control+b"], says: "show or fold away the panel of the object" },
  { id: "goto", keys: ["Control+k"], says: "go to any page, project, sample, taxon or view, or find an action", isFixed: true },
  { id: "help", keys: ["?"], says: "these keys" },
];

/** `Control+Shift+Z`, `Enter`, `a`: how a key is written here. Shift is named where the key alone doesn't tell. With Alt a
 * digit is that of the key, whatever else the two type together.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey"> & {code?: string}} event */
export function nameOf(event) {
  const digit = event.altKey && /^Digit(\d)$/.exec(event.code ?? "")?.[1];
  const key = event.key === " " ? "Space" : digit || event.key;
  const isPrintable = key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  return [
    (event.ctrlKey || event.metaKey) && "Control",
    event.altKey && "Alt",
    event.shiftKey && !isPrintable && "Shift",
    event.shiftKey && key.length === 1 ? key.toUpperCase() : key.length === 1 && !isPrintable ? key.toLowerCase() : key,
  ]
    .filter(Boolean)
    .join("+");
}

/** @type {Record<string, string>} */
const WORDS = {
  Control: "Ctrl",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  PageDown: "Page ↓",
  PageUp: "Page ↑",
  Insert: "Ins",
  Delete: "Del",
};

/** As it stands on a keyboard, where a letter beside Ctrl or Alt is a capital.
 * @param {string} key */
export function inWords(key) {
  const parts = key === "+" ? ["+"] : key.split(/\+(?=.)/);
  return parts.map((part) => WORDS[part] ?? (parts[1] ? part.replace(/^.$/, (letter) => letter.toUpperCase()) : part)).join(" + ");
}
