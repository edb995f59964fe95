import { numberVignette, numberVignettes } from "./positions.js";
import { MOMENT, SeenVignettes } from "./seenvignettes.js";

/** The vignettes on the page, which of them has the focus, and which are selected. */
export class Gallery {
  constructor(element) {
    this.element = element;
    this.anchor = null;
    this.togglesOnClick = false; // a click takes one in, or out again: nothing else is unselected
    this.isPointed = false; // whether a hand pointed at the one in hand: it stays that, until something moves
    this.replacedAt = -Infinity; // milliseconds
    this.counter = document.getElementById("selected");
    this.count = 0;
    this.seen = new SeenVignettes(this);
    /** @type {import("./pages.js").Pages|null} */
    this.pages = null; // which forget what is far, where there are several
    numberVignettes(element);
    element.addEventListener("htmx:afterSwap", () => this.recount());
    element.addEventListener("focus", () => this.focused() || (this.all()[0] && this.focus(this.all()[0])));
  }

  all() {
    return [...this.element.querySelectorAll(".vignette:not(.leaving)")];
  }

  /** With those that are reviewed and hidden. */
  everything() {
    return [...this.element.querySelectorAll(".vignette")];
  }

  /** Those of the vignettes that have been on the screen. */
  seenAmong(vignettes = this.all()) {
    return vignettes.filter((vignette) => this.seen.has(vignette));
  }

  focused() {
    return document.activeElement?.closest?.("#gallery .vignette") ?? null;
  }

  isSelected(vignette) {
    return vignette.getAttribute("aria-selected") === "true";
  }

  selected() {
    return this.all().filter((vignette) => this.isSelected(vignette));
  }

  /** The focused vignette, or the one that had the focus last: not one that has left, perhaps for what somebody else said. */
  get framed() {
    const v = this.focused() ?? this.last;
    return v?.isConnected && !v.matches(".leaving") ? v : null;
  }

  /** What an action is about: the selection, or else the framed one, when somebody can have seen it. */
  targets() {
    const selected = this.selected();
    if (selected.length) return selected;
    return this.isNew() ? [] : [this.framed].filter(Boolean);
  }

  /** Others have come in the place of all. */
  replaced() {
    this.replacedAt = performance.now();
  }

  /** Whether others have just come: a key means what was there before. */
  isNew() {
    return performance.now() - this.replacedAt < MOMENT;
  }

  /** Whether it is that one at which a hand pointed, and nothing has moved since.
   * @param {HTMLElement[]} vignettes */
  isInPointedHand(vignettes) {
    return this.isPointed && vignettes.length === 1 && vignettes[0] === this.last;
  }

  focus(vignette) {
    this.frame(vignette);
    vignette.scrollIntoView({ block: "nearest" });
    this.element.dispatchEvent(new CustomEvent("look", { detail: vignette }));
  }

  /** Nothing scrolls below the hand that points at it. */
  focusPointed(vignette) {
    this.frame(vignette);
    this.isPointed = true;
    this.element.dispatchEvent(new CustomEvent("look", { detail: vignette }));
  }

  frame(vignette) {
    numberVignette(this.element, vignette);
    vignette.focus({ preventScroll: true });
    this.last = vignette;
    this.isPointed = false;
    this.showCount();
  }

  /** As focus, some time after somebody wished it: who writes something by now goes on writing. */
  focusLate(vignette) {
    if (!document.activeElement?.matches("input, textarea")) this.focus(vignette);
  }

  set(vignettes, isSelected) {
    for (const vignette of vignettes) vignette.setAttribute("aria-selected", isSelected);
    this.count = this.selected().length;
    this.showCount();
    this.element.dispatchEvent(new CustomEvent("selection", { detail: this.count }));
    this.seen.announce();
  }

  /** What a key or a button would act on. Pages where a selection is something else say so themselves. */
  showCount() {
    if (!this.counter || this.togglesOnClick) return;
    this.counter.textContent = this.count || !this.framed ? `${this.count.toLocaleString("en")} selected` : "The framed vignette";
  }

  only(vignettes) {
    const chosen = new Set(vignettes);
    const others = this.selected().filter((v) => !chosen.has(v));
    if (others.length) this.set(others, false);
    this.set(
      vignettes.filter((v) => !this.isSelected(v)),
      true,
    );
  }

  toggle(vignette) {
    this.set([vignette], !this.isSelected(vignette));
    this.anchor = vignette;
  }

  /** Selects from the anchor to the vignette, in the order of the page: what is there at once, what was forgotten between them
   * when it is back, if nobody has gone on meanwhile. */
  extendTo(vignette) {
    const anchor = this.all().includes(this.anchor) ? this.anchor : vignette; // or it has left
    this.selectBetween(anchor, vignette);
    const { count } = this;
    const isAsBefore = () => this.last === vignette && this.isSelected(vignette) && this.count === count;
    const coming = this.pages?.fetchBetween(anchor, vignette);
    if (coming) this.pages.whenThere(coming, () => isAsBefore() && this.selectBetween(anchor, vignette));
  }

  selectBetween(anchor, vignette) {
    const all = this.all();
    const from = all.indexOf(anchor);
    const to = all.indexOf(vignette);
    this.only(all.slice(Math.min(from, to), Math.max(from, to) + 1));
  }

  /** The vignette beside, above or below the given one. */
  neighbour(vignette, key) {
    const all = this.all();
    const place = all.indexOf(vignette);
    if (key === "ArrowLeft") return all[place - 1];
    if (key === "ArrowRight") return all[place + 1];
    const step = key === "ArrowDown" ? 1 : -1;
    const here = vignette.getBoundingClientRect();
    const middle = here.left + here.width / 2;
    let best = null;
    for (let i = place + step; i >= 0 && i < all.length; i += step) {
      const box = all[i].getBoundingClientRect();
      const isOtherRow = step > 0 ? box.bottom > here.bottom + 4 : box.bottom < here.bottom - 4;
      if (!isOtherRow) continue;
      if (best && Math.abs(box.bottom - best.bottom) > 4) break;
      const distance = Math.abs(box.left + box.width / 2 - middle);
      if (!best || distance < best.distance) best = { vignette: all[i], distance, bottom: box.bottom };
    }
    return best?.vignette;
  }

  /** Others are on the page now: whoever counts them is told, and the end of a review is said. */
  recount() {
    numberVignettes(this.element);
    this.showCount();
    this.seen.announce();
    const reviewed = document.getElementById("reviewed");
    if (!reviewed) return;
    const isMoreToCome = this.element.querySelector(".more");
    reviewed.hidden = Boolean(this.all().length || isMoreToCome || this.element.querySelector(".empty:not(#reviewed)"));
  }

  /** The object in hand has changed: whoever shows it should look again. */
  lookAgain() {
    if (this.last?.isConnected) this.element.dispatchEvent(new CustomEvent("look", { detail: this.last }));
  }

  /** @param {HTMLElement} vignette
   * @param {DisplayedLabel} label */
  show(vignette, { version, taxon, state, score }) {
    if (version !== undefined) vignette.dataset.version = String(version);
    vignette.dataset.state = state;
    vignette.dataset.taxon = String(taxon?.id ?? "");
    const label = vignette.querySelector(".label");
    label.title = taxon?.name ?? "";
    label.replaceChildren(...breakable(label.title));
    vignette.querySelector(".mark").ariaLabel = state;
    this.showScore(vignette, state === "predicted" ? score : null);
    this.seen.changed(vignette);
  }

  /** @param {number|string|null|undefined} score nothing is shown for null and undefined */
  showScore(vignette, score) {
    vignette.querySelector(".score")?.remove();
    if (score === null || score === undefined) return;
    const element = Object.assign(document.createElement("span"), { className: "number score" });
    element.textContent = Number(score).toFixed(2);
    vignette.querySelector(".caption").append(element);
  }

  by(id) {
    return document.getElementById(`o${id}`);
  }
}

/** The name in pieces that may stand on lines of their own, as the page's filter of the same name has it. */
export function breakable(name) {
  return name.split(/(?<=[_<])/).flatMap((piece) => [piece, document.createElement("wbr")]);
}

/** The panel says which taxa of the project are written in italics; one that is new here is, until it says so. */
export function writeInItalics(taxon) {
  const style = /** @type {HTMLStyleElement} */ (document.getElementById("italics"));
  style.sheet.insertRule(`[data-taxon="${taxon}"] .label { font-style: italic }`);
}

/** Whether nobody has said anything of it. */
export function isBare(vignette) {
  return !vignette.dataset.taxon;
}
