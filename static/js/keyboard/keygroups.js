/** Keys in groups, of the bench and of every other page: what their dialogs show. */

/** @typedef {{keys: string[], says: string, more?: HTMLElement}} KeyLine `more` stands behind it
 * @typedef {{name: string, lines: KeyLine[]}} KeyGroup */

/** Of the bench's actions, by their ids. What no group names is in the last. */
const OF_ACTIONS = {
  "Move and select": ["move", "extend", "toggle", "all", "none", "next", "down", "up", "first", "last", "find"],
  "Give a taxon": ["pick", "recent", "choice", "newtaxon", "again", "pin"],
  "Settle what is there": ["accept", "dubious", "unclassify", "matching"],
  Traits: ["trait", "hidden", "rest"],
  "Take back": ["undo", "redo", "actions"],
  "Look closely": ["look", "panel", "comment", "similar", "alsolike", "unlike", "larger", "smaller", "truesize"],
};
const REST = "Everywhere";

/** @type {KeyGroup} */
const EVERYWHERE = {
  name: REST,
  lines: [
    { keys: ["Control+k"], says: "go to any page, project, sample, taxon or view" },
    { keys: ["?"], says: "these keys" },
    { keys: ["ArrowDown", "ArrowUp"], says: "in an open menu: the next, the one before" },
    { keys: ["Escape"], says: "close what is open" },
  ],
};

/** @type {KeyGroup} */
export const FOCUS_VIEW = {
  name: "In the view of one object",
  lines: [
    { keys: ["+", "Control+-"], says: "larger, smaller" },
    { keys: ["0"], says: "fit it to the window" },
    { keys: ["Alt+s"], says: "select marks" },
    { keys: ["Alt+p"], says: "draw a point" },
    { keys: ["Alt+l"], says: "draw a line" },
    { keys: ["Alt+y"], says: "draw a polyline" },
    { keys: ["Alt+b"], says: "draw a box" },
    { keys: ["Alt+e"], says: "draw an ellipse" },
    { keys: ["Alt+g"], says: "draw a polygon" },
    { keys: ["Alt+r"], says: "brush" },
    { keys: ["[", "]"], says: "smaller, larger brush" },
    { keys: ["Control+Enter"], says: "finish the figure" },
    { keys: ["Delete"], says: "delete the chosen mark" },
    { keys: ["Escape"], says: "only look; again: close" },
  ],
};

/** The pages that have keys of their own, by what they hold.
 * @type {(KeyGroup & {page: string})[]} */
const OF_PAGES = [
  {
    page: "button.cell, #cell-form",
    name: "In this table",
    lines: [
      { keys: ["Enter"], says: "on a cell: correct it; in its field: save it" },
      { keys: ["Escape"], says: "leave the cell as it was" },
    ],
  },
  {
    page: "details.keys",
    name: "Unknown names",
    lines: [
      { keys: ["ArrowUp", "ArrowDown"], says: "from name to name" },
      { keys: ["Enter"], says: "accept what is chosen" },
      { keys: ["ArrowLeft", "ArrowRight"], says: "another proposal" },
      { keys: ["a … z"], says: "another taxon, by its first letter" },
      { keys: ["+"], says: "create it below a taxon" },
      { keys: ["Delete"], says: "refuse: its objects stay unclassified" },
      { keys: ["Space"], says: "tick it" },
      { keys: ["Control+a"], says: "tick all" },
      { keys: ["Control+z"], says: "take the last back" },
    ],
  },
  {
    page: "#cluster-tree",
    name: "In the tree of clusters",
    lines: [
      { keys: ["ArrowUp", "ArrowDown", "Home", "End"], says: "from row to row" },
      { keys: ["ArrowRight", "ArrowLeft"], says: "open, close a group" },
      { keys: ["*"], says: "open all groups beside it" },
      { keys: ["a … z"], says: "to a name" },
      { keys: ["Enter"], says: "open a cluster on the bench" },
      { keys: ["Space", "Shift+ArrowDown"], says: "select, select several" },
      { keys: ["Alt+Shift+ArrowUp", "Alt+Shift+ArrowDown"], says: "move up, down" },
      { keys: ["Alt+Shift+ArrowLeft", "Alt+Shift+ArrowRight"], says: "out of its group, into the one above" },
      { keys: ["Control+x", "Control+v"], says: "cut, paste into a group or before a cluster" },
      { keys: ["Escape"], says: "let go of what is selected or cut" },
      { keys: ["Control+g", "Delete"], says: "group, dissolve a group" },
      { keys: ["F2"], says: "another name, or the taxon that a group is to be" },
      { keys: ["Control+Enter"], says: "name all clusters beneath" },
      { keys: [";"], says: "a trait that goes with the name" },
      { keys: ["Control+z"], says: "take back the last" },
    ],
  },
  {
    page: "#scan-viewer",
    name: "On the scan",
    lines: [
      { keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], says: "move it; in the list: from object to object" },
      { keys: ["+", "-"], says: "nearer, farther" },
      { keys: ["0", "Home"], says: "all of it" },
      { keys: ["Shift+ArrowDown", "Shift+ArrowUp"], says: "in the list: select the next, too" },
      { keys: ["Space"], says: "in the list: select, or let go" },
      { keys: ["Enter"], says: "in the list: open the object on the bench" },
      { keys: ["Escape"], says: "let go of what is selected" },
    ],
  },
  {
    page: "#scan-viewer [data-part=tools]",
    name: "Correct outlines",
    lines: [
      { keys: ["v"], says: "move the scan, select objects" },
      { keys: ["c"], says: "cut by a line" },
      { keys: ["m"], says: "merge what is selected" },
      { keys: ["d"], says: "draw around a missed object" },
      { keys: ["e"], says: "a new outline for the selected object" },
      { keys: ["Delete"], says: "delete what is selected" },
      { keys: ["ArrowUp", "Shift+ArrowUp"], says: "move the crosshair, ten times as far" },
      { keys: ["Space", "Backspace"], says: "set a point, take it back" },
      { keys: ["Enter"], says: "end the line; merge" },
      { keys: ["Escape"], says: "give up the line, then the tool" },
      { keys: ["Control+z", "Control+y"], says: "undo, redo" },
    ],
  },
  {
    page: "#reading",
    name: "Second reading",
    lines: [
      { keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], says: "move" },
      { keys: ["Space"], says: "select, unselect" },
      { keys: ["a … z"], says: "name it, by the first letter of the taxon" },
      { keys: ["1 … 9"], says: "give the taxon or the value of the digit" },
      { keys: ["-"], says: "can’t tell" },
      { keys: ["Control+z"], says: "undo" },
      { keys: ["+", "_"], says: "larger, smaller vignettes" },
    ],
  },
  {
    page: "#checking:not(:has([data-blind]))",
    name: "Quality check",
    lines: [
      { keys: ["y"], says: "yes, the label is right" },
      { keys: ["n"], says: "no: then the taxon that it is" },
      { keys: ["Shift+N"], says: "no, and you don’t name it" },
      { keys: ["-"], says: "can’t tell" },
      { keys: ["Control+z"], says: "the one before once more" },
    ],
  },
  {
    page: "#checking:has([data-blind])",
    name: "Blind quality check",
    lines: [
      { keys: ["a … z"], says: "name it, by the first letter of the taxon" },
      { keys: ["-"], says: "can’t tell" },
    ],
  },
  {
    page: "#map-frame",
    name: "On the map",
    lines: [
      { keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], says: "move the map" },
      { keys: ["+", "-"], says: "closer, farther" },
      { keys: ["0"], says: "the whole map" },
      { keys: ["r"], says: "a rectangle: arrow keys move it, with Shift they resize it, Enter selects what is in it" },
      { keys: ["a"], says: "select all in view" },
      { keys: ["Escape"], says: "let go of what is selected" },
    ],
  },
  {
    page: "#map-frame ~ #selection #assign",
    name: "What is selected on the map",
    lines: [
      { keys: ["a … z"], says: "give a taxon, by its first letter" },
      { keys: ["1 … 9"], says: "give the taxon of the digit" },
      { keys: ["Enter"], says: "validate as it is" },
      { keys: ["-"], says: "dubious" },
      { keys: ["Space"], says: "select one vignette, unselect it" },
      { keys: ["Control+z"], says: "undo" },
    ],
  },
  {
    page: ".settle",
    name: "Settling what readers disagree about",
    lines: [
      { keys: ["1 … 9"], says: "take the answer of the digit" },
      { keys: ["a … z"], says: "another taxon, by its first letter" },
      { keys: ["-"], says: "dubious" },
      { keys: ["0"], says: "leave it as it is" },
      { keys: ["ArrowRight"], says: "skip it" },
    ],
  },
];

/** @returns {KeyGroup[]} those of the page that is open, what holds everywhere last */
export function groupsOfPage() {
  return [...OF_PAGES.filter(({ page }) => document.querySelector(page)), EVERYWHERE];
}

/** @param {KeyAction[]} actions
 * @param {(action: KeyAction) => KeyLine} lineOf
 * @returns {KeyGroup[]} */
export function groupsOfActions(actions, lineOf) {
  const nameOf = (/** @type {KeyAction} */ { id }) => Object.entries(OF_ACTIONS).find(([, ids]) => ids.includes(id))?.[0] ?? REST;
  return [...Object.keys(OF_ACTIONS), REST]
    .map((name) => ({ name, lines: actions.filter((action) => nameOf(action) === name).map(lineOf) }))
    .filter(({ lines }) => lines.length);
}
