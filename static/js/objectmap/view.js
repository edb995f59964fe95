/** Which part of the map is shown: its middle and its size. Places are 0 to 1 here, with y going up; pixels go down. */

const NEAREST = 4000; // times as large as the whole map
const FARTHEST = 0.5;
const FILLED = 0.94; // of the shorter side, by the whole map

export class View {
  constructor() {
    this.width = 1;
    this.height = 1;
    this.x = 0.5;
    this.y = 0.5;
    this.zoom = 1;
    this.side = 0; // pixels of the shorter side, when all of the map was shown last: what opens beside it changes no size
  }

  /** Pixels that the map's width takes. */
  get scale() {
    return (this.side || 1) * FILLED * this.zoom;
  }

  /** @param {number} width
   * @param {number} height of the canvas, in pixels */
  resize(width, height) {
    this.width = Math.max(width, 1);
    this.height = Math.max(height, 1);
    this.side ||= Math.min(width, height);
  }

  fit() {
    Object.assign(this, { x: 0.5, y: 0.5, zoom: 1, side: Math.min(this.width, this.height) });
  }

  /** @param {number} dx
   * @param {number} dy pixels by which what is shown goes to the right and down */
  pan(dx, dy) {
    this.x = Math.min(1.2, Math.max(-0.2, this.x - dx / this.scale));
    this.y = Math.min(1.2, Math.max(-0.2, this.y + dy / this.scale));
  }

  /** What lies under the pixel stays there.
   * @param {number} factor
   * @param {number} px
   * @param {number} py */
  zoomAt(factor, px = this.width / 2, py = this.height / 2) {
    const [x, y] = this.placeAt(px, py);
    this.zoom = Math.min(NEAREST, Math.max(FARTHEST, this.zoom * factor));
    const [nowX, nowY] = this.pixelOf(x, y);
    this.pan(px - nowX, py - nowY);
  }

  /** @param {number} x
   * @param {number} y
   * @returns {[px: number, py: number]} */
  pixelOf(x, y) {
    return [(x - this.x) * this.scale + this.width / 2, (this.y - y) * this.scale + this.height / 2];
  }

  /** @param {number} px
   * @param {number} py
   * @returns {[x: number, y: number]} */
  placeAt(px, py) {
    return [(px - this.width / 2) / this.scale + this.x, this.y - (py - this.height / 2) / this.scale];
  }

  /** What is in sight. @returns {MapBox} */
  get box() {
    const [left, top] = this.placeAt(0, 0);
    const [right, bottom] = this.placeAt(this.width, this.height);
    return { left, right, bottom, top };
  }
}
