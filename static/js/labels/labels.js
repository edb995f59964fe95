/** Gives labels: shown at once, saved in the background, undone and redone. TraitValues (traitvalues.js) gives those of a trait instead. */

import { Outbox } from "../outbox/outbox.js";
import { OnDemand } from "../page/ondemand.js";
import { Bulk } from "./bulk.js";
import { CurrentLabels } from "./currentlabels.js";
import { Undoing } from "./undoing.js";

const SETTLED = ["validated", "dubious", "machine-validated"];
const COUNTED = 700; // milliseconds after a save, at most: what the panel says is no older than a second
const GATHERED = 100; // milliseconds in which saves are gathered: a thousand vignettes aren't drawn anew for each

export class Labels extends CurrentLabels {
  path = "annotations/";
  countingAt = Infinity; // when the panel is counted next

  /** @param {HTMLElement} root of the page
   * @param {Gallery} gallery
   * @param {Server} server
   * @param {Toasts} toasts */
  constructor(root, gallery, server, toasts) {
    super(root, gallery, server, toasts);
    this.undoing = new Undoing(this);
    this.sitting = this.undoing.sitting;
    this.bulk = new Bulk(toasts, (batchOf) => this.undoing.takeBack(batchOf));
  }

  async start() {
    if (!this.root.dataset.mayLabel) return;
    this.outbox = new Outbox(this.server, this.root.dataset, this);
    const unsaved = new OnDemand(
      () => import("./unsaved.js"),
      ({ Unsaved }) => new Unsaved(document.getElementById("unsaved"), this.outbox, this.gallery),
      { sheets: ["labels/unsaved"], say: () => {} }, // without a network, at the next change
    );
    this.outbox.onChange.addEventListener("change", () => this.outbox.failed().length && unsaved.prefetch());
    await this.outbox.after(() => this.sitting.load());
    this.undoing.showButtons();
  }

  /** The trait that is given, null for taxa. */
  get trait() {
    return null;
  }

  /** @param {LabelChange} label
   * @param {HTMLElement[]} vignettes */
  give(label, vignettes = this.gallery.targets()) {
    const isTaken = label.state === "unclassified";
    const named = this.nameOf(label);
    const able = vignettes.filter((v) => named || v.dataset.taxon);
    if (able.length < vignettes.length && !isTaken) this.notice.say(this.bare(vignettes.length), 6000);
    if (!able.length) return;
    const seen = this.gallery.seenAmong(able);
    if (named || isTaken) for (const v of able) v.dataset.taxon = String(named?.id ?? ""); // the next key may ask for it
    this.gallery.seen.add(seen);
    this.gallery.element.dispatchEvent(new CustomEvent("labelled", { detail: able.length }));
    this.goOn(able);
    this.write(label, able, able.length - seen.length);
  }

  /** Of the vignettes in hand, not all of which say what they show.
   * @param {number} count
   * @returns {string} */
  bare(count) {
    if (count === 1) return "This object has no taxon yet: give it one first.";
    return "Some of these have no taxon yet: give them one first.";
  }

  /** Shows the label as given when it is written down, not before. */
  async write(label, vignettes, unseen) {
    const state = label.state ?? "validated";
    const shows = { taxon: state === "unclassified" ? null : this.nameOf(label), state };
    const entry = { subject: this.subject, path: this.path, label: this.asSaved(label), words: this.inWords(label), shows };
    await this.writeDown(entry, () => vignettes.map((v) => ({ id: Number(v.dataset.id), version: Number(v.dataset.version) })), unseen);
    for (const v of vignettes) this.showLabel(v, shows);
  }

  /** Into the outbox, with an answer where it is about many.
   * @param {number} unseen how many of them had not been on the screen */
  async writeDown(entry, objects, unseen) {
    const count = objects().length;
    this.bulk.written(await this.outbox.add(entry, objects), entry.words, count, unseen);
  }

  showLabel(v, { taxon, state }) {
    const now = { id: v.dataset.taxon, name: v.querySelector(".label").title };
    this.gallery.show(v, { taxon: taxon === undefined ? now : taxon, state });
    v.classList.add("saving");
  }

  /** What stands under the picture: {id, name}, or undefined where the label says nothing of it.
   * @param {LabelChange} label */
  nameOf({ taxon }) {
    return taxon;
  }

  /** As a list of labels says it. */
  inWords(label) {
    if (label.taxa) return "Each as named";
    const state = { dubious: "Dubious", unclassified: "Label taken away" }[label.state];
    return [this.nameOf(label)?.name, state].filter(Boolean).join(", ") || "Validated as it is";
  }

  /** As the server takes it.
   * @param {LabelChange} label
   * @returns {SentLabel} */
  asSaved({ taxon, taxa, state }) {
    return { ...(taxon && { taxon: Number(taxon.id) }), ...(taxa && { taxa }), ...(state && { state }) };
  }

  // --- What the outbox tells ---------------------------------------------------------------------------------------

  /** Answers of second readings are for the page of the reading. */
  subjects(subject) {
    return !subject.startsWith("reading.");
  }

  /** What an earlier page could not send is shown as it was given. */
  resumed(records) {
    const count = records.reduce((sum, { objects }) => sum + objects.length, 0);
    if (count) this.notice.say(`Saving ${count.toLocaleString("en")} labels from before …`, 3000);
    for (const { subject, shows, objects } of records) {
      if (subject !== this.subject || !shows) continue;
      for (const { id, version } of objects) {
        const v = this.gallery.by(id);
        if (v && Number(v.dataset.version) === version) this.showLabel(v, shows);
      }
    }
  }

  saved({ key, batch, subject, saved, conflicts, inapplicable, gone, isShown, replaced }) {
    if (batch) this.sitting.push(batch);
    this.bulk.saved({ key, batch, saved, conflicts, inapplicable, gone });
    if (subject !== this.subject) return this.savedBeside({ conflicts, inapplicable });
    for (const { id, version } of saved) this.showAsSaved(this.gallery.by(id), version);
    if (conflicts.length) this.showConflicts(conflicts);
    if (!isShown || replaced) this.refresh(saved.map(({ id }) => id));
    if (replaced) this.announceReplaced(replaced);
    this.finish();
  }

  /** The taxon was merged since the person last gave it: they have got what it became. */
  announceReplaced({ taxon, by }) {
    this.toasts.done(`${taxon.name} was merged into ${by.name}: that was given.`);
    document.dispatchEvent(new CustomEvent("taxon-replaced", { detail: { taxon, by } }));
  }

  /** A trait that was set beside taxa: nothing of it stands under the pictures. */
  savedBeside({ conflicts, inapplicable }) {
    const lost = conflicts.length && `${conflicts.length} were changed by somebody else meanwhile: nothing of theirs was overwritten.`;
    const left = inapplicable && `${inapplicable} left out: the trait does not apply to them.`;
    if (lost || left) this.notice.say([lost, left].filter(Boolean).join(" "), 6000);
    this.finish();
  }

  /** What the server refused is not shown as given: it stands in the list. */
  failed({ key, subject, objects }) {
    this.bulk.failed({ key });
    if (subject === this.subject) this.refresh(objects.map(({ id }) => id));
    this.finish();
  }

  lost(ids, subject) {
    if (subject === this.subject) this.refresh(ids);
  }

  undo() {
    this.undoing.undo();
  }

  redo() {
    this.undoing.redo();
  }

  /** Labels all that match the filter of the page, if their number is as expected. Returns whether it was done. */
  async giveMatching(label, filter, expected) {
    const underWay = `Labelling ${expected.toLocaleString("en")} objects …`;
    const refuse = (words) => this.toasts.error(words);
    this.notice.say(underWay);
    const outcome = await this.server.post(this.path, { filter, expected, ...this.asSaved(label) }, { refuse });
    this.notice.takeBack(underWay);
    if (!outcome) return;
    if (outcome.batch) this.sitting.push(outcome.batch);
    await this.refresh();
    this.gallery.focusLate(this.gallery.last ?? this.gallery.all()[0]);
    this.bulk.matched(outcome.batch, this.inWords(label), outcome.changed);
    if (outcome.replaced) this.announceReplaced(outcome.replaced);
    this.finish();
  }

  /** Where the work goes on: the first vignette behind the labelled ones that neither a person nor a rule has settled, else the next one. */
  after(vignettes) {
    const all = this.gallery.all();
    const labelled = new Set(vignettes);
    const behind = all.slice(all.indexOf(vignettes.at(-1)) + 1).filter((v) => !labelled.has(v));
    return behind.find((v) => !SETTLED.includes(v.dataset.state)) ?? behind[0];
  }

  /** Leaves the vignettes for the next. What a hand points at stays in hand, and in its place. */
  goOn(vignettes) {
    const next = this.after(vignettes);
    const stays = this.gallery.isInPointedHand(vignettes);
    this.gallery.set(vignettes, false);
    if (stays) vignettes[0].dataset.stays = "";
    else if (next) this.gallery.focus(next);
    this.gallery.anchor = stays ? vignettes[0] : (next ?? null);
  }

  finish() {
    this.finishing ??= setTimeout(() => this.showSaved(), GATHERED);
  }

  showSaved() {
    this.finishing = null;
    for (const v of this.fresh) v.classList.toggle("saving", this.waitsFor(Number(v.dataset.id)));
    this.fresh.clear();
    this.undoing.showButtons();
    this.gallery.recount();
    if (!this.outbox.isWaiting()) this.gallery.lookAgain(); // once behind many, not after each
    this.recountWithin(COUNTED);
  }

  /** The panel is counted once for all that changes until the first of the times that were named.
   * @param {number} milliseconds */
  recountWithin(milliseconds) {
    const at = Date.now() + milliseconds;
    if (at >= this.countingAt) return;
    this.countingAt = at;
    clearTimeout(this.counting);
    this.counting = setTimeout(() => {
      this.countingAt = Infinity;
      this.recountPanel();
    }, milliseconds);
  }

  /** Counts can wait for the network. */
  async recountPanel() {
    const module = await import("./recount.js").catch(() => null);
    module?.recount("panel", this.root.dataset.panel);
    if (this.trait) module?.recount("trait-panel", this.root.dataset.traitPanel);
  }
}
