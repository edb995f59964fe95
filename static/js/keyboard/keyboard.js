/** Runs the actions of the bench by key: as delivered, or as the person has chosen. */
import { ACTIONS, nameOf } from "./keys.js";

const CLOSED = "dialog:not(#detail-view)"; // in these, keys have a meaning of their own
const POPOVER = ":popover-open:not([popover=manual])"; // is closed by Escape
const MODIFIERS = ["Control", "Shift", "Alt", "AltGraph", "Meta", "CapsLock"];

export class Keyboard {
  /** @param {Record<string, KeyHandler>} actions by their id; each gets the key, and what it is about
   *   where that isn't what is selected by now
   * @param {OwnPreferences} own the person's choices
   * @param {((taxon: Taxon, vignettes?: HTMLElement[]) => void)|null} give gives a taxon
   * @param {Strokes|null} strokes tells letters that label from words; without it they act at once
   * @param {Pointing|null} pointing says at what a hand points, where keys are about that */
  constructor(actions, own, give, strokes = null, pointing = null) {
    this.actions = actions;
    this.own = own;
    this.give = give;
    this.strokes = strokes;
    this.pointing = pointing;
    document.addEventListener("keydown", (event) => this.press(event));
  }

  /** @param {KeyAction} action */
  keysOf(action) {
    return this.own.keys[action.id] ?? action.keys;
  }

  /** The first of its keys, or undefined.
   * @param {string} id */
  keyOf(id) {
    const action = ACTIONS.find((each) => each.id === id);
    return action && this.keysOf(action)[0];
  }

  /** What the key does, or undefined. A person's quick keys come first.
   * @param {string} key */
  actionOf(key) {
    return ACTIONS.find((action) => this.actions[action.id] && this.keysOf(action).includes(key));
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (MODIFIERS.includes(event.key) || this.endsStrokes(event)) return;
    const target = /** @type {Element} */ (event.target); // of a key it is an element
    if (target.closest(`input, select, textarea, ${CLOSED}`) || document.querySelector(`${CLOSED}[open]`)) return;
    if (target.closest("a, button, summary") && ["Enter", " "].includes(event.key)) return;
    if (event.key === "Escape" && (target.closest("dialog") || document.querySelector(POPOVER))) return; // it closes that
    if (target.closest("#detail") && !event.ctrlKey && !event.metaKey && !event.altKey) return; // in the panel on the right they mean no label
    const meaning = this.meaningOf(nameOf(event));
    const handler = this.handler(meaning, isLetter(event) ? event.key : "");
    if (!handler) return;
    event.preventDefault();
    if (event.repeat && !meaning?.mayRepeat) return; // whatever key a person has chosen for it
    if (this.pointing?.take(event) ?? true) handler();
  }

  /** What is no letter ends the letters before it: they label, or with Escape don't. Returns whether that was all.
   * @param {KeyboardEvent} event */
  endsStrokes(event) {
    if (!this.strokes || isLetter(event)) return false;
    if (event.key === "Escape") return this.strokes.drop();
    this.strokes.commit();
    return false;
  }

  /** What the key does, or null.
   * @param {string} key
   * @returns {KeyMeaning|null} */
  meaningOf(key) {
    const { give } = this;
    const taxon = give && this.own.quick[key];
    if (taxon) return { act: (vignettes) => give(taxon, vignettes), writes: true, labels: true, says: taxon.name };
    const action = this.actionOf(key);
    return action ? { ...action, act: (vignettes) => this.actions[action.id](key, ...(action.labels ? [vignettes] : [])) } : null;
  }

  /** @param {KeyMeaning|null} meaning
   * @param {string} letter */
  handler(meaning, letter) {
    const { strokes } = this;
    const mayBeWord = letter && (meaning?.writes || strokes?.isOpen());
    if (strokes && mayBeWord) return () => (meaning ? strokes.press(letter, meaning) : strokes.spell(letter));
    if (meaning) return () => meaning.act();
    return letter && this.actions.pick ? () => this.actions.pick("", letter) : null;
  }
}

/** @param {KeyboardEvent} event */
function isLetter(event) {
  return /^\p{L}$/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
}
