/** *This is a new taxon*, on a page of the review: the known taxa that are nearest to it, and a row that asks for nothing but
 * a name, which it has. The server makes the taxon and labels the objects at one stroke. */
import { missing, taxonCalled } from "../taxa/newtaxon.js";
import { showNearest } from "./nearesttaxa.js";

const AWAY = "The server cannot be reached, so that nobody knows whether there is such a taxon. Try again in a moment.";
const UNKNOWN = "What these are near to could not be fetched: the server cannot be reached. Try it again in a moment.";

export class NewTaxonRow {
  /** @param {import("./review.js").Review | import("../clusters/naming.js").Naming} review whose page may be new */
  constructor(review) {
    this.review = review;
    this.nearest = document.getElementById("nearest");
    this.form = /** @type {HTMLFormElement} */ (document.getElementById("new-taxon"));
    this.refused = document.getElementById("new-taxon-refused");
    /** @type {number|null} */
    this.page = null; // whose nearest taxa are on the screen
    this.isAtWork = false;
    /** @type {Promise<boolean>} whether something is proposed in the row */
    this.opening = Promise.resolve(false);
    this.renumbering = Promise.resolve();
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.create();
    });
    this.fields.parent.addEventListener("change", () => {
      this.renumbering = this.renumber();
    });
    window.addEventListener("beforeunload", (event) => this.review.isNaming && event.preventDefault()); // it is in no outbox
    for (const element of [this.form, this.refused]) {
      element.addEventListener("keydown", (event) => event.key === "Escape" && this.cancel());
      this.on("back", () => this.cancel(), element);
    }
    this.on("coarser", () => this.giveParent(), this.refused);
    this.on("aside", () => this.setAside(), this.refused);
    this.follow();
  }

  on(part, act, element) {
    element.querySelector(`[data-part=${part}]`).addEventListener("click", act);
  }

  get fields() {
    return /** @type {HTMLFormControlsCollection & Record<"name"|"parent", HTMLInputElement>} */ (this.form.elements);
  }

  get path() {
    return this.review.newTaxonPath || `/review/pages/${this.page}/new-taxon/`;
  }

  /** The page of the review that is open, and how many objects would be named. */
  async follow() {
    const { page } = this.review;
    const count = (this.review.namesWhole || this.targets().length).toLocaleString("en");
    for (const element of document.querySelectorAll("[data-count=new]")) element.textContent = count;
    if (page?.may_be_new && page.id !== this.page) await this.turn(page.id);
  }

  async turn(id) {
    this.page = id;
    this.hide();
    this.nearest.replaceChildren();
    await this.again();
  }

  /** Those that are not taken out; of several kinds on one page those that are. */
  targets() {
    const { review } = this;
    const out = review.waiting().filter((v) => review.gallery.isSelected(v));
    return review.page?.is_mixed && out.length ? out : review.gallery.seenAmong(review.others());
  }

  /** The row is there at once, so that Enter is its own; what is proposed comes into it. One that is open stays as it is. */
  open() {
    if (!this.review.page?.may_be_new || this.isAtWork) return;
    if (!this.form.hidden) return this.fields.name.focus();
    this.refused.hidden = true;
    this.refuse("");
    this.form.reset();
    this.form.hidden = false;
    this.fields.name.focus();
    this.opening = this.fill();
  }

  /** Who may not create taxa is told who may, and what they can do. Whether there is a proposal. */
  async fill() {
    const { page } = this;
    const proposal = (await this.proposal) ?? (await this.again());
    if (this.form.hidden || this.page !== page) return false;
    if (proposal?.may_create) return this.fillIn(proposal);
    this.close();
    if (proposal) this.showRefusal(proposal);
    else this.review.toasts.error(UNKNOWN);
    return false;
  }

  /** Into what is still empty: whoever has typed before the answer came goes on where they are. */
  fillIn(proposal) {
    const { name, parent } = this.fields;
    const isUntouched = !name.value && !parent.value;
    this.name = proposal.name;
    if (!name.value) name.value = proposal.name;
    if (!parent.value) this.putBelow(proposal.parent);
    if (!isUntouched) return true;
    const first = proposal.parent ? name : parent;
    first.focus();
    first.select(); // Enter takes what is proposed, typing replaces it
    return true;
  }

  /** Asks anew what is proposed, below the taxon if one is chosen.
   * @param {Taxon|null} [parent] */
  async again(parent = null) {
    const { page } = this;
    this.proposal = this.review.server.get(`${this.path}${parent ? `?parent=${parent.id}` : ""}`);
    const proposal = await this.proposal;
    if (proposal && this.page === page) showNearest(this.nearest, proposal);
    return proposal;
  }

  propose({ name, parent }) {
    this.name = this.fields.name.value = name;
    this.putBelow(parent);
  }

  putBelow(parent) {
    this.parent = parent;
    this.fields.parent.value = parent?.name ?? "";
  }

  /** Below another parent another number is free; a name of one's own stays, and so does a parent that is chosen meanwhile. */
  async renumber() {
    const text = this.fields.parent.value;
    const isStill = () => this.fields.name.value === this.name && this.fields.parent.value === text;
    const parent = await this.chosenParent();
    if (!parent || !isStill()) return;
    const proposal = await this.again(parent);
    if (proposal && isStill()) this.propose(proposal);
  }

  /** @returns {Promise<Taxon|null>} null where there is none of that name, which is said */
  async chosenParent() {
    const text = this.fields.parent.value.trim();
    if (text && text === this.parent?.name) return this.parent;
    const parent = text ? await taxonCalled(this.fields.parent, text).catch(() => undefined) : null;
    if (text !== this.fields.parent.value.trim()) return parent ?? null; // another is being chosen
    this.parent = parent ?? null;
    this.refuse(parent ? "" : parent === undefined ? AWAY : missing(text));
    return this.parent;
  }

  /** Once, however often Enter is pressed until the answer comes. */
  async create() {
    if (this.isAtWork) return;
    this.isAtWork = true;
    this.form.toggleAttribute("data-saving", true);
    await this.send().finally(() => {
      this.isAtWork = false;
      this.form.toggleAttribute("data-saving", false);
    });
  }

  /** When all that was given before is saved; the page is not left meanwhile. It is about what the button counted. */
  async send() {
    const { review, page, path } = this;
    const targets = this.targets();
    if (!(await this.opening)) return;
    await this.renumbering;
    const parent = await this.chosenParent();
    if (!parent) return this.fields.parent.focus();
    if (this.form.hidden || this.page !== page) return; // cancelled, or another page by now
    const name = this.fields.name.value.trim();
    review.isAsking = review.isNaming = true;
    await review.labels.outbox.after(async () => {
      const objects = versionsOf(this.targets().filter((v) => targets.includes(v)));
      if (!objects.length) return this.refuse("Nothing that has been on the screen is left to be named.");
      const body = { ...(name && { name }), parent: parent.id, ...(review.namesWhole ? review.valuesBeside : { objects }) };
      const refuse = (words) => this.showRefused(words, parent);
      const answer = await review.server.post(path, body, { refuse });
      if (answer) await this.finish(answer, objects);
    });
    review.isAsking = review.isNaming = false;
    review.gallery.recount();
  }

  /** As any other label: undone on the bench, with the taxon on a digit. */
  async finish(answer, objects) {
    const { taxon, batch, changed, conflicts, rest } = answer;
    const { labels, gallery, slots } = this.review;
    const isHere = document.activeElement === document.body || this.form.contains(document.activeElement);
    if (isHere) this.close();
    else this.hide(); // whoever has gone elsewhere meanwhile stays there
    this.proposal = null;
    const left = " That leaves the taxon in the tree, without objects, for your next try.";
    if (this.review.namesWhole) return this.review.named(answer, taxon, left); // a cluster
    labels.sitting.push(batch);
    slots.use(taxon);
    if (rest) this.page = rest.id; // it is near to the same
    this.review.page = rest ?? this.review.page;
    await labels.refresh(objects.map(({ id }) => id));
    if (conflicts.length) labels.showConflicts(conflicts);
    labels.bulk.matched(batch, `New taxon ${taxon.name}`, changed, left);
    labels.finish();
    this.review.count(changed);
    const next = gallery.all()[0];
    if (next && isHere) gallery.focus(next);
  }

  /** Somebody may have made a taxon of that name meanwhile: the next number is proposed. */
  async showRefused(words, parent) {
    this.refuse(`${words} To give one that is there, press Escape and type its first letters.`);
    if (this.fields.name.value === this.name) {
      const proposal = await this.again(parent);
      if (proposal) this.propose(proposal);
    }
    this.fields.name.focus();
    this.fields.name.select();
  }

  refuse(words) {
    const error = /** @type {HTMLElement} */ (this.form.querySelector("[data-part=refusal]"));
    error.textContent = words;
    error.hidden = !words;
  }

  showRefusal({ refusal, parent }) {
    this.refused.querySelector("[data-part=refusal]").textContent = refusal;
    this.parent = parent;
    const coarser = /** @type {HTMLElement} */ (this.refused.querySelector("[data-part=coarser]"));
    coarser.hidden = !parent;
    coarser.querySelector("[data-part=parent]").textContent = parent?.name ?? "";
    this.refused.hidden = false;
    /** @type {HTMLElement} */ (this.refused.querySelector("button:not([hidden])")).focus();
  }

  giveParent() {
    const vignettes = this.targets();
    this.close();
    if (vignettes.length) this.review.give({ taxon: this.parent }, vignettes);
  }

  setAside() {
    const vignettes = this.targets();
    this.close();
    this.review.gallery.set(vignettes, true);
    this.review.setAside();
  }

  hide() {
    this.form.hidden = this.refused.hidden = true;
  }

  /** What is on its way is taken back when it is there. */
  cancel() {
    if (this.review.isNaming) this.review.toasts.done("The taxon is being created. Ctrl + Z takes its labels back afterwards.");
    else this.close();
  }

  /** The keys are the bench's again. */
  close() {
    this.hide();
    const { gallery } = this.review;
    if (gallery.last?.isConnected) gallery.focus(gallery.last);
    else gallery.element.focus();
  }
}

/** @param {HTMLElement[]} vignettes */
function versionsOf(vignettes) {
  return vignettes.map(({ dataset: { id, version } }) => ({ id: Number(id), version: Number(version) }));
}
