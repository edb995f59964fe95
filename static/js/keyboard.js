/** Runs the actions of the bench by key: as delivered, or as the person has chosen. */
import { ACTIONS, nameOf } from "./keys.js";

const CLOSED = "dialog:not(#closer)"; // in these, keys have a meaning of their own

export class Keyboard {
  /** @param {Object<string, function(string)>} actions by their id; each is told the key
   * @param {{keys: Object<string, string[]>, quick: Object<string, {id: number, name: string}>}} own the person's choices
   * @param {function} give gives a taxon */
  constructor(actions, own, give) {
    Object.assign(this, { actions, own, give });
    document.addEventListener("keydown", (event) => this.press(event));
  }

  keysOf(action) {
    return this.own.keys[action.id] ?? action.keys;
  }

  /** What the key does, or undefined. A person's quick keys come first. */
  actionOf(key) {
    return ACTIONS.find((action) => this.actions[action.id] && this.keysOf(action).includes(key));
  }

  press(event) {
    if (event.target.closest(`input, select, textarea, ${CLOSED}`) || document.querySelector(`${CLOSED}[open]`)) return;
    if (event.target.closest("a, button, summary") && ["Enter", " "].includes(event.key)) return;
    if (event.target.closest("dialog") && event.key === "Escape") return; // it closes the dialog
    const handler = this.handler(nameOf(event), event);
    if (!handler) return;
    event.preventDefault();
    handler();
  }

  handler(key, event) {
    const taxon = this.own.quick[key];
    if (taxon && this.give) return () => this.give(taxon);
    const action = this.actionOf(key);
    if (action) return () => this.actions[action.id](key);
    const isLetter = /^\p{L}$/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
    return isLetter && this.actions.pick ? () => this.actions.pick("", event.key) : null;
  }
}
