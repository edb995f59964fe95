/** A review on the bench: page after page of vignettes that most likely deserve one answer. What is selected is taken out of
 * the answer: it gets a name of its own, or waits with its like. Labels go the bench's way, through the outbox. */
import { moveByScreen } from "../gallery/movefocus.js";
import { Pointing } from "../mouse/pointing.js";
import { OnDemand } from "../page/ondemand.js";
import { Choices } from "./choices.js";
import { ComingPictures } from "./comingpictures.js";
import { nextStep, roomFor } from "./nextstep.js";
import { OfferedVignettes } from "./offeredvignettes.js";

const SETTLED = ["validated", "dubious"];

export class Review {
  /** @param {HTMLElement} root of the bench
   * @param {Gallery} gallery
   * @param {Labels} labels
   * @param {Server} server
   * @param {Toasts} toasts
   * @param {(count: number, then: (label: {taxon: Taxon}) => void) => void} chooseTaxon
   * @param {Slots} slots */
  constructor(root, gallery, labels, server, toasts, chooseTaxon, slots) {
    this.root = root;
    this.gallery = gallery;
    this.labels = labels;
    this.server = server;
    this.toasts = toasts;
    this.chooseTaxon = chooseTaxon;
    this.slots = slots;
    this.vignettes = new OfferedVignettes(gallery, root.dataset.detail, server.notice);
    this.newTaxon = new OnDemand(
      () => import("./newtaxonrow.js"),
      ({ NewTaxonRow }) => new NewTaxonRow(this),
      { say: (words) => toasts.error(words) },
    );
    const { order, filter, page } = JSON.parse(this.part("review").textContent);
    this.query = { order, filter };
    this.page = page;
    this.decisions = 0;
    this.settled = 0;
    this.isAsking = false;
    this.isNaming = false;
    // a new taxon's row asks for these: of a cluster, all of which is named (clusterbench.js), they say something
    this.newTaxonPath = "";
    this.valuesBeside = {};
    this.namesWhole = 0;
    this.pointing = new Pointing(gallery);
    this.coming = new ComingPictures(root.dataset.coming, gallery.element);
    this.choices = new Choices(this.part("choices"), gallery, this.pointing, server);
    gallery.togglesOnClick = true;
    gallery.element.addEventListener("seen", () => this.follow());
    gallery.element.addEventListener("labelled", ({ detail }) => this.count(detail));
    this.part("offer-accept").addEventListener("click", ({ detail: clicks }) => clicks < 2 && this.accept());
    this.part("offer-aside").addEventListener("click", () => this.setAside());
    this.part("offer-skip").addEventListener("click", () => this.skip());
    this.part("offer-new").addEventListener("click", () => this.nameNew());
    this.show();
    this.choices.fetch();
  }

  part(id) {
    return document.getElementById(id);
  }

  /** What replaces the bench's own meaning of these keys.
   * @param {{choice: KeyHandler, give: (taxon: NamedTaxon, vignettes: HTMLElement[]) => void}} bench */
  actions({ choice, give }) {
    return {
      accept: () => this.accept(),
      rest: () => this.skip(),
      newtaxon: () => this.nameNew(),
      choice: (key, vignettes = this.gallery.targets()) => {
        const taxon = this.choices.taxonOn(Number(key.at(-1)));
        return taxon && vignettes.length ? give(taxon, vignettes) : choice(key, vignettes);
      },
    };
  }

  /** Enter is the row's from now on, also until its script is there. */
  async nameNew() {
    if (this.isNaming) return;
    this.isNaming = true;
    await this.newTaxon.use((row) => row.open());
    this.isNaming = false;
  }

  /** Those that have no answer; one that is on its way is one, before it is shown. */
  waiting() {
    return this.gallery.all().filter((v) => !SETTLED.includes(v.dataset.state) && !this.labels.waitsFor(Number(v.dataset.id)));
  }

  /** What would be accepted: all but what is taken out. */
  others() {
    return this.waiting().filter((v) => !this.gallery.isSelected(v));
  }

  /** Those that have been seen get the answer that is proposed. When only those are left that were taken out, they are set
   * aside. */
  accept() {
    if (this.isNaming || this.gallery.isNew()) return;
    const others = this.others();
    const seen = this.gallery.seenAmong(others);
    if (!others.length) return this.setAside();
    if (!seen.length) return moveByScreen(this.gallery, +1);
    if (this.page.proposal) return this.give({ taxon: this.page.proposal.taxon }, seen);
    const named = this.page.is_mixed ? seen.filter((v) => v.dataset.taxon) : [];
    if (named.length) return this.give({ taxa: Object.fromEntries(named.map(taxonOf)) }, named);
    return this.chooseTaxon(seen.length, (label) => this.give(label, seen));
  }

  /** Of a cluster alone. */
  async named(..._answer) {}

  give(label, vignettes) {
    const out = this.gallery.selected();
    this.closeGaps();
    this.labels.give(label, vignettes);
    this.gallery.set(out, true); // they stay in hand
  }

  /** What was named where a hand pointed goes with those around it. */
  closeGaps() {
    for (const v of this.gallery.element.querySelectorAll("[data-stays]")) {
      delete v.dataset.stays;
      if (SETTLED.includes(v.dataset.state)) this.labels.leave(v, true);
    }
  }

  /** A decision, however many it is about. */
  count(settled) {
    this.decisions += 1;
    this.settled += settled;
    this.show();
  }

  async setAside() {
    const out = this.gallery.selected().filter((v) => !SETTLED.includes(v.dataset.state));
    if (!out.length || this.isAsking) return;
    this.isAsking = true; // for the next page, which may not be asked for before this is answered
    const targets = out.map((v) => ({ id: Number(v.dataset.id), version: Number(v.dataset.version), ...this.rejected(v) }));
    this.count(0);
    this.gallery.set(out, false);
    for (const v of out) v.classList.add("leaving");
    const outcome = await this.server.post(`/review/pages/${this.page.id}/answer/`, { set_aside: targets });
    this.isAsking = false;
    for (const v of out) {
      v.classList.toggle("leaving", Boolean(outcome));
      v.hidden = Boolean(outcome);
    }
    if (outcome) this.toasts.done(`${words(out.length, "vignette")} set aside: they come again with their like.`);
    this.gallery.recount();
  }

  /** On a page of several taxa: what it is not. */
  rejected({ dataset: { taxon } }) {
    return this.page.is_mixed && taxon ? { taxon: Number(taxon) } : {};
  }

  async skip() {
    if (!this.page || this.isAsking) return;
    this.isAsking = true;
    await this.server.post(`/review/pages/${this.page.id}/`, {}, { method: "DELETE" });
    this.next();
  }

  /** Goes on when nothing is left of the page. */
  follow() {
    if (this.page && !this.isAsking && !this.waiting().length) this.next();
    else {
      this.prepareNext();
      this.show();
    }
  }

  /** When all that was given is saved, so that nothing of it is offered again. */
  next() {
    this.isAsking = true;
    this.gallery.element.setAttribute("aria-busy", "true");
    this.labels.outbox.after(async () => {
      const page = await this.server.post("review/pages/", this.query);
      const html = page && (await this.vignettes.fetch(page.objects.map(({ id }) => id)));
      this.page = html ? page : null;
      this.gallery.element.toggleAttribute("data-mixed", Boolean(this.page?.is_mixed));
      this.replace(html ?? "");
      this.isAsking = false;
      this.gallery.element.removeAttribute("aria-busy");
      this.show();
      if (!this.page) return;
      this.choices.take(page.objects);
      this.showLearnt(page.learnt_labels);
    });
  }

  /** @param {number} labels from how many it has learnt by now */
  showLearnt(labels) {
    const learnt = document.getElementById("offer-learnt");
    if (learnt && labels) learnt.textContent = words(labels, "label");
  }

  replace(html) {
    this.vignettes.replace(html);
    const first = this.gallery.all()[0];
    if (first) this.gallery.focusLate(first);
  }

  /** When all of the page has been seen, what comes is likely to be what would come now. */
  prepareNext() {
    const waiting = this.waiting();
    if (this.page && waiting.length && this.gallery.seenAmong(waiting).length === waiting.length) this.coming.fetch(this.page.id);
  }

  show() {
    const { page } = this;
    this.part("offer").hidden = !page;
    this.part("offer-none").hidden = Boolean(page);
    const others = this.others();
    const out = this.gallery.selected().length;
    this.gallery.counter.textContent = `${out.toLocaleString("en")} taken out`;
    if (page) this.showButtons(others, out);
    /** @type {HTMLElement} */ (this.part("offer-accept").closest(".actions")).hidden = !page; // nothing to act on
    this.part("kin").hidden = this.part("offer-new").hidden = !page?.may_be_new;
    if (page?.may_be_new) this.followNew();
    if (!page) return;
    const { id, name } = page.proposal?.taxon ?? {};
    // what all captions would say is asked above
    this.part("offer-captions").textContent = id ? `.gallery .vignette[data-taxon="${Number(id)}"] .caption { --label: none; --word: block }` : "";
    this.part("offer-count").textContent = words(this.waiting().length, "object");
    this.part("offer-taxon").textContent = name ? `${name}?` : page.is_mixed ? "Each as it is named?" : "What are these?";
    this.part("offer-expected").textContent = expected(page.expected_right);
    this.part("offer-reason").textContent = page.reason;
    this.part("offer-sum").textContent = this.decisions ? `${this.settled.toLocaleString("en")} settled with ${words(this.decisions, "decision")}` : "";
  }

  /** Where its script can't be fetched that is said to whoever wants the row, not to who scrolls. */
  followNew() {
    if (this.newTaxon.part) this.newTaxon.part.follow();
    else this.newTaxon.prefetch();
  }

  showButtons(others, out) {
    const seen = this.gallery.seenAmong(others).length;
    const accept = /** @type {HTMLButtonElement} */ (this.part("offer-accept"));
    const { text, title, isDisabled } = nextStep({ seen, unseen: others.length - seen, out }, this.page);
    Object.assign(accept, { textContent: text, title, disabled: isDisabled });
    accept.dataset.room = roomFor(others.length, this.page);
    /** @type {HTMLButtonElement} */ (this.part("offer-aside")).disabled = !out;
  }
}

/** @param {HTMLElement} vignette
 * @returns {[string, number]} */
function taxonOf({ dataset: { id, taxon } }) {
  return [id, Number(taxon)];
}

function words(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** @param {{value: number, low: number, high: number}|null} share */
function expected(share) {
  if (!share) return "";
  const percent = (part) => Math.round(100 * part);
  return ` ${percent(share.value)} % expected right (${percent(share.low)}–${percent(share.high)} %)`;
}
