/** What mouse, fingers and keys do on the map: move it, look closer, draw a line or a rectangle around points. */
import { Rectangle } from "./rectangle.js";

const STEP = 60; // pixels that an arrow key moves
const FACTOR = 1.3; // of a key or a notch of the wheel
const SLACK = 4; // pixels that a click may move

export class Pointing {
  /** @param {HTMLElement} element that is pointed at
   * @param {import("./view.js").View} view
   * @param {MapActions} act */
  constructor(element, view, act) {
    this.element = element;
    this.view = view;
    this.act = act;
    this.isDrawing = false; // dragging draws a line, without Shift, too
    /** @type {Map<number, {x: number, y: number}>} */
    this.fingers = new Map();
    /** @type {[x: number, y: number][]|null} */
    this.line = null;
    /** @type {Rectangle|null} */
    this.rectangle = null;
    element.addEventListener("pointerdown", (event) => this.press(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, (event) => this.lift(event));
    element.addEventListener("pointerleave", () => this.act.point(null));
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    element.addEventListener("dblclick", (event) => this.zoom(2, this.at(event)));
    element.addEventListener("keydown", (event) => this.key(event));
  }

  at(event) {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  press(event) {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    const at = this.at(event);
    this.fingers.set(event.pointerId, at);
    this.start = at;
    this.hasMoved = false;
    if (this.fingers.size > 1) this.drop();
    else if (event.shiftKey || this.isDrawing) {
      this.line = [[at.x, at.y]];
      this.act.point(null);
    }
  }

  move(event) {
    const at = this.at(event);
    const before = this.fingers.get(event.pointerId);
    if (!before) return this.act.point(at);
    if (Math.hypot(at.x - this.start.x, at.y - this.start.y) > SLACK) this.hasMoved = true;
    if (this.line) this.draw(at);
    else if (this.hasMoved) this.drag(event.pointerId, before, at);
    this.fingers.set(event.pointerId, at);
  }

  draw({ x, y }) {
    const [lastX, lastY] = this.line.at(-1);
    if (Math.hypot(x - lastX, y - lastY) > 3) this.line.push([x, y]);
    this.act.drawing(this.line);
  }

  /** One finger moves the map, two spread it. */
  drag(id, before, at) {
    const other = [...this.fingers].find(([finger]) => finger !== id)?.[1];
    if (other) {
      const factor = Math.hypot(at.x - other.x, at.y - other.y) / Math.max(1, Math.hypot(before.x - other.x, before.y - other.y));
      this.view.zoomAt(factor, other.x, other.y);
    } else this.view.pan(at.x - before.x, at.y - before.y);
    this.act.moved();
  }

  lift(event) {
    const at = this.fingers.get(event.pointerId);
    this.fingers.delete(event.pointerId);
    if (!at) return;
    const { line } = this;
    this.drop();
    if (line && line.length > 2) this.act.drawn(line);
    else if (!this.hasMoved && event.type === "pointerup") this.act.click(at);
  }

  drop() {
    this.line = null;
    if (this.rectangle) this.act.framed(null);
    this.rectangle = null;
    this.act.drawing(null);
  }

  /** In the middle of the map, for the keys that come. */
  openRectangle() {
    this.rectangle = new Rectangle(this.view.width, this.view.height);
    this.element.focus();
    this.showRectangle();
  }

  showRectangle() {
    this.act.drawing(this.rectangle.corners);
    this.act.framed(this.rectangle);
  }

  /** The frame has another size: what is being drawn stays over the same part of the map.
   * @param {number} width
   * @param {number} height it had before, in pixels */
  resized(width, height) {
    const dx = (this.view.width - width) / 2;
    const dy = (this.view.height - height) / 2;
    if (!dx && !dy) return;
    if (this.line) this.line = this.line.map(([x, y]) => [x + dx, y + dy]);
    this.rectangle?.resizeRoom(this.view.width, this.view.height);
    if (this.line) this.act.drawing(this.line);
    else if (this.rectangle) this.showRectangle();
  }

  selectRectangle() {
    const { corners } = this.rectangle;
    this.drop();
    this.act.drawn(corners);
  }

  /** Whether the key was for the rectangle that is open. */
  keyOfRectangle(event) {
    if (!this.rectangle) return false;
    if (event.key === "Enter") this.selectRectangle();
    else if (event.key === "Escape") this.drop();
    else if (this.rectangle.press(event)) this.showRectangle();
    else return false;
    return true;
  }

  wheel(event) {
    event.preventDefault();
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), this.at(event));
  }

  zoom(factor, { x, y } = { x: this.view.width / 2, y: this.view.height / 2 }) {
    this.view.zoomAt(factor, x, y);
    this.act.moved();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isDone = this.keyOfRectangle(event);
    const act = isDone ? () => {} : this.keys()[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
    if (this.rectangle && !isDone) this.showRectangle(); // over other points by now
  }

  keys() {
    const pan = (dx, dy) => () => {
      this.view.pan(dx * STEP, dy * STEP);
      this.act.moved();
    };
    return {
      ArrowLeft: pan(1, 0),
      ArrowRight: pan(-1, 0),
      ArrowUp: pan(0, 1),
      ArrowDown: pan(0, -1),
      "+": () => this.zoom(FACTOR),
      "=": () => this.zoom(FACTOR),
      "-": () => this.zoom(1 / FACTOR),
      0: () => this.act.fit(),
      a: () => this.act.selectInView(),
      r: () => this.openRectangle(),
      Escape: () => (this.line ? this.drop() : this.act.clear()),
    };
  }
}
