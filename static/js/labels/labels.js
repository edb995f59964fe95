/** Gives labels: shown at once, saved in the background, undone and redone. TraitValues (traitvalues.js) gives those of a trait instead. */

import { Outbox } from "../outbox/outbox.js";
import { OnDemand } from "../page/ondemand.js";
import { Bulk } from "./bulk.js";
import { Sitting } from "./undostacks.js";

const SETTLED = ["validated", "dubious", "machine-validated"];
const MOST_OBJECTS = 1000; // objects a request
const GATHERED = 100; // milliseconds in which saves are gathered: a thousand vignettes aren't drawn anew for each

export class Labels {
  /** What is given: the taxon, or one trait in its place. */
  subject = "taxon";
  path = "annotations/";
  bare = "Some of these have no taxon yet: give them one first.";

  constructor(root, gallery, server, toasts) {
    this.root = root;
    this.gallery = gallery;
    this.server = server;
    this.toasts = toasts;
    this.notice = server.notice;
    this.tellsElsewhere = true; // an undo also says what it did beyond this page
    this.sitting = new Sitting(this.server);
    this.bulk = new Bulk(toasts, (batchOf) => this.takeBack(batchOf));
    const dialog = document.getElementById("conflicts");
    const say = () => toasts.error("Some of these were changed by somebody else meanwhile: nothing of theirs was overwritten.");
    this.conflicts = new OnDemand(
      () => import("./conflicts.js"),
      ({ Conflicts }) => new Conflicts(dialog),
      { sheets: ["labels/conflicts"], say },
    );
    this.fresh = new Set(); // vignettes that were saved, and don't show it yet
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
    this.showSitting();
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
    if (able.length < vignettes.length && !isTaken) this.notice.say(this.bare, 6000);
    if (!able.length) return;
    const next = this.after(able);
    const seen = this.gallery.seenAmong(able);
    if (named || isTaken) for (const v of able) v.dataset.taxon = String(named?.id ?? ""); // the next key may ask for it
    this.gallery.seen.add(seen);
    this.gallery.element.dispatchEvent(new CustomEvent("labelled", { detail: able.length }));
    this.gallery.set(able, false);
    this.moveOn(next);
    this.write(label, able, able.length - seen.length);
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

  /** Where to ask for what the vignettes say by now, and the answer as `gallery.show` takes it. */
  askNow(ids) {
    return `labels/?ids=${ids.join(",")}`;
  }

  asShown(label) {
    return label;
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

  /** @param {number|null} version null where only the server knows it */
  showAsSaved(v, version) {
    if (!v) return;
    if (version !== null) v.dataset.version = version;
    this.fresh.add(v);
    if (this.root.dataset.review) this.leave(v, true);
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

  // --- Undoing -----------------------------------------------------------------------------------------------------

  undo() {
    this.outbox.after(async () => this.showReversal(await this.sitting.undo(), "put back"));
  }

  redo() {
    this.outbox.after(async () => this.showReversal(await this.sitting.redo(), "given again"));
  }

  /** Takes back one batch, whatever was done since.
   * @param {() => number|null|undefined} batchOf gives its number when what waits is saved */
  takeBack(batchOf) {
    this.outbox.after(async () => {
      const batch = batchOf();
      if (batch) await this.showReversal(await this.sitting.takeBack(batch), "put back");
    });
  }

  /** Says what undoing or redoing did, here and beyond this page. */
  async showReversal(outcome, done) {
    if (!outcome) return this.showSitting();
    this.bulk.keepOnly((batch) => this.sitting.done.batches.includes(batch));
    if (outcome.changed === undefined) return this.announceJob(outcome);
    const changed = await this.refresh();
    if (changed.length) this.gallery.focusLate(changed[0]);
    const elsewhere = this.tellsElsewhere && outcome.changed > changed.length ? ", not all of them on this page" : "";
    this.toasts.done(`${outcome.changed.toLocaleString("en")} ${done}${elsewhere}.`);
    if (outcome.conflicts.length) this.showConflicts(outcome.conflicts);
    this.finish();
  }

  /** What is too large to be waited for goes on as a job; the page hears of what it puts back. */
  announceJob({ id }) {
    this.notice.say(`These are many: job ${id} puts them back. Its page, under Jobs, says how far it is.`, 8000);
    this.showSitting();
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

  /** Shows what the vignettes' labels are by now, but for those that are being saved. Returns those that changed. */
  async refresh(ids = this.gallery.everything().map((v) => Number(v.dataset.id))) {
    const changed = [];
    for (let i = 0; i < ids.length; i += MOST_OBJECTS) {
      const now = (await this.server.get(this.askNow(ids.slice(i, i + MOST_OBJECTS)))) ?? [];
      changed.push(...now.map((label) => this.showNow(label)).filter(Boolean));
    }
    return changed;
  }

  /** Whether what is given to the object is on its way: until then it stands under the picture. */
  waitsFor(id) {
    return Boolean(this.outbox?.waitsFor(id, this.subject));
  }

  showNow(label) {
    const v = this.gallery.by(label.id);
    if (!v || this.waitsFor(label.id) || label.version < Number(v.dataset.version)) return null; // overtaken by what was saved since
    v.classList.remove("saving");
    const isNew = Number(v.dataset.version) !== label.version;
    this.gallery.show(v, this.asShown(label));
    const waits = this.root.dataset.reviewing ? ["predicted", "unclassified"] : ["predicted"];
    if (this.root.dataset.review) this.leave(v, !waits.includes(label.state));
    return isNew ? v : null;
  }

  /** Where the work goes on: the first vignette behind the labelled ones that neither a person nor a rule has settled, else the next one. */
  after(vignettes) {
    const all = this.gallery.all();
    const labelled = new Set(vignettes);
    const behind = all.slice(all.indexOf(vignettes.at(-1)) + 1).filter((v) => !labelled.has(v));
    return behind.find((v) => !SETTLED.includes(v.dataset.state)) ?? behind[0];
  }

  /** Leaves the vignettes, as if they were labelled. */
  goOn(vignettes) {
    this.gallery.set(vignettes, false);
    this.moveOn(this.after(vignettes));
  }

  moveOn(next) {
    if (next) this.gallery.focus(next);
    this.gallery.anchor = next ?? null;
  }

  /** What is reviewed makes room, and comes back when it is undone. */
  leave(v, isLeaving) {
    v.classList.toggle("leaving", isLeaving);
    if (isLeaving) setTimeout(() => v.classList.contains("leaving") && this.hide(v, true), 260);
    else this.hide(v, false);
  }

  /** The last row of its page is not complete then (rows.js): what is left of it would be drawn out. */
  hide(v, isHidden) {
    if (v.hidden !== isHidden) v.closest(".page")?.removeAttribute("data-whole");
    v.hidden = isHidden;
  }

  finish() {
    this.finishing ??= setTimeout(() => this.showSaved(), GATHERED);
  }

  showSaved() {
    this.finishing = null;
    for (const v of this.fresh) v.classList.toggle("saving", this.waitsFor(Number(v.dataset.id)));
    this.fresh.clear();
    this.showSitting();
    this.gallery.recount();
    if (!this.outbox.isWaiting()) this.gallery.lookAgain(); // once behind many, not after each
    clearTimeout(this.counting);
    this.counting = setTimeout(() => this.recountPanel(), 300);
  }

  showSitting() {
    if (!this.root.dataset.mayLabel) return;
    for (const [id, stack] of Object.entries({ undo: this.sitting.done, redo: this.sitting.undone })) {
      /** @type {HTMLButtonElement} */ (document.getElementById(id)).disabled = !stack.length;
    }
  }

  /** Counts can wait for the network. */
  async recountPanel() {
    const module = await import("./recount.js").catch(() => null);
    module?.recount("panel", this.root.dataset.panel);
    if (this.trait) module?.recount("trait-panel", this.root.dataset.traitPanel);
  }

  showConflicts(conflicts) {
    const lines = conflicts.map((conflict) => {
      const vignette = this.gallery.by(conflict.id);
      const yours = vignette ? `${vignette.querySelector(".label").title || "nothing"}, ${vignette.dataset.state}` : "";
      if (vignette) this.showNow(conflict);
      const theirs = `${this.asShown(conflict).taxon?.name ?? "nothing"}, ${conflict.state}, by ${conflict.annotator ?? "a model"}`;
      return { vignette, theirs, yours };
    });
    this.conflicts.use((part) => part.show(lines));
  }
}
