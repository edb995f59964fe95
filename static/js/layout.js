/** How the vignettes look: their size, the ground, inverted or not; kept with the person's preferences. */
import { drawScale } from "./scale.js";
import { showSharp } from "./thumbnails.js";

const DEFAULT = { layout: "pixels", ground: "", inverted: false };

export class Layout {
  constructor(gallery, preferences, bar) {
    this.gallery = gallery;
    this.preferences = preferences;
    this.bar = bar;
    this.show();
    new ResizeObserver(() => this.show()).observe(gallery.element);
    gallery.element.addEventListener("htmx:load", () => this.showSharp());
  }

  get chosen() {
    return { ...DEFAULT, ...this.preferences.own.layout };
  }

  choose(changes) {
    Object.assign(this.preferences.own.layout, changes);
    this.preferences.save();
    this.show();
  }

  /** Also called for each page that comes. */
  showSharp() {
    const { element } = this.gallery;
    showSharp(element, element.dataset.layout, Number(element.style.getPropertyValue("--zoom") || 1) * devicePixelRatio);
  }

  /** One CSS pixel at 100 % is one pixel of the finest camera on the page. */
  show() {
    const { layout, ground, inverted } = this.chosen;
    const { element } = this.gallery;
    const micrometres = this.gallery
      .all()
      .map((v) => Number(v.style.getPropertyValue("--um")))
      .filter(Boolean);
    const finest = micrometres.length ? Math.min(...micrometres) : 0;
    const isTrue = layout === "true" && finest > 0;
    element.dataset.layout = isTrue ? "true" : layout === "true" ? "pixels" : layout;
    element.style.setProperty("--um-screen", finest || 1);
    element.dataset.ground = ground;
    element.toggleAttribute("data-inverted", Boolean(inverted));
    this.showSharp();
    const isOneScale = isTrue || (element.dataset.layout === "pixels" && finest > 0 && Math.max(...micrometres) === finest);
    this.bar.hidden = !isOneScale;
    if (isOneScale) drawScale(this.bar, finest / Number(element.style.getPropertyValue("--zoom") || 1));
  }
}
