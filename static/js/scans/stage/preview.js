// @ts-check
/** The line under way over the scan, with a white halo, its points, and the crosshair of the keys. */
import { toScreen } from "./places.js";

const SVG = "http://www.w3.org/2000/svg";
const ARM = 14; // pixels of the crosshair

export class Preview {
  /** @param {Element} svg over the whole stage */
  constructor(svg) {
    this.svg = svg;
  }

  /** @param {Projection} projection
   * @param {{line: Point[], vertices: Point[], isClosed: boolean, cross: Point | null}} drawing in pixels of the scan */
  show(projection, { line, vertices, isClosed, cross }) {
    const points = line.map((point) => toScreen(projection, point));
    const parts = points.length ? linesOf(points, isClosed) : [];
    for (const [cx, cy] of vertices.map((point) => toScreen(projection, point))) parts.push(shape("circle", { class: "vertex", cx, cy, r: 4 }));
    if (cross) parts.push(...crossAt(toScreen(projection, cross)));
    this.svg.replaceChildren(...parts);
  }

  /** A rectangle on the stage, between two of its places.
   * @param {Point} corner
   * @param {Point} opposite */
  band([ax, ay], [bx, by]) {
    const box = { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(ax - bx), height: Math.abs(ay - by) };
    this.svg.replaceChildren(shape("rect", { class: "halo", ...box }), shape("rect", { class: "line", ...box }));
  }

  clear() {
    this.svg.replaceChildren();
  }
}

/** @param {Point[]} points
 * @param {boolean} isClosed */
function linesOf(points, isClosed) {
  const name = isClosed ? "polygon" : "polyline";
  const text = points.map((point) => point.join(",")).join(" ");
  return ["halo", "line"].map((kind) => shape(name, { class: kind, points: text }));
}

/** @param {Point} place */
function crossAt([x, y]) {
  const path = `M${x - ARM} ${y}H${x + ARM}M${x} ${y - ARM}V${y + ARM}`;
  return ["halo", "line"].map((kind) => shape("path", { class: `${kind} cross`, d: path }));
}

/** @param {string} name
 * @param {Record<string, string | number>} attributes */
function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
