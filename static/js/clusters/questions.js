/** One question about a cluster at a time: what the server asks, its vignettes, and an answer before the next. */

import { OfferedVignettes } from "../review/offeredvignettes.js";
import { part, showOffer } from "./questionview.js";
import { Removals } from "./removals.js";

const AWAY = "More members could not be fetched: the server cannot be reached. Try it again in a moment.";

export class Questions {
  /** @param {HTMLElement} root of the bench
   * @param {Gallery} gallery
   * @param {Labels} labels
   * @param {Server} server
   * @param {Toasts} toasts
   * @param {(count: number, then: (label: {taxon: Taxon}) => void, letter?: string) => void} chooseTaxon
   * @param {Slots} slots
   * @param {any} palette of traits, fetched when it is first used; null where the project has none */
  constructor(root, gallery, labels, server, toasts, chooseTaxon, slots, palette) {
    this.root = root;
    this.gallery = gallery;
    this.labels = labels;
    this.server = server;
    this.toasts = toasts;
    this.chooseTaxon = chooseTaxon;
    this.slots = slots;
    this.palette = palette;
    this.isAsking = false;
    this.question = JSON.parse(part("review").textContent).question;
    this.page = { id: this.question.id, may_be_new: true, is_mixed: false }; // as a new taxon's row asks for it
    this.vignettes = new OfferedVignettes(gallery, root.dataset.detail, server.notice);
    this.removals = new Removals(gallery, server, (path, question) => this.counted(path, question));
    this.pointing = null; // a name is of the whole cluster, or of what is taken out
    gallery.togglesOnClick = true;
    gallery.element.addEventListener("selection", () => this.selected());
  }

  get phase() {
    return this.question.phase;
  }

  get path() {
    return `/clusters/${this.question.id}/`;
  }

  selected() {
    this.show();
    this.removals.changed();
  }

  /** What is taken out has been saved. */
  counted(path, question) {
    if (path === this.path && this.phase === "validate") this.question.waiting = question.waiting;
    this.show();
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
  async turn(question) {
    this.isAsking = true;
    const html = await this.vignettes.fetch(question.objects);
    this.isAsking = false;
    this.question = question;
    this.page.id = question.id;
    this.removals.path = ""; // of the vignettes that go
    this.vignettes.replace(html);
    this.begin();
    this.vignettes.focusFirst();
  }

  /** What was taken out before stays that. */
  begin() {
    this.removals.begin(this.phase === "validate" ? this.path : "", this.question.out);
    this.show();
  }

  /** More members, the strangers among those that are left. */
  async more() {
    const after = this.gallery.all().at(-1)?.dataset.id;
    if (!after || this.isAsking) return;
    const question = await this.server.get(`${this.path}?after=${after}`);
    if (!question) return this.toasts.error(AWAY);
    if (!question.objects.length) return this.toasts.done("These were all of its members.");
    const html = await this.vignettes.fetch(question.objects);
    const isSame = question.id === this.question.id && question.phase === this.phase && after === this.gallery.all().at(-1)?.dataset.id;
    if (!isSame) return; // another question by now, or they came already
    this.vignettes.append(html);
    this.removals.add(question.out);
    this.show();
  }

  show() {
    const { question, gallery, removals } = this;
    showOffer(question, gallery.selected().length, removals.unsaved, !gallery.all().length);
  }
}
