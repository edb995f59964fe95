// @ts-check
/** The line that is drawn over the scan by a tool, whether a hand or keys set its points. */
import { Pen } from "../../marks/pen.js";
import { placeInWords, toScreen } from "../stage/places.js";
import { Preview } from "../stage/preview.js";
import { Crosshair } from "./crosshair.js";
import { Hand } from "./hand.js";

const EDGE = 30; // pixels of the screen: as close to the border the scan moves
const NEAR = 8; // pixels of the screen: as close is on a point

export class Drawing {
  /** @param {HTMLElement} surface over the stage
   * @param {import("../stage/stage.js").Stage} stage
   * @param {{um: number | null, say: (words: string) => void, finish: (points: Point[]) => Promise<boolean>}} uses */
  constructor(surface, stage, { um, say, finish }) {
    this.surface = surface;
    this.stage = stage;
    this.um = um;
    this.say = say;
    this.finish = finish;
    this.pen = new Pen((_, geometry) => this.send(/** @type {PointsGeometry} */ (geometry).points));
    this.crosshair = new Crosshair(stage.width, stage.height);
    this.preview = new Preview(/** @type {Element} */ (surface.querySelector("svg")));
    this.hand = new Hand(surface, stage, this);
    this.isByKey = false;
    /** @type {Point[]} of the line that is being sent */
    this.sent = [];
    surface.addEventListener("keydown", (event) => this.press(event));
    window.addEventListener("beforeunload", (event) => this.isDrawing && event.preventDefault()); // it is in this page only
  }

  get isDrawing() {
    return this.pen.isDrawing || this.hand.stroke !== null;
  }

  /** @param {"polyline" | "polygon"} kind
   * @param {Point} place where the keys begin */
  begin(kind, place) {
    this.pen.take(kind);
    this.crosshair.put(place);
    this.isByKey = true;
    this.surface.hidden = false;
    this.surface.focus({ preventScroll: true });
    this.draw();
  }

  /** Returns whether it had the focus. */
  end() {
    const hadFocus = this.surface.contains(document.activeElement);
    this.giveUp();
    this.surface.hidden = true;
    return hadFocus;
  }

  giveUp() {
    this.pen.giveUp();
    this.hand.letGo();
    this.preview.clear();
    this.draw();
  }

  back() {
    this.pen.back();
    this.draw();
  }

  /** A point where the last one is ends the line, and on the first one a ring.
   * @param {Point} point */
  set(point) {
    this.pen.set(point, this.isByKey ? 0 : NEAR / this.stage.opened.scale);
    this.draw();
  }

  /** @param {Point[]} points of one stroke: the rest of the line */
  add(points) {
    this.pen.points.push(...points);
    this.pen.finish();
    this.draw();
  }

  /** The line stays in sight until the server has answered, and in hand where it could not.
   * @param {Point[]} points */
  async send(points) {
    this.sent = points;
    this.draw();
    const isDone = await this.finish(points);
    this.sent = [];
    if (!isDone && !this.isDrawing && !this.surface.hidden) {
      this.pen.points = points;
      this.say("The line is still there: Enter sends it again, Escape gives it up.");
    }
    this.draw();
  }

  draw() {
    const { projection } = this.stage;
    if (!projection || this.surface.hidden) return;
    const cross = this.isByKey ? this.crosshair.place : null;
    const next = cross ?? this.hand.place;
    const rest = this.hand.stroke ?? (next && this.pen.isDrawing ? [next] : []);
    const points = [...this.pen.points, ...rest];
    this.preview.show(projection, {
      line: points.length ? points : this.sent,
      vertices: this.pen.points,
      isClosed: this.pen.kind === "polygon",
      cross,
    });
  }

  // --- Keys -------------------------------------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  press(event) {
    if (!this.stage.projection || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Record<string, () => void>} */
    const acts = {
      " ": () => this.setByKey(),
      Enter: () => this.pen.finish() || this.say("The line needs more points."),
      Backspace: () => this.back(),
      "+": () => this.stage.zoom("in"),
      "-": () => this.stage.zoom("out"),
      0: () => this.stage.zoom("home"),
      Home: () => this.stage.zoom("home"),
    };
    if (this.crosshair.press(event, this.stage.projection.scale)) this.moved();
    else if (acts[event.key]) acts[event.key]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  setByKey() {
    this.isByKey = true;
    this.set(this.crosshair.place);
    if (this.pen.isDrawing) this.say(`Point ${this.pen.points.length}: ${placeInWords(this.crosshair.place, this.um)}`);
  }

  /** The crosshair stays in view. */
  moved() {
    this.isByKey = true;
    const [x, y] = toScreen(this.stage.opened, this.crosshair.place);
    const { clientWidth, clientHeight } = this.surface;
    const over = (/** @type {number} */ at, /** @type {number} */ side) => Math.max(0, at - side + EDGE) || Math.min(0, at - EDGE);
    const [right, down] = [over(x, clientWidth), over(y, clientHeight)];
    if (right || down) this.stage.moveBy(-right, -down);
    this.say(placeInWords(this.crosshair.place, this.um));
    this.draw();
  }
}
