/** Gives values of one trait, as Labels gives taxa: the page is sorted by it. */
import { isBare } from "../gallery/gallery.js";
import { Labels } from "../labels/labels.js";
import { inWords, subjectOf } from "./values.js";

export class TraitValues extends Labels {
  path = "trait-values/";

  constructor(root, gallery, server, toasts, trait) {
    super(root, gallery, server, toasts);
    this.definition = trait;
    this.subject = subjectOf(trait.key);
  }

  get trait() {
    return this.definition.key;
  }

  /** @param {LabelChange} label */
  nameOf({ value }) {
    return value === undefined ? undefined : { id: 1, name: inWords(this.definition, value) };
  }

  /** @param {LabelChange} label
   * @returns {SentLabel} */
  asSaved({ value, state }) {
    return { trait: this.trait, ...(value !== undefined && { value }), ...(state && { state }) };
  }

  askNow(ids) {
    return `trait-values/?trait=${this.trait}&ids=${ids.join(",")}`;
  }

  asShown(entry) {
    return { ...entry, taxon: entry.value === null ? null : this.nameOf(entry) };
  }

  saved(outcome) {
    super.saved(outcome);
    if (!outcome.inapplicable || outcome.subject !== this.subject) return;
    this.notice.say(`${outcome.inapplicable} left out: ${this.definition.name} does not apply to them.`, 6000);
    this.refresh(outcome.saved.map(({ id }) => id));
  }

  bare(count) {
    if (count === 1) return "Nobody has looked at this object yet: give it a value first.";
    return "Nobody has looked at some of these yet: give them a value first.";
  }

  /** What most have, to those that nobody has looked at. */
  giveRest(vignettes) {
    const bare = vignettes.filter(isBare);
    if (this.definition.default !== null && bare.length) this.give({ value: this.definition.default }, bare);
  }

  /** As it stands where somebody or a model has said something; else what most have. */
  accept(vignettes = this.gallery.targets()) {
    const named = vignettes.filter((v) => v.dataset.taxon);
    const bare = vignettes.filter((v) => !v.dataset.taxon);
    if (bare.length && this.definition.default !== null) this.give({ value: this.definition.default }, bare);
    else if (bare.length) this.notice.say(this.bare(vignettes.length), 4000);
    if (named.length) this.give({ state: "validated" }, named);
  }
}
