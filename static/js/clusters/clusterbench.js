/** A cluster on the bench: what does not belong is taken out (strangers first), candidates join page by page until the border
 * is found, and all of it gets one name. The server has each answer at once. */

import { moveByScreen } from "../gallery/movefocus.js";
import { Naming } from "./naming.js";
import { part } from "./questionview.js";

export class Review extends Naming {
  /** @param {HTMLElement} root of the bench
   * @param {Gallery} gallery
   * @param {Labels} labels
   * @param {Server} server
   * @param {Toasts} toasts
   * @param {(count: number, then: (label: {taxon: Taxon}) => void, letter?: string) => void} chooseTaxon
   * @param {Slots} slots
   * @param {any} palette of traits, or null */
  constructor(root, gallery, labels, server, toasts, chooseTaxon, slots, palette) {
    super(root, gallery, labels, server, toasts, chooseTaxon, slots, palette);
    labels.undoing.tellsElsewhere = false; // of a cluster, the page shows some
    this.followUndo();
    this.listen();
    this.begin();
  }

  listen() {
    const buttons = {
      yes: () => this.accept(),
      no: () => this.refuse(),
      more: () => this.more(),
      end: () => this.grow({ growth: "end" }),
      anew: () => this.grow({ growth: "anew" }),
    };
    for (const [id, act] of Object.entries(buttons)) part(`cluster-${id}`).addEventListener("click", ({ detail: clicks }) => clicks < 2 && act());
    part("offer-new").addEventListener("click", () => this.nameNew());
    part("cluster-split").addEventListener("click", () => this.split());
  }

  /** What replaces the bench's own meaning of these keys. Without anything taken out, a name is that of the whole cluster. */
  actions() {
    return {
      accept: () => this.accept(),
      rest: () => this.refuse(),
      newtaxon: () => this.nameNew(),
      pick: (_, letter = "") => this.pick(letter),
      recent: (key) => this.giveSlot(Number(key)),
      ...(this.palette && { trait: () => this.chooseTrait() }),
      undo: () => this.undo(),
      redo: () => this.redo(),
    };
  }

  /** Enter. */
  accept() {
    if (this.isNaming || this.isAsking) return;
    const { gallery, phase } = this;
    if (phase === "named" || phase === "gone" || phase === "held") return this.next();
    if (!gallery.seenAmong(gallery.all()).length) return moveByScreen(gallery, +1);
    if (phase === "validate") return this.validate();
    if (phase === "grow") return this.question.candidates ? this.answer("all") : this.grow({ growth: "begin" });
    return this.nameIt();
  }

  /** Shift + Enter: none of the candidates; else it is left for later. */
  refuse() {
    if (this.isNaming || this.isAsking) return;
    if (this.phase === "grow" && this.question.candidates) return this.answer("none");
    return this.next();
  }

  async validate() {
    await this.removals.saving; // what is on its way must not arrive after this
    const question = await this.ask(`${this.path}validate/`, this.removals.moved());
    if (question) await this.grow({ growth: "begin" });
  }

  answer(answer) {
    const page = this.question.candidates.number;
    return this.grow({ page, belong: answer, out: answer === "all" ? this.removals.ids : [] });
  }

  async grow(body) {
    const question = await this.ask(`${this.path}grow/`, body);
    if (question) await this.turn(question);
  }

  async split() {
    await this.removals.save();
    const job = await this.ask(`${this.path}split/`, {});
    if (job) location.assign(`/jobs/${job.id}/`);
  }

  /** The next of the list that waits. */
  async next() {
    await this.removals.save();
    const { next } = this.question;
    if (!next) return location.assign(this.root.dataset.clusters);
    const question = await this.ask(`/clusters/${next}/open/`, {});
    if (!question) return;
    history.replaceState(null, "", `${this.root.dataset.clusters}${next}/${location.search}`);
    await this.turn(question);
  }
}
