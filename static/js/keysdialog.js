/** Shows every key, lets a person choose others, and keeps quick keys for their favourite taxa. */
import { ACTIONS, inWords, nameOf } from "./keys.js";

export class KeysDialog {
  constructor(dialog, keyboard, preferences, picker) {
    this.dialog = dialog;
    this.keyboard = keyboard;
    this.preferences = preferences;
    this.picker = picker;
    this.part("add")?.addEventListener("click", () => this.addQuick());
    this.part("reset").addEventListener("click", () => this.reset());
  }

  open() {
    this.show();
    if (!this.dialog.open) this.dialog.showModal();
  }

  show() {
    const { own, actions } = this.keyboard;
    this.part("keys").replaceChildren(...ACTIONS.filter(({ id }) => actions[id]).map((action) => this.actionLine(action)));
    const quick = Object.entries(own.quick);
    this.part("quick")?.replaceChildren(...quick.map(([key, taxon]) => this.quickLine(key, taxon)));
  }

  actionLine(action) {
    const line = row(this.keyboard.keysOf(action), action.says);
    if (!action.isFixed) line.append(button("change", `Another key for: ${action.says}`, (pressed) => this.change(pressed, action)));
    return line;
  }

  quickLine(key, taxon) {
    const line = row([key], taxon.name);
    line.append(
      button("remove", `Remove the quick key of ${taxon.name}`, () => {
        delete this.keyboard.own.quick[key];
        this.save();
      }),
    );
    return line;
  }

  async change(pressed, action) {
    const key = await this.listen(pressed, action.id);
    if (key) this.keyboard.own.keys[action.id] = [key];
    this.save();
  }

  addQuick() {
    this.picker.use((part) => part.open(1, "", (taxon) => this.addKeyOf(taxon), "The taxon of the quick key"));
  }

  async addKeyOf(taxon) {
    const waiting = row([], taxon.name);
    const pressed = button("", `The key for ${taxon.name}`, () => {});
    waiting.append(pressed);
    this.part("quick").append(waiting);
    pressed.focus();
    const key = await this.listen(pressed, null);
    if (key) this.keyboard.own.quick[key] = { id: Number(taxon.id), name: taxon.name };
    this.save();
  }

  /** The next key that is free; null for Esc. */
  listen(pressed, ownAction) {
    pressed.textContent = "press the key … (Esc: none)";
    return new Promise((resolve) => {
      const hear = (event) => {
        if (["Control", "Shift", "Alt", "Meta", "Tab"].includes(event.key)) return;
        event.preventDefault();
        event.stopPropagation();
        const key = nameOf(event);
        const used = this.keyboard.own.quick[key] ? { says: this.keyboard.own.quick[key].name } : this.keyboard.actionOf(key);
        if (key !== "Escape" && used && used.id !== ownAction) {
          pressed.textContent = `${inWords(key)} is “${used.says}” already: another?`;
          return;
        }
        this.dialog.removeEventListener("keydown", hear, true);
        resolve(key === "Escape" ? null : key);
      };
      this.dialog.addEventListener("keydown", hear, true);
    });
  }

  reset() {
    this.keyboard.own.keys = {};
    this.save();
  }

  save() {
    this.preferences.save();
    this.show();
  }

  part(name) {
    return this.dialog.querySelector(`[data-part=${name}]`);
  }
}

function row(keys, says) {
  const line = document.createElement("li");
  const list = document.createElement("span");
  list.append(...keys.map((key) => Object.assign(document.createElement("kbd"), { textContent: inWords(key) })));
  line.append(list, Object.assign(document.createElement("span"), { textContent: says }));
  return line;
}

function button(text, title, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text, title, className: "plain" });
  made.setAttribute("aria-label", title);
  made.addEventListener("click", () => act(made));
  return made;
}
