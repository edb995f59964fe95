/** Draws marks over the image: figures as they lie on it, vertices and words as large as the screen wants them. */
import { anchor, handles, path } from "./figures.js";
import { inShort } from "./measuretext.js";

const SVG = "http://www.w3.org/2000/svg";
export const DASHES = { solid: "", long: "14 6", short: "7 5", dotted: "1 6", "dash-dot": "12 5 1 5", "dash-dots": "12 5 1 5 1 5", sparse: "6 14" };
export const SHAPES = {
  // of radius 5 about the origin
  circle: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
  square: "M-4.5 -4.5h9v9h-9Z",
  triangle: "M0 -6L5.5 4.5L-5.5 4.5Z",
  diamond: "M0 -6.5L5 0L0 6.5L-5 0Z",
  cross: "M-5 -5L5 5M5 -5L-5 5",
  plus: "M-6 0H6M0 -6V6",
  star: "M0 -6L1.6 -1.9L6 -1.9L2.5 1L3.7 5.5L0 2.9L-3.7 5.5L-2.5 1L-6 -1.9L-1.6 -1.9Z",
};

const LINE = 17; // pixels from one line of words to the next

const inWords = (mark) => [mark.label.name, inShort(mark), mark.by && `(${mark.by})`].filter(Boolean).join(" ");

/** @param {string} name
 * @param {Record<string, string|number|undefined>} attributes
 * @param {(Node|string)[]} children */
export function element(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

export class Layer {
  constructor(detailView) {
    this.detailView = detailView;
    this.figures = element("g");
    this.words = element("g");
    this.svg = element("svg", { class: "marks", "aria-hidden": "true" }, this.figures, this.words);
    detailView.stage.append(this.svg);
  }

  /** @param {Point} point
   * @returns {Point} */
  toScreen([x, y]) {
    return [x * this.detailView.scale + this.detailView.x, y * this.detailView.scale + this.detailView.y];
  }

  /** Of a pointer event, in pixels of the image and never outside of it.
   * @param {PointerEvent} event
   * @returns {Point} */
  toImage(event) {
    const box = this.detailView.stage.getBoundingClientRect();
    const { x, y, scale, image } = this.detailView;
    const inside = (value, most) => Math.min(Math.max(value, 0), most);
    return [inside((event.clientX - box.left - x) / scale, image.naturalWidth), inside((event.clientY - box.top - y) / scale, image.naturalHeight)];
  }

  /** Marks may have `by`, a name that stands beside them.
   * @param {{marks: Mark[], chosen?: Mark, drawn: Drawing|false|null, cross: Point|null, lines: boolean, words: string}} state
   * `drawn` is the figure under way, `lines` whether the cross goes through the whole stage */
  show(state) {
    this.state = state;
    this.figures.replaceChildren();
    this.words.replaceChildren();
    this.written = []; // boxes of words, so that none hides another
    const { x, y, scale } = this.detailView;
    this.figures.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    for (const mark of state.marks) this.mark(mark, mark === state.chosen);
    if (state.drawn) this.mark(state.drawn, true, state.words);
    if (state.cross) this.cross(state.cross, state.lines);
  }

  place() {
    if (this.state) this.show(this.state);
  }

  /** @param {Mark|Drawing} mark
   * @param {boolean} isChosen
   * @param {string} words */
  mark(mark, isChosen, words = inWords(mark)) {
    const { colour, dash, shape } = mark.label;
    const d = path(mark.kind, mark.geometry);
    const kind = mark.kind === "mask" ? "area" : "outline";
    const group = element("g", { class: `${kind}${isChosen ? " chosen" : ""}`, style: `--colour: ${colour}` });
    if (mark.id) group.dataset.mark = String(mark.id);
    if (d) group.append(element("path", { class: "halo", d }), element("path", { class: "line", d, "stroke-dasharray": DASHES[dash] }));
    this.figures.append(group);
    const points = isChosen || "points" in mark.geometry ? handles(mark.geometry) : [];
    const beside = element("g", { class: isChosen ? "chosen" : "", style: `--colour: ${colour}` });
    for (const point of points) beside.append(element("path", { class: "vertex", d: SHAPES[shape], transform: `translate(${this.toScreen(point)})` }));
    this.words.append(beside);
    this.write(words, beside, this.toScreen(anchor(mark.kind, mark.geometry)));
  }

  /** Words beside a place of the screen; lower where others stand already. */
  write(words, group, [left, top]) {
    const text = /** @type {SVGTextElement} */ (element("text", { x: left + 10, y: top - 8 }, words));
    group.append(text);
    const { width } = text.getBBox();
    const room = this.detailView.stage.clientWidth - width - 14; // all of it is read, also beside the right-most point
    if (left > room) {
      left = Math.max(room, 0);
      top += LINE + 12;
      text.setAttribute("x", String(left + 10));
    }
    const isTaken = (y) => this.written.some((box) => Math.abs(box.y - y) < LINE && box.left < left + width && left < box.left + box.width);
    let y = top - 8;
    while (isTaken(y)) y += LINE;
    text.setAttribute("y", String(y));
    this.written.push({ left, y, width });
  }

  cross(at, isWide) {
    const [x, y] = this.toScreen(at);
    const { clientWidth, clientHeight } = this.detailView.stage;
    const d = isWide ? `M0 ${y}H${clientWidth}M${x} 0V${clientHeight}` : `M${x - 8} ${y}h16M${x} ${y - 8}v16`;
    this.words.append(element("path", { class: "halo", d }), element("path", { class: "crosshair", d }));
  }
}
