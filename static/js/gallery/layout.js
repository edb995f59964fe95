/** How the vignettes look: their layout, the ground, inverted or not; kept with the person's preferences, a project each. */
import { completeRows } from "./rows.js";

const DEFAULT = { layout: "rows", ground: "", inverted: false, border: "" };
const OPPOSITE = { light: "dark", dark: "light", "": "" };
const MOST_PROJECTS = 100; // whose looks are kept

export class Layout {
  /** @param {Gallery} gallery
   * @param {Preferences} preferences
   * @param {HTMLElement} bar of the scale
   * @param {string} project */
  constructor(gallery, preferences, bar, project) {
    this.gallery = gallery;
    this.preferences = preferences;
    this.bar = bar;
    this.project = project;
    this.show();
    new ResizeObserver(() => this.show()).observe(gallery.element);
    gallery.element.addEventListener("htmx:load", () => this.showSharp());
    for (const name of ["htmx:afterSwap", "return"]) gallery.element.addEventListener(name, () => this.show()); // before they are seen
  }

  /** What was chosen here, else what was chosen before looks were kept a project each. */
  get chosen() {
    const { layout, ground, inverted } = this.preferences.own.layout;
    const before = layout === "fitted" ? { ground, inverted } : { layout, ground, inverted };
    return { ...DEFAULT, ...defined(before), ...this.preferences.own.layout[this.project] };
  }

  choose(changes) {
    this.keep(changes);
    this.show();
  }

  keep(changes) {
    const { own } = this.preferences;
    const { [this.project]: _, ...others } = own.layout;
    const latest = Object.entries(others).slice(-MOST_PROJECTS);
    own.layout = { ...Object.fromEntries(latest), [this.project]: { ...this.chosen, ...changes } };
    this.preferences.save("layout");
  }

  /** Also called for each page that comes. */
  showSharp() {
    return showSharp(this.gallery.element);
  }

  /** The ground that goes on around the pictures is that of their border; it is kept, so that the next page has it from
   * the start. */
  async followPictures() {
    const module = await import("./border.js").catch(() => null); // no network
    const grey = module?.groundOf([...this.gallery.element.querySelectorAll("img")]) ?? null;
    const border = grey !== null && grey < 0.5 ? "dark" : "light";
    if (grey === null || border === this.chosen.border) return;
    this.keep({ border });
    this.showGround();
  }

  toggleTrueSize() {
    this.choose({ layout: this.chosen.layout === "true" ? "rows" : "true" });
  }

  /** One CSS pixel at 100 % is one pixel of the finest camera on the page, but in rows. */
  show() {
    const { layout } = this.chosen;
    const { element } = this.gallery;
    const micrometres = this.gallery
      .all()
      .map((v) => Number(v.style.getPropertyValue("--um")))
      .filter(Boolean);
    const finest = micrometres.length ? Math.min(...micrometres) : 0;
    const isTrue = layout === "true" && finest > 0;
    element.dataset.layout = isTrue ? "true" : layout === "true" ? "pixels" : layout;
    element.style.setProperty("--um-screen", finest || 1);
    this.showGround();
    this.showSharp();
    completeRows(element);
    const isOneScale = isTrue || (element.dataset.layout === "pixels" && finest > 0 && Math.max(...micrometres) === finest);
    this.bar.hidden = !isOneScale;
    if (isOneScale) this.showScale(finest / Number(element.style.getPropertyValue("--zoom") || 1));
  }

  showGround() {
    const { ground, inverted, border } = this.chosen;
    const { element } = this.gallery;
    element.dataset.ground = ground || (inverted ? OPPOSITE[border] : border);
    element.toggleAttribute("data-inverted", Boolean(inverted));
  }

  /** @param {number} micrometres that one pixel of the screen shows */
  async showScale(micrometres) {
    const module = await import("./scale.js").catch(() => null); // no network
    module?.drawScale(this.bar, micrometres);
  }
}

/** The pictures themselves, where the gallery shows vignettes too large for their thumbnails. For rows at 100 % the server has
 * chosen: what chooses anew is fetched when it is needed.
 * @param {HTMLElement} gallery
 * @param {ParentNode} vignettes of it, or such as will come */
export async function showSharp(gallery, vignettes = gallery) {
  const scale = Number(gallery.style.getPropertyValue("--zoom") || 1) * devicePixelRatio;
  const isChosen = gallery.dataset.layout === "rows" && scale <= 1;
  if (isChosen || !vignettes.querySelector("img[data-full]")) return;
  const module = await import("./thumbnails.js").catch(() => null); // no network
  module?.showSharp(vignettes, gallery.dataset.layout, scale);
}

function defined(entries) {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}
