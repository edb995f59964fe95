/** A cluster gets its name: a taxon that is proposed, chosen, or made for it. The name is taken back as any other label. */
import { OnDemand } from "../page/ondemand.js";
import { Questions } from "./questions.js";
import { proposalOf } from "./questiontext.js";
import { part } from "./questionview.js";
import { NamedTraits } from "./traits.js";

export class Naming extends Questions {
  isNaming = false;
  traits = new NamedTraits(part("cluster-traits"), this.server);
  newTaxon = new OnDemand(
    () => import("../review/newtaxonrow.js"),
    ({ NewTaxonRow }) => new NewTaxonRow(this),
    { say: (words) => this.toasts.error(words) },
  );

  pick(letter) {
    const out = this.gallery.selected();
    if (out.length) return this.chooseTaxon(out.length, ({ taxon }) => this.labels.give({ taxon }, out), letter);
    if (this.phase === "name") this.chooseTaxon(this.question.waiting, ({ taxon }) => this.name(taxon), letter);
  }

  giveSlot(number) {
    const slot = this.slots.inOrder().find((each) => each.number === number);
    if (!slot) return;
    const out = this.gallery.selected();
    if (out.length) this.labels.give({ taxon: slot.taxon }, out);
    else if (this.phase === "name") this.name(slot.taxon);
  }

  /** Of what is taken out at once; else, in the last step, of all of it together with its name. */
  chooseTrait() {
    if (this.phase !== "name" || this.gallery.selected().length)
      return this.gallery.targets().length && this.palette.use((part) => part.giveBeside(this.labels, this.gallery, part.palette));
    const { traits, question } = this;
    const choose = (trait, label) => traits.choose(trait, label);
    return this.palette.use(({ palette }) => palette.open([], choose, traits.applying(proposalOf(question)), question.waiting));
  }

  nameIt() {
    const proposal = proposalOf(this.question);
    if (proposal) return this.name(proposal);
    return this.chooseTaxon(this.question.waiting, ({ taxon }) => this.name(taxon));
  }

  /** What is taken out of a cluster that waits for its name leaves it first. */
  async leaveOut() {
    const out = this.removals.ids;
    if (!out.length) return true;
    const question = await this.ask(`${this.path}members/`, { out });
    if (question) await this.turn(question);
    return Boolean(question);
  }

  async nameNew() {
    if (this.isNaming || this.phase !== "name") return;
    if (!(await this.leaveOut())) return;
    this.isNaming = true;
    await this.newTaxon.use((row) => row.open());
    this.isNaming = false;
  }

  /** All members, as one batch that Ctrl + Z takes back. */
  async name(taxon) {
    if (!(await this.leaveOut())) return;
    const answer = await this.ask(`${this.path}name/`, { taxon: Number(taxon.id), ...this.traits.body });
    if (answer) await this.named(answer, taxon);
  }

  /** Undone on the bench as any other label.
   * @param {{batch: number|null, changed: number, question: any, traits?: {inapplicable: number, conflicts: any[]}[]}} answer
   * @param {Taxon} taxon */
  async named({ batch, changed, question, traits = [] }, taxon, left = "") {
    this.labels.sitting.push(batch);
    this.labels.bulk.matched(batch, [`${question.name} is ${taxon.name}`, ...this.traits.words].join(", "), changed, left);
    for (const outcome of traits) this.labels.savedBeside(outcome);
    this.slots.use(taxon);
    this.labels.finish();
    await this.turn(question);
  }

  undo() {
    this.labels.undo();
    return this.askAgain();
  }

  redo() {
    this.labels.redo();
    return this.askAgain("name");
  }

  /** *Undo* in the answer to a name is as Ctrl + Z. */
  followUndo() {
    const { bulk } = this.labels;
    const takeBack = bulk.undo;
    bulk.undo = (batchOf) => {
      takeBack(batchOf);
      this.askAgain();
    };
  }

  /** A name that was taken back is asked for again, one that is given again stands. */
  async askAgain(phase = "named") {
    if (this.phase !== phase) return;
    const question = await this.ask(`${this.path}open/`, {});
    if (question) await this.turn(question);
  }

  async turn(question) {
    if (question.id !== this.question.id || question.phase === "named") this.traits.clear();
    await super.turn(question);
  }

  // --- What a new taxon's row asks of the page that it is on (newtaxonrow.js) ---------------------------------------

  get newTaxonPath() {
    return `${this.path}new-taxon/`;
  }

  get valuesBeside() {
    return this.traits.body;
  }

  get namesWhole() {
    return this.question.waiting;
  }

  waiting() {
    return this.gallery.all();
  }

  others() {
    return this.gallery.all();
  }

  count() {}

  give(label) {
    this.name(label.taxon);
  }

  setAside() {
    this.leaveOut();
  }

  show() {
    super.show();
    if (this.phase === "name") this.followNew();
  }

  followNew() {
    if (this.newTaxon.part) this.newTaxon.part.follow();
    else this.newTaxon.prefetch();
  }
}
