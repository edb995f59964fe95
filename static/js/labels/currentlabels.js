/** What the vignettes show: the labels that the server has, but for those that are on their way to it. */

import { OnDemand } from "../page/ondemand.js";

const MOST_OBJECTS = 1000; // objects a request

export class CurrentLabels {
  /** What is shown: the taxon, or one trait in its place. */
  subject = "taxon";

  /** @param {HTMLElement} root of the page
   * @param {Gallery} gallery
   * @param {Server} server
   * @param {Toasts} toasts */
  constructor(root, gallery, server, toasts) {
    this.root = root;
    this.gallery = gallery;
    this.server = server;
    this.toasts = toasts;
    this.notice = server.notice;
    /** @type {Outbox|undefined} */
    this.outbox = undefined; // for who may label, once it is open
    /** @type {Set<HTMLElement>} */
    this.fresh = new Set(); // vignettes that were saved, and don't show it yet
    const dialog = document.getElementById("conflicts");
    const say = () => toasts.error("Some of these were changed by somebody else meanwhile: nothing of theirs was overwritten.");
    this.conflicts = new OnDemand(
      () => import("./conflicts.js"),
      ({ Conflicts }) => new Conflicts(dialog),
      { sheets: ["labels/conflicts"], say },
    );
  }

  /** Where to ask for what the vignettes say by now.
   * @param {number[]} ids */
  askNow(ids) {
    return `labels/?ids=${ids.join(",")}`;
  }

  /** The answer as `gallery.show` takes it.
   * @param {CurrentLabel} label
   * @returns {DisplayedLabel} */
  asShown(label) {
    return label;
  }

  /** Shows what the vignettes' labels are by now, but for those that are being saved. Returns those that changed.
   * @returns {Promise<HTMLElement[]>} */
  async refresh(ids = this.gallery.everything().map((v) => Number(v.dataset.id))) {
    /** @type {HTMLElement[]} */
    const changed = [];
    for (let i = 0; i < ids.length; i += MOST_OBJECTS) {
      const now = (await this.server.get(this.askNow(ids.slice(i, i + MOST_OBJECTS)))) ?? [];
      changed.push(...now.map((label) => this.showNow(label)).filter(Boolean));
    }
    return changed;
  }

  /** Whether what is given to the object is on its way: until then it stands under the picture.
   * @param {number} id */
  waitsFor(id) {
    return Boolean(this.outbox?.waitsFor(id, this.subject));
  }

  /** The vignette, where that has changed.
   * @param {CurrentLabel} label
   * @returns {HTMLElement|null} */
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

  /** @param {HTMLElement|null} v
   * @param {number|null} version null where only the server knows it */
  showAsSaved(v, version) {
    if (!v) return;
    if (version !== null) v.dataset.version = String(version);
    this.fresh.add(v);
    if (this.root.dataset.review) this.leave(v, true);
  }

  /** What is reviewed makes room, and comes back when it is undone.
   * @param {HTMLElement} v
   * @param {boolean} isLeaving */
  leave(v, isLeaving) {
    if (isLeaving && "stays" in v.dataset) return; // until those around it go
    delete v.dataset.stays;
    v.classList.toggle("leaving", isLeaving);
    if (isLeaving) setTimeout(() => v.classList.contains("leaving") && this.hide(v, true), 260);
    else this.hide(v, false);
  }

  /** The last row of its page is not complete then (rows.js): what is left of it would be drawn out.
   * @param {HTMLElement} v
   * @param {boolean} isHidden */
  hide(v, isHidden) {
    if (v.hidden !== isHidden) v.closest(".page")?.removeAttribute("data-whole");
    v.hidden = isHidden;
  }

  /** @param {Conflict[]} conflicts */
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
