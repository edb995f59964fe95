// @ts-check
/** Draws the objects of a scan over its tiles: outlines where they are few, boxes where they are many, counts from afar. */
import { columnsOf, DASHES, edgesOf, OTHERS, runLengths } from "./outlines.js";

const HALO = "#ffffffb0"; // below each line, so that it stands out from dark and from light
const RIM = "#22282bd0"; // below the grey of what has no taxon, which light ground would swallow

/** @typedef {(x: number, y: number) => ScanPoint} Place from pixels of the scan to those of the screen */

export class Marks {
  /** @param {HTMLCanvasElement} canvas
   * @param {{key: number, colour: string}[]} taxa */
  constructor(canvas, taxa) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.colours = new Map(taxa.map(({ key, colour }) => [key, colour]));
    /** @type {ScanObjects} */
    this.visible = { objects: [], cells: [], cell: 1 };
    /** @type {Map<number, number[][]>} by object */
    this.edges = new Map();
  }

  /** @param {ScanObject} object */
  colourOf({ taxon }) {
    return this.colours.get(taxon?.id ?? 0) ?? this.colours.get(OTHERS) ?? "#9aa4a8";
  }

  /** @param {ScanObjects} visible */
  show(visible) {
    this.visible = visible;
    this.edges.clear();
  }

  /** @param {Place} place
   * @param {number} scale pixels of the screen that a pixel of the scan is
   * @param {boolean} isMarked
   * @param {ScanObject[]} selected are ringed */
  draw(place, scale, isMarked, selected) {
    const { canvas, context } = this;
    const density = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = canvas;
    if (canvas.width !== Math.round(clientWidth * density)) canvas.width = Math.round(clientWidth * density);
    if (canvas.height !== Math.round(clientHeight * density)) canvas.height = Math.round(clientHeight * density);
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, clientWidth, clientHeight);
    if (isMarked) {
      for (const cell of this.visible.cells) this.drawCell(cell, place, scale);
      for (const object of this.visible.objects) this.drawObject(object, place, scale);
    }
    for (const object of selected) this.drawRing(object, place, scale);
  }

  /** @param {ScanObjects["cells"][number]} cell
   * @param {Place} place
   * @param {number} scale */
  drawCell({ x, y, objects }, place, scale) {
    const side = this.visible.cell * scale;
    const { x: left, y: top } = place(x, y);
    const radius = Math.max(3, Math.min(side / 2, 4 + 3 * Math.log2(1 + objects)));
    const { context } = this;
    context.setLineDash([]);
    context.beginPath();
    context.arc(left + side / 2, top + side / 2, radius, 0, 2 * Math.PI);
    context.fillStyle = "#0072b2cc";
    context.fill();
    if (radius < 9) return;
    context.fillStyle = "#fff";
    context.font = "11px sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(String(objects), left + side / 2, top + side / 2);
  }

  /** @param {ScanObject} object
   * @param {Place} place
   * @param {number} scale */
  drawObject(object, place, scale) {
    const path = new Path2D();
    if (object.outline && scale > 0.15) this.addEdges(path, object.id, object.outline, place, scale);
    else addBox(path, object.box, place, scale);
    const thickness = scale < 0.5 ? 1 : 2; // from afar a thick line would cover a small organism
    this.stroke(path, object, thickness, []);
    if (!object.outline || scale <= 0.15) return;
    const box = new Path2D(); // its dashes say the state; those of an outline of steps would not be seen
    addBox(box, object.box, place, scale);
    this.stroke(box, object, Math.max(1, 0.75 * thickness), DASHES[object.state] ?? []);
  }

  /** A line in the colour of its taxon, upon a broader one that stands out from the ground.
   * @param {Path2D} path
   * @param {ScanObject} object
   * @param {number} width
   * @param {number[]} dashes */
  stroke(path, object, width, dashes) {
    const { context } = this;
    context.setLineDash(dashes);
    context.lineWidth = 2 * width;
    context.strokeStyle = object.taxon ? HALO : RIM;
    context.stroke(path);
    context.lineWidth = width;
    context.strokeStyle = this.colourOf(object);
    context.stroke(path);
  }

  /** @param {Path2D} path
   * @param {number} id of the object
   * @param {NonNullable<ScanObject["outline"]>} outline
   * @param {Place} place
   * @param {number} scale */
  addEdges(path, id, { box, counts }, place, scale) {
    const edges = this.edges.get(id) ?? edgesOf(columnsOf(runLengths(counts), box[3]));
    this.edges.set(id, edges);
    const { x, y } = place(box[0], box[1]);
    for (const [fromX, fromY, toX, toY] of edges) {
      path.moveTo(x + fromX * scale, y + fromY * scale);
      path.lineTo(x + toX * scale, y + toY * scale);
    }
  }

  /** @param {ScanObject} object
   * @param {Place} place
   * @param {number} scale */
  drawRing({ box }, place, scale) {
    const { x, y } = place(box[0] + box[2] / 2, box[1] + box[3] / 2);
    const radius = Math.max(18, (Math.hypot(box[2], box[3]) / 2) * scale + 8);
    const { context } = this;
    context.setLineDash([]);
    for (const [width, colour] of [
      [7, "#000"],
      [4, "#f0e442"],
    ]) {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.lineWidth = /** @type {number} */ (width);
      context.strokeStyle = /** @type {string} */ (colour);
      context.stroke();
    }
  }
}

/** @param {Path2D} path
 * @param {number[]} box
 * @param {Place} place
 * @param {number} scale */
function addBox(path, [left, top, width, height], place, scale) {
  const { x, y } = place(left, top);
  path.rect(x, y, Math.max(4, width * scale), Math.max(4, height * scale));
}
