/** Shows every key, lets a person choose others, and keeps quick keys for their favourite taxa. */
import { inside } from "../page/elements.js";
import { FOCUS_VIEW, groupsOfActions } from "./keygroups.js";
import { drawGroups, findKeys, keyLine, keySearch } from "./keylist.js";
import { ACTIONS, inWords, nameOf } from "./keys.js";

/** @typedef {{open: (count: number, letter: string, onPick: (taxon: Taxon) => void, heading: string) => void}} TaxonPrompt asks for a taxon */

export class KeysDialog {
  /** @param {HTMLDialogElement} dialog
   * @param {import("./keyboard.js").Keyboard} keyboard
   * @param {Preferences} preferences
   * @param {import("../page/ondemand.js").OnDemand<unknown, TaxonPrompt>|null} picker */
  constructor(dialog, keyboard, preferences, picker) {
    this.dialog = dialog;
    this.keyboard = keyboard;
    this.preferences = preferences;
    this.picker = picker;
    /** @type {((key: string|null) => void)|null} ends the wait for a key */
    this.end = null;
    const search = keySearch(dialog);
    this.search = inside(search, "input", HTMLInputElement);
    this.part("keys").before(search);
    this.adding = dialog.querySelector("[data-part=add]"); // who only looks has no quick keys
    this.adding?.addEventListener("click", () => this.addQuick());
    this.part("reset").addEventListener("click", () => this.reset());
  }

  open() {
    this.show();
    if (!this.dialog.open) this.dialog.showModal();
    this.search.focus();
  }

  show() {
    this.end?.(null); // what waits for a key is drawn anew
    const { own, actions } = this.keyboard;
    const lines = groupsOfActions(
      ACTIONS.filter(({ id }) => actions[id]),
      (action) => this.actionLine(action),
    );
    drawGroups(this.part("keys"), [...lines, FOCUS_VIEW]);
    const quick = Object.entries(own.quick);
    if (this.adding) this.part("quick").replaceChildren(...quick.map(([key, taxon]) => this.quickLine(key, taxon)));
    if (this.search.value) findKeys(this.dialog, this.search.value);
  }

  /** @param {KeyAction} action */
  actionLine(action) {
    const more = action.isFixed ? undefined : button("change", changeOf(action), (/** @type {HTMLButtonElement} */ pressed) => this.change(pressed, action));
    return { keys: this.keyboard.keysOf(action), says: action.says, more };
  }

  /** @param {string} key
   * @param {Taxon} taxon */
  quickLine(key, taxon) {
    const more = button("remove", removalOf(taxon), () => {
      delete this.keyboard.own.quick[key];
      this.save("quick");
      this.part("add").focus();
    });
    return keyLine({ keys: [key], says: taxon.name, more });
  }

  /** @param {HTMLButtonElement} pressed
   * @param {KeyAction} action */
  async change(pressed, action) {
    const key = await this.listen(pressed, action.id);
    if (!key) return;
    this.keyboard.own.keys[action.id] = [key];
    this.save("keys");
    this.focus(changeOf(action));
  }

  addQuick() {
    this.picker?.use((part) => part.open(1, "", (taxon) => this.addKeyOf(taxon), "The taxon of the quick key"));
  }

  /** @param {Taxon} taxon */
  async addKeyOf(taxon) {
    const pressed = button("", `The key for ${taxon.name}`, () => {});
    const line = keyLine({ keys: [], says: taxon.name, more: pressed });
    this.part("quick").append(line);
    pressed.focus();
    const key = await this.listen(pressed, null);
    if (!key) return this.discard(line);
    this.keyboard.own.quick[key] = { id: Number(taxon.id), name: taxon.name };
    this.save("quick");
    this.focus(removalOf(taxon));
  }

  /** @param {HTMLElement} line that gets no key */
  discard(line) {
    const hadFocus = line.contains(document.activeElement);
    line.remove();
    if (hadFocus) this.part("add").focus();
  }

  /** The button that was drawn anew stands where a person was.
   * @param {string} label */
  focus(label) {
    this.dialog.querySelector(`button[aria-label="${CSS.escape(label)}"]`)?.focus();
  }

  /** The next key that is free; null for Esc, and where another line asks for a key or all are drawn anew.
   * @param {HTMLButtonElement} pressed
   * @param {string|null} ownAction
   * @returns {Promise<string|null>} */
  listen(pressed, ownAction) {
    this.end?.(null);
    const { textContent } = pressed;
    const listening = new AbortController();
    const { signal } = listening;
    pressed.textContent = "press the key … (Esc: none)";
    return new Promise((resolve) => {
      this.end = (key) => {
        listening.abort();
        pressed.textContent = textContent;
        resolve(key);
      };
      const hear = (/** @type {KeyboardEvent} */ event) => {
        if (["Control", "Shift", "Alt", "Meta", "Tab"].includes(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        const key = nameOf(event);
        /** @type {{says: string, id?: string}|undefined} */
        const used = this.keyboard.own.quick[key] ? { says: this.keyboard.own.quick[key].name } : this.keyboard.actionOf(key);
        if (key !== "Escape" && used && used.id !== ownAction) {
          pressed.textContent = `${inWords(key)} is “${used.says}” already: another?`;
          return;
        }
        this.end?.(key === "Escape" ? null : key);
      };
      this.dialog.addEventListener("keydown", hear, { capture: true, signal });
    });
  }

  reset() {
    this.keyboard.own.keys = {};
    this.save("keys");
  }

  /** @param {"keys"|"quick"} name */
  save(name) {
    this.preferences.save(name);
    this.show();
  }

  /** @param {string} name
   * @returns {HTMLElement} */
  part(name) {
    return inside(this.dialog, `[data-part=${name}]`);
  }
}

const changeOf = (/** @type {KeyAction} */ action) => `Another key for: ${action.says}`;
const removalOf = (/** @type {Pick<Taxon, "name">} */ taxon) => `Remove the quick key of ${taxon.name}`;

/** @param {string} text
 * @param {string} title
 * @param {(element: HTMLButtonElement) => void} act */
function button(text, title, act) {
  const element = Object.assign(document.createElement("button"), { type: "button", textContent: text, title, className: "plain" });
  element.setAttribute("aria-label", title);
  element.addEventListener("click", () => act(element));
  return element;
}
