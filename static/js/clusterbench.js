/** A cluster on the bench: what does not belong is taken out (strangers first), candidates join page by page until the border
 * is found, and all of it gets one name. Each answer is kept by the server at once. */
import { moveByScreen } from "./move.js";
import { OnDemand } from "./ondemand.js";

const CLEAR = 0.6; // the share of typical members from which on their taxon is proposed
const SOON = 600; // milliseconds in which clicks are gathered
const AGAIN = 1000; // milliseconds until vignettes are asked for once more

/** What Enter does in each phase, and what the button says. */
const QUESTIONS = {
  validate: "Do they belong together? Click what does not.",
  grow: "Do these belong, too? Click what does not.",
  name: "What is it?",
  named: "Named.",
  held: "Somebody else is at it.",
  gone: "It was merged into another cluster.",
};

export class Review {
  /** @param {HTMLElement} root of the bench
   * @param {Gallery} gallery
   * @param {Labels} labels
   * @param {Server} server
   * @param {Toasts} toasts
   * @param {(count: number, then: (label: {taxon: Taxon}) => void, letter?: string) => void} chooseTaxon
   * @param {Slots} slots */
  constructor(root, gallery, labels, server, toasts, chooseTaxon, slots) {
    this.root = root;
    this.gallery = gallery;
    this.labels = labels;
    this.server = server;
    this.toasts = toasts;
    this.chooseTaxon = chooseTaxon;
    this.slots = slots;
    this.isAsking = false;
    this.isNaming = false;
    this.page = { id: 0, may_be_new: true, is_mixed: false }; // as a new taxon's row asks for it
    this.newTaxon = new OnDemand(
      () => import("./newtaxonrow.js"),
      ({ NewTaxonRow }) => new NewTaxonRow(this),
      { say: (words) => toasts.error(words) },
    );
    this.sitting = JSON.parse(this.part("review").textContent).sitting;
    this.page.id = this.sitting.id;
    gallery.togglesOnClick = true;
    this.saved = new Set(); // objects that the server has as taken out
    gallery.element.addEventListener("selection", () => this.selected());
    const buttons = {
      yes: () => this.accept(),
      no: () => this.refuse(),
      more: () => this.more(),
      end: () => this.grow({ growth: "end" }),
      anew: () => this.grow({ growth: "anew" }),
    };
    for (const [id, act] of Object.entries(buttons)) this.part(`cluster-${id}`).addEventListener("click", ({ detail: clicks }) => clicks < 2 && act());
    this.part("offer-new").addEventListener("click", () => this.nameNew());
    this.part("cluster-split").addEventListener("click", () => this.split());
    this.takeOutAgain();
    this.show();
  }

  part(id) {
    return document.getElementById(id);
  }

  get phase() {
    return this.sitting.phase;
  }

  get path() {
    return `/clusters/${this.sitting.id}/`;
  }

  // --- What a new taxon's row asks of the page that it is on (newtaxonrow.js) ----------------------------------------

  get newTaxonPath() {
    return `${this.path}new-taxon/`;
  }

  get namesWhole() {
    return this.sitting.waiting;
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

  /** What replaces the bench's own meaning of these keys. Without anything taken out, a name is that of the whole cluster. */
  actions() {
    return {
      accept: () => this.accept(),
      rest: () => this.refuse(),
      newtaxon: () => this.nameNew(),
      pick: (_, letter = "") => this.pick(letter),
      recent: (key) => this.giveSlot(Number(key)),
      undo: () => this.undo(),
    };
  }

  pick(letter) {
    const out = this.gallery.selected();
    if (out.length) return this.chooseTaxon(out.length, ({ taxon }) => this.labels.give({ taxon }, out), letter);
    if (this.phase === "name") this.chooseTaxon(this.sitting.waiting, ({ taxon }) => this.name(taxon), letter);
  }

  giveSlot(number) {
    const slot = this.slots.inOrder().find((each) => each.number === number);
    if (!slot) return;
    const out = this.gallery.selected();
    if (out.length) this.labels.give({ taxon: slot.taxon }, out);
    else if (this.phase === "name") this.name(slot.taxon);
  }

  out() {
    return this.gallery.selected().map((v) => Number(v.dataset.id));
  }

  /** Enter. */
  accept() {
    if (this.isNaming || this.isAsking) return;
    const { gallery, phase } = this;
    if (phase === "named" || phase === "gone" || phase === "held") return this.next();
    if (!gallery.seenAmong(gallery.all()).length) return moveByScreen(gallery, +1);
    if (phase === "validate") return this.validate();
    if (phase === "grow") return this.sitting.candidates ? this.answer("all") : this.grow({ growth: "begin" });
    return this.nameIt();
  }

  /** Shift + Enter: none of the candidates; else another cluster first. */
  refuse() {
    if (this.isNaming || this.isAsking) return;
    if (this.phase === "grow" && this.sitting.candidates) return this.answer("none");
    return this.next();
  }

  /** While it is validated, what is taken out is kept at once, so that nothing is lost when the page is left. */
  selected() {
    this.show();
    clearTimeout(this.timer);
    if (this.phase === "validate") this.timer = setTimeout(() => this.save(), SOON);
  }

  async save() {
    const { id } = this.sitting;
    const moved = this.moved();
    if (this.phase !== "validate" || this.isAsking || !(moved.out.length || moved.back.length)) return;
    const sitting = await this.server.post(`${this.path}members/`, moved);
    if (!sitting || this.sitting.id !== id || this.phase !== "validate") return;
    for (const pk of moved.out) this.saved.add(pk);
    for (const pk of moved.back) this.saved.delete(pk);
    this.sitting.waiting = sitting.waiting;
    this.show();
  }

  /** What has been taken out, and put back, since it was last kept; of what is on the page. */
  moved() {
    const out = this.out().filter((id) => !this.saved.has(id));
    const back = [...this.saved].filter((id) => this.gallery.by(id) && !this.gallery.isSelected(this.gallery.by(id)));
    return { out, back };
  }

  async validate() {
    clearTimeout(this.timer);
    const sitting = await this.ask(`${this.path}validate/`, this.moved());
    if (sitting) await this.grow({ growth: "begin" });
  }

  answer(answer) {
    const page = this.sitting.candidates.number;
    return this.grow({ page, belong: answer, out: answer === "all" ? this.out() : [] });
  }

  async grow(body) {
    const sitting = await this.ask(`${this.path}grow/`, body);
    if (sitting) await this.turn(sitting);
  }

  /** What most of it is, or is predicted as, where that is clear. */
  proposal() {
    const { mostly } = this.sitting;
    return this.phase === "name" && mostly && mostly.share >= CLEAR ? mostly.taxon : null;
  }

  nameIt() {
    const proposal = this.proposal();
    if (proposal) return this.name(proposal);
    return this.chooseTaxon(this.sitting.waiting, ({ taxon }) => this.name(taxon));
  }

  /** What is taken out of a cluster that waits for its name leaves it first. */
  async leaveOut() {
    const out = this.out();
    if (!out.length) return true;
    const sitting = await this.ask(`${this.path}members/`, { out });
    if (sitting) await this.turn(sitting);
    return Boolean(sitting);
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
    const answer = await this.ask(`${this.path}name/`, { taxon: Number(taxon.id) });
    if (answer) await this.named(answer, taxon);
  }

  /** Undone on the bench as any other label.
   * @param {{batch: number|null, changed: number, sitting: any}} answer
   * @param {Taxon} taxon */
  async named({ batch, changed, sitting }, taxon, left = "") {
    this.labels.sitting.push(batch);
    this.labels.bulk.matched(batch, `${sitting.name} is ${taxon.name}`, changed, left);
    this.slots.use(taxon);
    this.labels.finish();
    await this.turn(sitting);
  }

  /** A name that was taken back is asked for again. */
  async undo() {
    this.labels.undo();
    if (this.phase !== "named") return;
    const sitting = await this.ask(`${this.path}open/`, {});
    if (sitting) await this.turn(sitting);
  }

  async split() {
    const job = await this.ask(`${this.path}split/`, {});
    if (job) location.assign(`/jobs/${job.id}/`);
  }

  /** The largest that waits. */
  async next() {
    const { next } = this.sitting;
    if (!next) return location.assign(this.root.dataset.clusters);
    const sitting = await this.ask(`/clusters/${next}/open/`, {});
    if (!sitting) return;
    history.replaceState(null, "", `${this.root.dataset.clusters}${next}/${location.search}`);
    await this.turn(sitting);
  }

  /** One question at a time.
   * @param {string} path
   * @param {object} body */
  async ask(path, body) {
    if (this.isAsking) return null;
    this.isAsking = true;
    this.gallery.element.setAttribute("aria-busy", "true");
    const answer = await new Promise((resolve) => this.labels.outbox.after(async () => resolve(await this.server.post(path, body))));
    this.isAsking = false;
    this.gallery.element.removeAttribute("aria-busy");
    return answer;
  }

  /** What is asked next, with its vignettes. */
  async turn(sitting) {
    this.isAsking = true;
    const html = sitting.objects.length ? await this.vignettes(sitting.objects) : "";
    this.isAsking = false;
    this.sitting = sitting;
    this.page.id = sitting.id;
    const { element } = this.gallery;
    for (const old of element.querySelectorAll(".page, .more")) old.remove();
    element.insertAdjacentHTML("afterbegin", html);
    element.scrollTo(0, 0);
    this.gallery.anchor = null;
    this.drawn();
    this.takeOutAgain();
    const first = this.gallery.all()[0];
    if (first) this.gallery.focus(first);
    else element.focus();
    this.show();
  }

  /** More members, the strangers among those that are left. */
  async more() {
    const after = this.gallery.all().at(-1)?.dataset.id;
    if (!after || this.isAsking) return;
    const sitting = await this.server.get(`${this.path}?after=${after}`);
    if (!sitting?.objects.length) return this.toasts.done("These were all of its members.");
    const html = await this.vignettes(sitting.objects);
    [...this.gallery.element.querySelectorAll(".page")].at(-1)?.insertAdjacentHTML("afterend", html);
    this.drawn();
    this.show();
  }

  /** As pages that come back: they are laid out and watched. */
  drawn() {
    this.gallery.element.dispatchEvent(new Event("return"));
  }

  async vignettes(ids) {
    for (;;) {
      const response = await fetch(`${this.root.dataset.detail}?ids=${ids.join(",")}`).catch(() => null);
      const isAnswer = response && !response.redirected && response.status < 500;
      const html = isAnswer ? await response.text().catch(() => null) : null;
      if (html !== null) return response.ok ? html : "";
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
    }
  }

  /** What was taken out before stays that. */
  takeOutAgain() {
    this.saved = new Set(this.sitting.out);
    const out = this.sitting.out.map((id) => this.gallery.by(id)).filter(Boolean);
    if (out.length) this.gallery.set(out, true);
  }

  // --- What the page says ---------------------------------------------------------------------------------------------

  show() {
    const { sitting, phase } = this;
    const out = this.gallery.selected().length;
    this.part("selected").textContent = `${out.toLocaleString("en")} taken out`;
    this.part("cluster-name").textContent = sitting.name;
    this.part("cluster-size").textContent = words(phase === "named" ? sitting.size : sitting.waiting, "object");
    this.part("cluster-question").textContent = this.question();
    this.part("cluster-about").textContent = this.about();
    this.showSteps();
    this.showButtons(out);
    this.part("kin").hidden = phase !== "name";
    if (phase === "name") this.followNew();
  }

  question() {
    const { phase, sitting } = this;
    if (phase === "grow" && !sitting.candidates) return "It is validated: let it grow.";
    if (phase === "named" && sitting.taxon) return `It is ${sitting.taxon.name}.`;
    if (phase === "held" && sitting.holder) return `${sitting.holder} has it open.`;
    const proposal = this.proposal();
    return proposal ? `${proposal.name}?` : QUESTIONS[phase];
  }

  about() {
    const { candidates, settled_elsewhere: elsewhere, mostly } = this.sitting;
    if (candidates) return page(candidates);
    if (this.phase === "named") return "";
    return [mostly && `Mostly ${mostly.taxon.name}, ${Math.round(100 * mostly.share)} %`, elsewhere && `${words(elsewhere, "member")} labelled elsewhere`]
      .filter(Boolean)
      .join(" · ");
  }

  showSteps() {
    for (const step of /** @type {NodeListOf<HTMLElement>} */ (this.part("cluster-steps").querySelectorAll("[data-step]"))) {
      if (step.dataset.step === this.phase) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
  }

  showButtons(out) {
    const { phase, sitting } = this;
    const isAsked = phase === "grow" && Boolean(sitting.candidates);
    const isAt = ["validate", "grow", "name"].includes(phase);
    this.part("cluster-yes").textContent = this.yes(out);
    this.part("cluster-no").textContent = isAsked ? "None of these" : "Another cluster";
    for (const [id, isShown] of Object.entries({
      more: phase === "validate" || phase === "name",
      end: isAsked,
      anew: isAsked || phase === "name",
      split: isAt && !isAsked,
    }))
      this.part(`cluster-${id}`).hidden = !isShown;
    this.part("assign").hidden = !isAt;
    this.part("offer-new").hidden = phase !== "name";
    this.part("offer-none").hidden = this.gallery.all().length > 0;
  }

  yes(out) {
    const { phase, sitting } = this;
    if (phase === "validate") {
      const { out: gone, back } = this.moved();
      return `${out ? "The other" : "All"} ${count(sitting.waiting - gone.length + back.length)} belong together`;
    }
    if (phase === "grow")
      return sitting.candidates
        ? out
          ? `The other ${count(sitting.objects.length - out)} belong`
          : `All ${count(sitting.objects.length)} belong`
        : "Let it grow";
    const proposal = this.proposal();
    if (phase === "name") return `Name ${count(sitting.waiting - out)}${proposal ? ` as ${proposal.name}` : "…"}`;
    return sitting.next ? "Next cluster" : "All clusters";
  }

  followNew() {
    if (this.newTaxon.part) this.newTaxon.part.follow();
    else this.newTaxon.prefetch();
  }
}

/** Where the border is looked for. */
function page({ number, pages, good, bad, is_single: isSingle }) {
  const where = `Page ${count(number + 1)} of ${count(pages)} of candidates, the nearest first`;
  if (isSingle) return `${where} · beyond the border: as long as some belong`;
  return bad < pages ? `${where} · the border lies between ${count(good)} and ${count(bad + 1)}` : where;
}

function count(number) {
  return number.toLocaleString("en");
}

function words(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}
