/** Paints a mask: pixels under a round brush, taken off again by the eraser, one stroke undone after the other. */
import { decode, encode } from "./figures.js";

const MOST_STROKES = 30; // that can be taken back
const VEIL = 120; // opacity of what is painted, of 255

export class Brush {
  constructor(detailView) {
    this.detailView = detailView;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "painting";
    this.canvas.hidden = true;
    detailView.image.after(this.canvas);
    this.mask = null;
  }

  get isPainting() {
    return this.mask !== null;
  }

  /** @param {string} colour #rrggbb
   * @param {MaskGeometry|null} geometry of a mask that is painted on */
  begin(colour, geometry = null) {
    const { naturalWidth: width, naturalHeight: height } = this.detailView.image;
    this.width = width;
    this.height = height;
    this.strokes = [];
    Object.assign(this.canvas, { width, height, hidden: false });
    this.colour = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    this.mask = geometry ? decode(geometry) : new Uint8Array(width * height);
    this.paint(0, 0, width, height);
    this.place();
  }

  place() {
    this.canvas.style.transform = this.detailView.image.style.transform;
  }

  /** Keeps what there is, so that the stroke that begins can be taken back. */
  lift() {
    this.strokes.push(this.mask.slice());
    if (this.strokes.length > MOST_STROKES) this.strokes.shift();
  }

  /** Returns whether there was a stroke to take back. */
  takeBack() {
    if (!this.strokes?.length || !this.mask) return false;
    this.mask = this.strokes.pop();
    this.paint(0, 0, this.width, this.height);
    return true;
  }

  /** A stroke from one place to the next: discs so close that no gap is left. */
  stroke(from, to, radius, isEraser) {
    const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / Math.max(radius / 2, 0.5)));
    for (let n = 0; n <= steps; n++) {
      this.disc(from[0] + ((to[0] - from[0]) * n) / steps, from[1] + ((to[1] - from[1]) * n) / steps, radius, isEraser);
    }
    const low = (a, b, most) => Math.max(0, Math.min(most - 1, Math.floor(Math.min(a, b) - radius)));
    const high = (a, b, most) => Math.min(most, Math.ceil(Math.max(a, b) + radius) + 1);
    const left = low(from[0], to[0], this.width);
    const top = low(from[1], to[1], this.height);
    this.paint(left, top, high(from[0], to[0], this.width) - left, high(from[1], to[1], this.height) - top);
  }

  /** A pixel belongs to the disc when its middle does; the pixel under the brush always does. */
  disc(cx, cy, radius, isEraser) {
    const value = isEraser ? 0 : 1;
    const { width, height, mask } = this;
    const own = [Math.min(width - 1, Math.floor(cx)), Math.min(height - 1, Math.floor(cy))];
    mask[own[1] * width + own[0]] = value;
    for (let y = Math.max(0, Math.floor(cy - radius)); y < Math.min(height, cy + radius); y++) {
      for (let x = Math.max(0, Math.floor(cx - radius)); x < Math.min(width, cx + radius); x++) {
        if ((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2 <= radius ** 2) mask[y * width + x] = value;
      }
    }
  }

  paint(left, top, width, height) {
    const pixels = new ImageData(width, height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (this.mask[(top + y) * this.width + left + x]) pixels.data.set([...this.colour, VEIL], (y * width + x) * 4);
      }
    }
    this.canvas.getContext("2d").putImageData(pixels, left, top);
  }

  /** The mask that was painted, or null when nothing is; the canvas is put away. */
  finish() {
    const painted = this.mask?.includes(1) ? encode(this.mask, this.width, this.height) : null;
    this.mask = null;
    this.canvas.hidden = true;
    return painted;
  }
}
