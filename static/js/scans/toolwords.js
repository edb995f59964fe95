// @ts-check
/** What the tools say: how each is used, and what it lacks. */

const BY_KEYS = matchMedia("(hover: none)").matches // a finger has no use for it
  ? ""
  : "Arrows move the crosshair, with Shift ten times as far; Space sets a point, Enter ends, Backspace takes a point back, Escape leaves.";
/** @type {Record<string, string>} */
export const HINTS = {
  move: "",
  cut: `Draw a line across an object: by one stroke, or by clicks, the last one twice. ${BY_KEYS}`,
  draw: `Draw around an object that was missed: by one stroke, or by clicks, the last one twice. ${BY_KEYS}`,
  reshape: `Draw the whole new outline of the selected object. ${BY_KEYS}`,
  merge: "Select the objects that belong together, by clicks or in the list; then Merge again, or Enter. The first one stays.",
};

export const REFUSALS = {
  reshape: "Select the one object that gets a new outline first.",
  merge: "Select two objects or more to merge.",
  delete: "Select what is to be deleted first.",
  cut: "The line crosses no object.",
};
