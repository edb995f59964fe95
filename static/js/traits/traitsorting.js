/** Traits on the bench: one is what the page is sorted by, or its values are given beside the taxa. */
import { HIDDEN, inWords, subjectOf } from "./values.js";

const MOST_OBJECTS = 1000; // objects a request

/** Sorting by a trait: digits give its values, letters and numbers open what takes them. */
export class TraitSorting {
  constructor(labels, gallery, palette, buttons) {
    this.labels = labels;
    this.gallery = gallery;
    this.palette = palette;
    this.trait = labels.definition;
    this.values = this.valuesToGive();
    buttons.replaceChildren(...this.values.map(asButton));
  }

  /** What can be said by a key, a button, or from the menu. */
  valuesToGive() {
    const choices = this.trait.kind === "several" ? [] : this.trait.choices;
    const give = (value) => () => this.labels.give({ value });
    const lines = choices.map(({ key, name }, i) => ({ digit: i < 9 ? String(i + 1) : "", text: name, act: give([key]) }));
    return [...lines, { digit: "0", text: "not visible", act: give(HIDDEN) }];
  }

  actions() {
    return {
      pick: (_, typed) => this.open(typed),
      recent: (key) => this.give(key),
      hidden: () => this.labels.give({ value: HIDDEN }),
      rest: () => this.labels.giveRest(this.gallery.seenAmong()),
      again: () => {},
      accept: () => this.labels.accept(),
      trait: () => this.open(),
    };
  }

  /** The value of the digit; where values aren't listed, the digit is the first of a number. */
  give(digit) {
    if (this.values.length === 1) return this.open(digit);
    this.values.find((value) => value.digit === digit)?.act();
  }

  open(typed = "") {
    if (this.gallery.targets().length) this.palette.openAt(this.trait, [], (_, label) => this.labels.give(label), typed);
  }
}

function asButton({ digit, text, act }) {
  const button = Object.assign(document.createElement("button"), { type: "button" });
  button.append(Object.assign(document.createElement("kbd"), { textContent: digit }), text);
  button.addEventListener("click", act);
  return button;
}

/** A trait of what is selected, beside the taxa that the page is sorted by. Nothing of its values is shown here: which
 * versions they have is looked up before the value is sent. */
export function giveBeside(labels, gallery, palette) {
  const targets = gallery.targets();
  const ids = targets.map((v) => Number(v.dataset.id));
  if (!ids.length) return;
  return palette.open(ids, (trait, label) => {
    const words = label.value === undefined ? `${trait.name} taken back` : `${trait.name}: ${inWords(trait, label.value)}`;
    const entry = { subject: subjectOf(trait.key), path: "trait-values/", label: { trait: trait.key, ...label }, words };
    const unseen = ids.length - gallery.seenAmong(targets).length;
    labels.writeDown(entry, () => ids.map((id) => ({ id, version: null })), unseen);
  });
}

/** The keys of the traits that apply to one of the objects at least; without a network, null. */
export async function traitsOf(server, ids) {
  const traits = await server.get(`traits/?ids=${ids.slice(0, MOST_OBJECTS).join(",")}`);
  return traits?.map((trait) => trait.key) ?? null;
}
