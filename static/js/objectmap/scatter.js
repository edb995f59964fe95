/** The points on the page: fetched and drawn. */
import { whyNone } from "../page/answers.js";
import { savedState, saveState } from "./mapstate.js";
import { Picking, WHOLE } from "./picking.js";
import { mostIn, Pictures } from "./pictures.js";
import { PointColours } from "./pointcolours.js";
import { Pointing } from "./pointing.js";
import { Points } from "./points.js";
import { readPoints } from "./pointstream.js";
import { View } from "./view.js";
import { NoGraphics, Renderer, sizeOf } from "./webgl/renderer.js";

const RESTS = 180; // milliseconds after which a map that moved stands
const AWAY = "The points could not be fetched: the server cannot be reached. Load the page again in a moment.";
const RECTANGLE = "Arrow keys move it, with Shift they resize it, Enter selects, Escape lets go.";
const NO_GRAPHICS = "This browser can't draw the map: it has no WebGL 2. The table beside it has the numbers.";

export class Scatter {
  /** @param {HTMLElement} root
   * @param {import("./selection.js").Selection} selection */
  constructor(root, selection) {
    this.root = root;
    this.picking = new Picking(this, selection);
    this.frame = document.getElementById("map-frame");
    this.canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("map-canvas"));
    this.status = document.getElementById("map-status");
    this.outline = this.frame.querySelector("polygon");
    this.points = new Points();
    this.view = new View();
    this.colours = new PointColours(this);
    this.pictures = new Pictures(document.getElementById("map-pictures"), root.dataset.pictures);
    this.actions = this.makeActions();
    this.pointing = new Pointing(this.frame, this.view, this.actions);
    this.isMoving = false;
    this.pending = 0;
    Object.assign(this.view, savedState()?.view);
    for (const button of document.querySelectorAll("[data-map]")) button.addEventListener("click", () => this.press(button));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.colours.readAnew());
  }

  /** @returns {MapActions} */
  makeActions() {
    return {
      point: (at) => this.picking.point(at),
      moved: () => this.moved(),
      drawing: (line) => this.drawLine(line),
      drawn: (line) => {
        this.setDrawing(false);
        this.picking.select(line);
      },
      framed: (rectangle) => this.frameInWords(rectangle),
      click: (at) => this.picking.click(at),
      fit: () => {
        this.view.fit();
        this.moved();
      },
      selectInView: () => this.picking.selectInView(),
      clear: () => this.picking.clear(),
    };
  }

  press(button) {
    const name = button.dataset.map;
    if (name === "lasso") this.setDrawing(!this.pointing.isDrawing);
    else if (name === "rectangle") this.pointing.openRectangle();
    else if (name === "closer") this.pointing.zoom(1.6);
    else if (name === "farther") this.pointing.zoom(1 / 1.6);
    else if (name === "fit") this.actions.fit();
    else if (name === "in-view") this.picking.selectInView();
  }

  /** A drag draws a line around points once; then it moves the map again. */
  setDrawing(isDrawing) {
    this.pointing.isDrawing = isDrawing;
    document.querySelector("[data-map=lasso]").setAttribute("aria-pressed", String(isDrawing));
    this.frame.classList.toggle("drawing", isDrawing);
  }

  async load() {
    try {
      this.renderer = new Renderer(this.canvas);
    } catch (error) {
      if (!(error instanceof NoGraphics)) throw error;
    }
    new ResizeObserver(() => this.resize()).observe(this.frame);
    this.resize();
    const response = await fetch(this.root.dataset.points + location.search).catch(() => null);
    if (response && !response.ok) return this.say(await response.text());
    if (!response || response.redirected) return this.say(whyNone(response, AWAY));
    try {
      await readPoints(
        response.body,
        (header) => this.colours.begin(header),
        (block) => this.add(block),
      );
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return this.say(AWAY);
    }
    this.finish();
  }

  say(words) {
    this.status.textContent = words;
    this.status.hidden = !words;
  }

  /** @param {MapBlock} block */
  add(block) {
    this.points.add(block);
    this.colours.count(block.values);
    this.renderer?.add(block.x, block.y, (i) => this.colours.shade(i));
    this.say(`${this.points.length.toLocaleString("en")} points so far …`);
    this.root.dataset.first ??= String(Math.round(performance.now()));
    this.draw();
  }

  finish() {
    const { length } = this.points;
    this.say(this.renderer ? (length ? "" : "No object of this filter has a place on the map.") : NO_GRAPHICS);
    document.getElementById("map-count").textContent = `${length.toLocaleString("en")} object${length === 1 ? "" : "s"}`;
    this.colours.finish();
    this.points.index();
    this.picking.restore(savedState()?.selected);
    this.root.dataset.drawn = String(length);
    this.root.dataset.took = String(Math.round(performance.now()));
  }

  // --- Drawing -------------------------------------------------------------------------------------------------------

  resize() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    const before = { ...this.view };
    this.view.resize(width, height);
    this.pointing.resized(before.width, before.height);
    const ratio = Math.min(devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.moved();
  }

  /** The map is on its way: a part of the points is enough until it stands. */
  moved() {
    this.isMoving = true;
    this.pictures.point(-1, { x: 0, y: 0 }, "");
    clearTimeout(this.standing);
    this.drawAnew();
  }

  drawAnew() {
    this.renderer?.restart();
    this.draw();
  }

  /** What is not drawn yet, in as many frames as that takes: none of them holds back a hand that moves on. */
  draw() {
    this.pending ||= requestAnimationFrame((now) => this.drawFrame(now));
  }

  drawFrame(now) {
    this.pending = 0;
    const took = this.before && now - this.before;
    if (took) this.renderer?.pace.learn(took);
    const isWhole = this.renderer?.draw(this.view, this.isMoving) ?? true;
    this.before = this.isMoving ? now : 0; // frames that add to a map that stands may take longer
    if (this.points.starts) this.placePictures();
    if (this.isMoving) this.standSoon(took);
    else if (!isWhole) this.draw();
  }

  /** It stands when nothing comes for a while after a frame; where frames are slow, the next one is awaited.
   * @param {number} took milliseconds of the last frame */
  standSoon(took) {
    clearTimeout(this.standing);
    this.standing = setTimeout(
      () => {
        this.isMoving = false;
        this.draw();
        const { x, y, zoom } = this.view;
        saveState({ view: { x, y, zoom } });
      },
      Math.max(RESTS, 2 * took),
    );
  }

  placePictures() {
    const isClose = sizeOf(this.view, this.points.length) > 4; // else there is no room, and many points to look through
    const most = mostIn(this.view);
    const indices = isClose ? this.points.within(scaled(this.view.box), (i) => this.colours.isVisible(i), most) : [];
    this.pictures.place(indices.length <= most ? indices.map((i) => this.placed(i)) : []);
  }

  placed(i) {
    const [px, py] = this.view.pixelOf(this.points.x[i] / WHOLE, this.points.y[i] / WHOLE);
    return { id: this.points.ids[i], px, py, colour: this.colours.ofPoint(i) };
  }

  drawLine(line) {
    this.outline.setAttribute("points", (line ?? []).map((corner) => corner.join(",")).join(" "));
  }

  /** @param {import("./rectangle.js").Rectangle|null} rectangle */
  frameInWords(rectangle) {
    clearTimeout(this.announcing);
    this.status.removeAttribute("aria-busy");
    if (!rectangle) return this.say("");
    this.status.setAttribute("aria-busy", "true"); // what stands there is of an earlier rectangle, or place of the map
    this.announcing = setTimeout(() => {
      const count = this.picking.countWithin(rectangle.corners);
      this.say(`${count.toLocaleString("en")} object${count === 1 ? "" : "s"} in the rectangle: ${rectangle.inWords()}. ${RECTANGLE}`);
      this.status.removeAttribute("aria-busy");
    }, RESTS);
  }
}

function scaled({ left, right, bottom, top }) {
  return { left: left * WHOLE, right: right * WHOLE, bottom: bottom * WHOLE, top: top * WHOLE };
}
