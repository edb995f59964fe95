// @ts-check
/** What the tools say: how each is used, and what it lacks. */

const IS_TOUCH = matchMedia("(hover: none)").matches; // keys are of no use to a finger
const BY_KEYS = "Arrows move the crosshair, with Shift ten times as far; Space sets a point, Enter ends, Backspace takes a point back, Escape leaves.";
/** @type {Record<string, string>} */
export const HINTS = IS_TOUCH
  ? {
      move: "A tap selects an object; one finger moves the scan, two come nearer.",
      cut: "Draw a line across an object: by one stroke, or by taps, the last one twice.",
      draw: "Draw around an object that was missed: by one stroke, or by taps, the last one twice.",
      reshape: "Draw the whole new outline of the selected object.",
      merge: "Tap the objects that belong together, then Merge again. The first one stays.",
    }
  : {
      move: "A click selects an object, with Shift several, as does a rectangle dragged with Shift. Dragging moves the scan, the wheel comes nearer.",
      cut: `Draw a line across an object: by one stroke, or by clicks, the last one twice. ${BY_KEYS}`,
      draw: `Draw around an object that was missed: by one stroke, or by clicks, the last one twice. ${BY_KEYS} T goes to its taxon.`,
      reshape: `Draw the whole new outline of the selected object. ${BY_KEYS}`,
      merge: "Select the objects that belong together, by clicks or in the list; then Merge again, or Enter. The first one stays.",
    };

/** @type {Record<string, string>} */
export const REFUSALS = {
  reshape: "Select the one object that gets a new outline first.",
  merge: "Select two objects or more to merge.",
  delete: "Select what is to be deleted first.",
  cut: "The line crosses no object.",
  draw: "Choose the taxon from its list, or leave its field empty.",
};
