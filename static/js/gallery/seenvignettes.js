/** What has been on the screen: half of the vignette, for a moment, while somebody could look. What acts on many acts on
 * these. A vignette is seen with the label it shows: where a model or another person changes that unseen, it is unseen. */
export const MOMENT = 300; // milliseconds
const HALF = 0.5; // of the vignette, or of the gallery where the vignette is larger

export class SeenVignettes {
  /** The gallery hears `seen` whenever there are more, or others have come. */
  constructor(/** @type {SeenGallery} */ gallery) {
    this.gallery = gallery;
    /** @type {Set<string>} */
    this.faces = new Set(); // "object.taxon"
    /** @type {Set<HTMLElement>} */
    this.inView = new Set(); // vignettes
    /** @type {Map<HTMLElement, Timer>} */
    this.timers = new Map(); // vignette → its timer
    this.watched = new WeakSet();
    /** @type {number|null} */
    this.announcing = null; // the next frame
    const options = { root: gallery.element, threshold: [0.1, 0.25, HALF] };
    this.observer = new IntersectionObserver((entries) => this.meetAll(entries), options);
    for (const name of ["htmx:afterSettle", "return"]) gallery.element.addEventListener(name, () => this.watch());
    gallery.element.addEventListener("look", ({ detail }) => this.add([detail]));
    const beginAgain = () => {
      const covered = isCovered();
      for (const v of this.inView) this.schedule(v, covered);
    };
    document.addEventListener("visibilitychange", beginAgain);
    document.addEventListener("close", beginAgain, true); // of a dialog
    this.watch();
  }

  /** @param {HTMLElement} vignette */
  has(vignette) {
    return this.faces.has(face(vignette));
  }

  /** @param {HTMLElement[]} vignettes */
  add(vignettes) {
    const before = this.faces.size;
    for (const v of vignettes) this.faces.add(face(v));
    if (this.faces.size > before) this.announce();
  }

  /** The label has changed: whoever has it on the screen sees the new one.
   * @param {HTMLElement} vignette */
  changed(vignette) {
    if (this.inView.has(vignette)) this.schedule(vignette, isCovered());
  }

  watch() {
    for (const v of this.gallery.everything()) {
      if (this.watched.has(v)) continue;
      this.watched.add(v);
      this.observer.observe(v);
    }
    this.announce();
  }

  /** @param {IntersectionObserverEntry[]} entries of one frame: a scroll brings dozens */
  meetAll(entries) {
    const covered = isCovered();
    for (const entry of entries) this.meet(entry, covered);
  }

  /** @param {IntersectionObserverEntry} entry
   * @param {boolean} covered */
  meet({ target, intersectionRatio, intersectionRect, rootBounds }, covered) {
    if (!(target instanceof HTMLElement)) return;
    const isInView = intersectionRatio >= HALF || intersectionRect.height >= HALF * (rootBounds?.height ?? Infinity);
    this.inView[isInView ? "add" : "delete"](target);
    if (isInView !== this.timers.has(target)) this.schedule(target, covered);
  }

  /** Counts it as seen in a moment, if it is still there then.
   * @param {HTMLElement} vignette
   * @param {boolean} covered */
  schedule(vignette, covered) {
    clearTimeout(this.timers.get(vignette));
    this.timers.delete(vignette);
    if (covered || !this.inView.has(vignette)) return;
    this.timers.set(
      vignette,
      setTimeout(() => this.pass(vignette), MOMENT),
    );
  }

  /** @param {HTMLElement} vignette */
  pass(vignette) {
    this.timers.delete(vignette);
    if (vignette.isConnected && !isCovered()) this.add([vignette]);
  }

  /** Once for all that become seen in the same moment. */
  announce() {
    this.announcing ??= requestAnimationFrame(() => {
      this.announcing = null;
      this.gallery.element.dispatchEvent(new CustomEvent("seen"));
    });
  }
}

/** Whether nobody can look at the gallery: the tab is behind another, or a dialog stands before it. */
function isCovered() {
  return document.hidden || Boolean(document.querySelector("dialog:modal"));
}

/** @param {HTMLElement} vignette */
function face({ dataset }) {
  return `${dataset.id}.${dataset.taxon}`;
}
