/** The palette of traits: a key chooses the trait, the next its value. It works for one object or many. */
import { pressAgain } from "../page/ondemand.js";
import { HIDDEN } from "./values.js";

export class Palette {
  /** @param {Trait[]} traits the vocabulary
   * @param {((ids: number[]) => Promise<string[]|null>)|null} applying asks which traits apply to the objects
   * @param {boolean} takesBack whether what was said can be taken back, too */
  constructor(dialog, traits, applying, takesBack = true) {
    this.dialog = dialog;
    this.traits = traits;
    this.applying = applying;
    this.takesBack = takesBack;
    /** @type {KeyboardEvent[]|null} */
    this.queued = null; // keys that are pressed while traits are asked for: they mean one of them
    this.part = (name) => dialog.querySelector(`#palette-${name}`);
    dialog.addEventListener("keydown", (event) => this.press(event));
    dialog.addEventListener("click", (event) => (event.target === dialog ? dialog.close() : event.target.closest("li")?.act?.()));
  }

  /** @param {number[]} ids of the objects
   * @param {(trait: Trait, label: LabelChange) => void} onGive is told the trait and what is said of it
   * @param {Promise<string[]|null>} applying the keys of those that apply, where the objects' own taxa don't say it
   * @param {number} count of the objects */
  async open(ids, onGive, applying = this.applying(ids), count = ids.length) {
    this.ids = ids;
    this.onGive = onGive;
    this.show("Trait", "", [], "…");
    this.part("text").hidden = true;
    if (!this.dialog.open) this.dialog.showModal();
    const pressed = [];
    this.queued = pressed;
    const keys = await applying;
    if (this.queued === pressed) this.queued = null;
    if (!this.dialog.open || this.ids !== ids) return; // it is closed, or about others by now
    const lines = this.traits.filter(({ key }) => keys === null || keys.includes(key));
    const many = count === 1 ? "1 object" : `${count.toLocaleString("en")} objects`;
    this.show(
      `Trait of ${many}`,
      "",
      lines.map((trait) => ({ key: trait.quick, text: `${trait.icon} ${trait.name}`, act: () => this.choose(trait) })),
      lines.length ? "Its key, or the arrows and Enter." : "No trait applies to these.",
    );
    for (const event of pressed) pressAgain(event);
  }

  /** The values of one trait. */
  openAt(trait, ids, onGive, typed = "") {
    this.ids = ids;
    this.onGive = onGive;
    this.queued = null;
    if (!this.dialog.open) this.dialog.showModal();
    this.choose(trait, typed);
  }

  choose(trait, typed = "") {
    this.chosen = new Set();
    const give = (label) => {
      this.dialog.close();
      this.onGive(trait, label);
    };
    const end = [
      { key: "0", text: "not visible", act: () => give({ value: HIDDEN }) },
      ...(this.takesBack ? [{ key: "Backspace", text: "take the value back", act: () => give({ state: "unclassified" }) }] : []),
    ];
    if (trait.choices.length) return this.chooseAmong(trait, give, end);
    this.show(
      trait.name,
      trait.help,
      end.map((line) => ({ ...line, key: "" })),
      `${trait.unit ? `In ${trait.unit}. ` : ""}Enter gives it.`,
    );
    const text = this.part("text");
    text.hidden = false;
    text.inputMode = trait.kind === "text" ? "text" : "decimal";
    text.value = typed;
    text.focus();
    text.onkeydown = (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") return;
      event.stopPropagation();
      if (event.key !== "Enter") return;
      event.preventDefault();
      const value = read(trait, text.value);
      if (value === null)
        this.part("hint").textContent =
          `${trait.name} takes ${trait.kind === "text" ? "some words" : trait.kind === "count" ? "a whole number from 0" : `a number in ${trait.unit}`}.`;
      else give({ value });
    };
  }

  chooseAmong(trait, give, end) {
    this.part("text").hidden = true;
    const isSeveral = trait.kind === "several";
    const pick = (key) => {
      if (!isSeveral) return give({ value: [key] });
      this.chosen[this.chosen.has(key) ? "delete" : "add"](key);
      this.chooseLines(trait, pick, give, end);
    };
    this.chooseLines(trait, pick, give, end);
  }

  chooseLines(trait, pick, give, end) {
    const isSeveral = trait.kind === "several";
    const lines = trait.choices.map(({ key, name }, i) => ({
      key: i < 9 ? String(i + 1) : "",
      also: i === 0 ? trait.quick : "",
      examples: trait.examples.filter(({ choice }) => choice === key).slice(0, 4),
      text: isSeveral ? `${this.chosen.has(key) ? "☑" : "☐"} ${name}` : name,
      act: () => pick(key),
    }));
    const done = {
      key: "Enter",
      text: "give these",
      act: () => this.chosen.size && give({ value: trait.choices.map((c) => c.key).filter((key) => this.chosen.has(key)) }),
    };
    const again = isSeveral || !trait.quick ? "" : `${trait.quick} again: ${trait.choices[0].name}.`;
    this.show(trait.name, trait.help, [...lines, ...(isSeveral ? [done] : []), ...end], again);
  }

  show(heading, help, lines, hint) {
    this.part("heading").textContent = heading;
    this.part("help").textContent = help;
    this.part("hint").textContent = hint;
    this.part("options").replaceChildren(...lines.map(asLine));
    this.mark(this.part("options").firstElementChild);
    this.part("options").focus();
  }

  mark(line) {
    for (const other of this.part("options").children) other.setAttribute("aria-selected", other === line);
    line?.scrollIntoView({ block: "nearest" });
    if (line) this.part("options").setAttribute("aria-activedescendant", line.id);
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.key === "Escape") return;
    if (this.queued && event.key !== "Tab") {
      event.preventDefault();
      this.queued.push(event);
      return;
    }
    const lines = [...this.part("options").children];
    const at = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const own = lines.find(({ keys }) => keys.includes(event.key));
    const act = step
      ? () => this.mark(lines[(at + step + lines.length) % lines.length])
      : (own?.act ?? (event.key === "Enter" || event.key === " " ? lines[at]?.act : null));
    if (!act) return;
    event.preventDefault();
    act();
  }
}

function asLine({ key, also, text, act, examples = [] }, i) {
  const line = Object.assign(document.createElement("li"), { role: "option", id: `palette-option-${i}` });
  if (key) line.append(Object.assign(document.createElement("kbd"), { textContent: { Backspace: "⌫", Enter: "⏎" }[key] ?? key }));
  line.append(text);
  for (const { url } of examples) line.append(Object.assign(document.createElement("img"), { src: url, alt: "", className: "example" }));
  return Object.assign(line, { act, keys: [key, also].filter(Boolean) });
}

/** What was typed, as the server takes it; null where it is no value. */
function read({ kind }, text) {
  if (kind === "text") return text.trim() || null;
  const number = Number(text.replace(",", "."));
  return text.trim() && Number.isFinite(number) && (kind !== "count" || (Number.isInteger(number) && number >= 0)) ? number : null;
}
