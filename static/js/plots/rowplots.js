// @ts-check
/** Plots with a row for each name (`.plot.rows`): where the screen is narrower than the drawing, its bars shrink and its words
 * don't, so that nobody scrolls sideways for the end of a bar. */
import { inside } from "../page/elements.js";
import { fittingTicks, scaledPath, scaledPoints, shortened } from "./narrowing.js";

const NARROW = 520; // pixels, below which words would be too small to read: as `.plot.rows` in the sheet
const MOST_FOR_NAMES = 0.5; // of the width
const LETTER = 6.8; // at 12 pixels
const GAP = 8;
const ALONG = ["x", "width", "cx", "x1", "x2"];

class RowPlot {
  /** @param {HTMLElement} figure */
  constructor(figure) {
    this.figure = figure;
    this.svg = /** @type {SVGSVGElement} */ (inside(figure, "svg", SVGElement));
    this.drawn = this.svg.innerHTML;
    const { x, y, width, height } = this.svg.viewBox.baseVal;
    this.whole = { left: -x, top: y, width, height };
    this.box = Number(this.svg.dataset.box);
    this.room = 0;
    const frame = figure.parentElement ?? figure;
    new ResizeObserver(() => this.fit(frame.clientWidth)).observe(frame);
    this.fit(frame.clientWidth);
  }

  /** @param {number} room pixels */
  fit(room) {
    if (room === this.room || !room) return;
    const wasNarrow = this.room && this.room < NARROW;
    this.room = room;
    if (wasNarrow) this.restore();
    if (room < NARROW) this.narrow();
  }

  restore() {
    const { left, top, width, height } = this.whole;
    this.svg.innerHTML = this.drawn;
    this.svg.setAttribute("viewBox", `${-left} ${top} ${width} ${height}`);
    this.figure.classList.remove("narrowed");
  }

  narrow() {
    const { left, top, width, height } = this.whole;
    const names = Math.min(left, MOST_FOR_NAMES * this.room);
    const right = width - left - this.box;
    const factor = (this.room - names - right) / this.box;
    for (const element of this.svg.querySelectorAll("rect, circle, line, .x text")) scaleAlong(element, factor);
    for (const path of this.svg.querySelectorAll("path")) change(path, "d", (d) => scaledPath(d, factor));
    for (const line of this.svg.querySelectorAll("polyline")) change(line, "points", (points) => scaledPoints(points, factor));
    for (const name of this.svg.querySelectorAll(".y text")) shorten(name, Math.floor((names - GAP) / LETTER));
    this.thin(this.box * factor + right);
    this.svg.setAttribute("viewBox", `${-names} ${top} ${this.room} ${height}`);
    this.figure.classList.add("narrowed");
  }

  /** @param {number} end where the drawing ends on the right */
  thin(end) {
    const texts = [...this.svg.querySelectorAll(".x text")];
    const ticks = texts.filter((text) => !text.hasAttribute("y"));
    const places = ticks.map((text) => ({ at: Number(text.getAttribute("x")), letters: text.textContent?.length ?? 0 }));
    const fitting = fittingTicks(places, LETTER);
    for (const [n, text] of ticks.entries()) if (!fitting.has(n)) text.remove();
    const title = texts.find((text) => text.hasAttribute("y"));
    if (title) change(title, "x", (x) => String(Math.min(Number(x), end - ((title.textContent?.length ?? 0) * LETTER) / 2)));
  }
}

/** @param {Element} element
 * @param {number} factor */
function scaleAlong(element, factor) {
  for (const name of ALONG) if (element.hasAttribute(name)) change(element, name, (value) => String(Number(value) * factor));
}

/** @param {Element} element
 * @param {string} name
 * @param {(value: string) => string} how */
function change(element, name, how) {
  element.setAttribute(name, how(element.getAttribute(name) ?? ""));
}

/** What is left out is said when one points at it.
 * @param {Element} text
 * @param {number} letters */
function shorten(text, letters) {
  const name = text.textContent ?? "";
  if (name.length <= letters) return;
  const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = name;
  text.replaceChildren(shortened(name, letters), title);
}

/** @param {ParentNode} part of the page */
function fitIn(part) {
  for (const figure of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("figure.plot.rows:has(> svg[data-box])"))) new RowPlot(figure);
}

fitIn(document);
// what is unfolded later
document.addEventListener("htmx:load", ({ target }) => target instanceof Element && fitIn(target));
