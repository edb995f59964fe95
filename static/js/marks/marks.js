/** Drawing on the image that is looked at closely: joins the pen, the brush, the layer, the list and the store. */
import { equipFields } from "../fields/fields.js";
import { Notice, Server } from "../page/server.js";
import { Brush } from "./brush.js";
import { Edges } from "./edges.js";
import { handles, moved } from "./figures.js";
import { showKeys, toolOf } from "./keys.js";
import { Layer } from "./layer.js";
import { List, personOf } from "./list.js";
import { Pen } from "./pen.js";
import { Store } from "./store.js";
import { inShort, soFar } from "./words.js";

const NEAR = 8; // pixels of the screen: as close is on it
const CLOSE = 6; // pixels of the screen: an edge as close is drawn along, but a pixel of the image at least
const ALONG_EDGES = new Set(["point", "line", "polyline", "polygon", "select"]);
const DRAGGED = 5; // pixels of the screen: farther is a drag, not a click
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR = 10; // pixels a step with Shift
const HELP = "Arrows move the cross, with Shift by ten pixels. Enter sets a point, Enter again on it finishes. Backspace takes it back, Escape gives up.";
const TOO_FEW = "This figure needs more points, or points farther apart.";

export class Marks {
  constructor(detailView, root) {
    this.detailView = detailView;
    this.part = (name) => detailView.dialog.querySelector(`[data-part=${name}]`);
    this.mayDraw = Boolean(root.dataset.mayLabel);
    this.server = new Server(root, new Notice(this.part("marks-notice")));
    this.store = new Store(
      this.server,
      () => this.render(),
      (mark) => mark === this.drag?.mark || mark === this.painted,
    );
    this.layer = new Layer(detailView);
    this.brush = new Brush(detailView);
    this.pen = new Pen((kind, geometry) => this.store.make({ image: this.rank, label: this.label, kind, geometry }));
    this.list = new List(this.part("marks"), { choose: (mark) => this.choose(mark), remove: (mark) => this.remove(mark), onHidden: () => this.render() });
    this.tool = "look";
    this.labels = [];
    this.chosen = null;
    this.cross = null;
    this.isByKey = false;
    this.drag = null;
    this.pressed = null;
    this.painted = null;
    this.styles = new Map();
    this.listen();
    this.start();
  }

  async start() {
    this.showLabels((await this.server.get("mark-labels/")) ?? []);
    this.showPicture();
    this.detailView.dialog.dataset.marks = "ready";
  }

  get label() {
    return this.labels.find((label) => label.id === Number(this.part("label").value));
  }

  get radius() {
    return Number(this.part("radius").value);
  }

  // --- What is shown -------------------------------------------------------------------------------------------------

  showLabels(all) {
    this.labels = all.filter((label) => label.is_active);
    const select = this.part("label");
    select.replaceChildren(...this.labels.map((label) => new Option(label.name, label.id)));
    select.dispatchEvent(new Event("change")); // a field above it says what is chosen now
    equipFields(select.parentElement); // many are searched
    this.part("tools").hidden = !this.mayDraw || !this.labels.length;
    this.part("no-labels").hidden = this.labels.length > 0;
    this.styles = new Map(all.map((label) => [label.id, label]));
  }

  /** Another object or another of its images came to the stage. */
  showPicture() {
    const { object, rank } = this.detailView;
    if (object !== this.store.object || rank !== this.rank) this.putDown();
    this.rank = rank;
    this.allowTools(Boolean(object));
    if (object) this.store.load(object);
    else this.store.leave();
  }

  /** One that may not be taken now gives its focus to the picture, where keys go on working. */
  allowTools(isAllowed) {
    const { dialog, stage } = this.detailView;
    if (!isAllowed && document.activeElement?.closest("button[data-tool]")) stage.focus();
    for (const button of dialog.querySelectorAll("button[data-tool]")) button.disabled = !isAllowed;
  }

  get ofImage() {
    return this.store.marks.filter((mark) => mark.image === this.rank);
  }

  render() {
    const marks = this.ofImage;
    if (!marks.includes(this.chosen)) this.chosen = null;
    const seen = marks.filter((mark) => this.list.shows(mark));
    const isShared = new Set(seen.filter((mark) => mark.id).map(personOf)).size > 1;
    const visible = seen.map((mark) => ({ ...this.styled(mark), by: isShared && mark.author?.name }));
    this.list.show(marks, this.chosen, this.mayDraw);
    this.part("delete").disabled = !this.chosen;
    this.part("done").disabled = !this.pen.isDrawing && !this.brush.isPainting;
    const drawn = this.pen.isDrawing && this.cross && { ...this.pen.preview(this.cross), label: this.label };
    const words = drawn ? `${soFar(this.pen.length(this.cross), this.detailView.micrometres)}` : "";
    this.layer.show({
      marks: visible.filter((mark) => mark.id !== this.chosen?.id || !this.brush.isPainting),
      chosen: visible.find((mark) => this.chosen && mark.id === this.chosen.id),
      drawn,
      cross: this.tool === "look" ? null : this.cross,
      lines: this.isByKey,
      words,
    });
  }

  /** With the label as the project has it now, and the figure as it is being dragged. */
  styled(mark) {
    const geometry = this.drag?.mark === mark ? this.drag.geometry : mark.geometry;
    return { ...mark, geometry, label: { ...this.styles.get(mark.label.id), ...mark.label } };
  }

  say(words) {
    this.part("marks-status").textContent = words;
  }

  /** Says what others did, unless somebody is about to draw and reads how long it is. */
  announceOthers(fresh, gone) {
    if (this.pen.isDrawing || this.drag || this.brush.isPainting) return;
    const [first] = fresh;
    const more = fresh.length > 1 ? ` and ${fresh.length - 1} more` : "";
    if (first) this.say(`${first.author?.name ?? "Somebody"}: ${first.label.name}, ${inShort(first)}${more}`);
    else if (gone) this.say(gone > 1 ? `${gone} marks were taken away.` : "A mark was taken away.");
  }

  // --- Tools ---------------------------------------------------------------------------------------------------------

  take(tool) {
    if (tool !== "look" && !this.store.object) return; // it is not known yet what is on the stage
    this.finishPainting();
    this.tool = tool;
    this.pen.take(tool);
    this.drag = null;
    if (tool !== "select" && tool !== "brush") this.chosen = null;
    for (const button of this.detailView.dialog.querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", button.dataset.tool === tool);
    }
    const { stage, image } = this.detailView;
    stage.dataset.tool = this.detailView.dialog.dataset.tool = tool;
    stage.setAttribute("role", tool === "look" ? "img" : "application");
    this.isByKey = tool !== "look";
    this.cross = tool === "look" ? null : (this.cross ?? [Math.floor(image.naturalWidth / 2), Math.floor(image.naturalHeight / 2)]);
    this.say(tool === "look" ? "" : HELP);
    stage.focus();
    this.render();
  }

  putDown() {
    this.cross = null;
    if (this.tool !== "look" || this.brush.isPainting) this.take("look");
  }

  choose(mark) {
    if (this.mayDraw) this.take("select");
    this.chosen = mark;
    this.say(`${mark.label.name}, ${inShort(mark)}`);
    this.render();
  }

  remove(mark = this.chosen) {
    if (mark) this.store.remove(mark);
    this.detailView.stage.focus();
  }

  done() {
    if (this.brush.isPainting) this.finishPainting();
    else if (!this.pen.finish()) this.say(TOO_FEW);
    this.render();
  }

  finishPainting() {
    if (!this.brush.isPainting) return;
    const geometry = this.brush.finish();
    if (this.painted && geometry) this.store.change(this.painted, { geometry });
    else if (this.painted) this.store.remove(this.painted);
    else if (geometry) this.store.make({ image: this.rank, label: this.paintedLabel, kind: "mask", geometry });
    this.painted = null;
    this.store.letGo();
  }

  paint(from, to) {
    if (!this.brush.isPainting) {
      this.painted = this.chosen?.kind === "mask" ? this.chosen : null;
      this.paintedLabel = this.label;
      this.brush.begin(this.painted ? this.styled(this.painted).label.colour : this.label.colour, this.painted?.geometry);
    }
    if (from === to) this.brush.lift();
    this.brush.stroke(from, to, this.radius, this.part("eraser").checked);
  }

  undo() {
    if (this.brush.isPainting) return void (this.brush.takeBack() || this.giveUp());
    if (this.pen.isDrawing) this.pen.back();
    else this.store.undo();
    this.render();
  }

  giveUp() {
    if (this.drag) this.drag = null;
    else if (this.pen.isDrawing) this.pen.giveUp();
    else if (this.brush.isPainting) {
      this.brush.finish();
      this.painted = null;
    } else this.take("look");
    this.store.letGo();
    this.render();
  }

  // --- Hand ----------------------------------------------------------------------------------------------------------

  listen() {
    const { dialog, stage } = this.detailView;
    document.addEventListener("marks", ({ detail }) => dialog.open && this.store.hear(detail, (fresh, gone) => this.announceOthers(fresh, gone)));
    dialog.addEventListener("picture", () => this.showPicture());
    dialog.addEventListener("place", () => {
      this.layer.place();
      this.brush.place();
    });
    dialog.addEventListener("close", () => this.putDown());
    const isDrawing = () => this.pen.isDrawing || this.brush.isPainting;
    window.addEventListener("beforeunload", (event) => isDrawing() && event.preventDefault()); // it is in this page only
    dialog.addEventListener("keydown", (event) => this.key(event), { capture: true });
    dialog.addEventListener("click", (event) => this.click(event.target.closest("button")));
    // before the detail view, which would move the image
    stage.addEventListener("pointerdown", (event) => this.down(event), { capture: true });
    stage.addEventListener("pointermove", (event) => this.move(event));
    stage.addEventListener("pointerup", (event) => this.up(event));
    showKeys(dialog.querySelectorAll("button[data-tool]"));
    stage.addEventListener("pointercancel", () => Object.assign(this, { drag: null, pressed: null }));
  }

  click(button) {
    if (!button) return;
    if (button.dataset.tool) this.take(button.dataset.tool);
    const act = { done: () => this.done(), delete: () => this.remove(), undo: () => this.undo(), redo: () => this.store.redo(), adopt: () => this.adopt() }[
      button.dataset.act
    ];
    if (act && !button.dataset.mark) act();
  }

  async adopt() {
    if (await this.server.post("mark-labels/", { starter: true })) this.showLabels((await this.server.get("mark-labels/")) ?? []);
  }

  /** Where the hand is, on a vertex where one is near; with Alt just where it is. */
  at(event) {
    const point = this.layer.toImage(event);
    if (event.altKey || this.tool === "brush") return point;
    const near = NEAR / this.detailView.scale;
    const vertices = this.ofImage.filter((mark) => this.list.shows(mark) && mark !== this.drag?.mark).flatMap((mark) => handles(mark.geometry));
    const distance = ([x, y]) => Math.hypot(x - point[0], y - point[1]);
    return vertices.filter((vertex) => distance(vertex) <= near).sort((a, b) => distance(a) - distance(b))[0] ?? this.onEdge(point, event.shiftKey);
  }

  /** The strongest edge of the image that is near, where that is wished: by the box, and Shift wishes the opposite. */
  onEdge(point, isOtherwise) {
    if (this.part("edges").checked === isOtherwise || !ALONG_EDGES.has(this.tool)) return point;
    const { image, scale } = this.detailView;
    if (!image.complete) return point; // it is still the one before
    if (this.edges?.source !== image.src) this.edges = new Edges(image);
    return this.edges.near(point, Math.max(CLOSE / scale, 1));
  }

  down(event) {
    if (this.tool === "look" || event.button !== 0) return;
    event.stopImmediatePropagation(); // not moved about
    this.detailView.stage.setPointerCapture(event.pointerId);
    this.isByKey = false;
    const at = this.at(event);
    this.pressed = { x: event.clientX, y: event.clientY, at };
    this.cross = at;
    if (this.tool === "brush") this.paint(at, at);
    else if (this.tool === "select") this.grab(event, this.layer.toImage(event));
    else this.set(at, NEAR / 2 / this.detailView.scale);
    this.render();
  }

  move(event) {
    if (this.tool === "look") return;
    const at = this.at(event);
    if (this.drag) this.drag.geometry = moved(this.drag.mark.geometry, this.drag.handle, at) ?? this.drag.geometry;
    else if (this.pressed && this.tool === "brush") this.paint(this.cross, at);
    this.isByKey = false;
    this.cross = at;
    this.render();
  }

  /** A drag sets the second point where it ends. */
  up(event) {
    const pressed = this.pressed;
    this.pressed = null;
    if (this.drag) this.drop();
    else if (pressed && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > DRAGGED && this.pen.points.length === 1) {
      this.set(this.at(event), 0);
    }
    this.render();
  }

  set(point, near) {
    if (!this.pen.set(point, near)) this.say(TOO_FEW);
  }

  /** A handle of the chosen mark, else the mark that is there. */
  grab(event, at) {
    const near = NEAR / this.detailView.scale;
    if (this.hold(at, near)) return;
    const id = Number(
      document
        .elementsFromPoint(event.clientX, event.clientY)
        .map((e) => e.closest("[data-mark]")?.dataset.mark)
        .find(Boolean),
    );
    this.chosen = this.ofImage.find((mark) => mark.id === id) ?? this.closest(at, near);
    this.say(this.chosen ? `${this.chosen.label.name}, ${inShort(this.chosen)}` : "Nothing is here.");
  }

  closest(at, near) {
    const touches = (mark) => handles(mark.geometry).some(([x, y]) => Math.hypot(x - at[0], y - at[1]) <= near);
    return this.ofImage.filter((mark) => this.list.shows(mark)).find(touches) ?? null;
  }

  /** Takes hold of the handle of the chosen mark that is near. Returns whether there is one. */
  hold(at, near) {
    if (!this.chosen?.id) return false;
    const far = handles(this.chosen.geometry).map(([x, y]) => Math.hypot(x - at[0], y - at[1]));
    const handle = far.indexOf(Math.min(...far));
    if (!(far[handle] <= near)) return false;
    this.drag = { mark: this.chosen, handle, geometry: this.chosen.geometry };
    return true;
  }

  drop() {
    const { mark, geometry } = this.drag;
    this.drag = null;
    if (geometry !== mark.geometry) this.store.change(mark, { geometry });
    this.store.letGo();
  }

  // --- Keys ----------------------------------------------------------------------------------------------------------

  key(event) {
    const act = this.keyAct(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
    this.render();
  }

  keyAct(event) {
    const isField = event.target.closest("select, textarea, input:not([type=checkbox], [type=range])");
    const isControl = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const tool = this.part("tools").hidden ? undefined : toolOf(event);
    if (tool) return () => this.take(tool);
    if (isControl && !isField && this.mayUndo(key, event.shiftKey)) return key === "z" && !event.shiftKey ? () => this.undo() : () => this.store.redo();
    if (this.tool === "look" || isField) return null;
    if (event.key === "Escape") return () => this.giveUp();
    if (event.target.closest("input, button, a, summary")) return null; // these have keys of their own
    if (event.key === "Enter" && isControl) return () => this.done();
    if (STEPS[event.key]) return () => this.step(event);
    const acts = {
      Enter: () => this.enter(),
      Backspace: () => this.pen.back(),
      Delete: () => this.remove(),
      "[": () => this.widen(-1),
      "]": () => this.widen(1),
    };
    const isForBench = isControl || event.key.length > 1 || "+=0".includes(event.key);
    return acts[event.key] ?? (isForBench ? null : () => {}); // a letter would give a taxon
  }

  /** With a tool in hand, or where something was drawn on this object; else labels are undone, as on the page. */
  mayUndo(key, isShift) {
    const stack = key === "y" || (key === "z" && isShift) ? this.store.undone : this.store.done;
    return (key === "z" || key === "y") && (this.tool !== "look" || stack.length > 0);
  }

  step(event) {
    const by = event.shiftKey ? FAR : 1;
    const { naturalWidth, naturalHeight } = this.detailView.image;
    const [dx, dy] = STEPS[event.key];
    const [x, y] = this.isByKey ? this.cross : this.cross.map(Math.round);
    this.cross = [Math.min(Math.max(x + dx * by, 0), naturalWidth), Math.min(Math.max(y + dy * by, 0), naturalHeight)];
    this.isByKey = true;
    if (this.drag) this.drag.geometry = moved(this.drag.mark.geometry, this.drag.handle, this.cross) ?? this.drag.geometry;
    const length = this.pen.isDrawing ? `, ${soFar(this.pen.length(this.cross), this.detailView.micrometres)}` : "";
    this.say(`x ${this.cross[0]}, y ${this.cross[1]}${length}`);
  }

  /** Sets a point; dabs with the brush; takes hold of a vertex and drops it. */
  enter() {
    this.isByKey = true;
    if (this.tool === "brush") return this.paint(this.cross, this.cross);
    if (this.tool !== "select") return this.set(this.cross, 0);
    const near = NEAR / this.detailView.scale;
    if (this.drag) return this.drop();
    if (this.hold(this.cross, near)) return this.say("Held: arrows move it, Enter drops it, Escape leaves it where it was.");
    this.chosen = this.closest(this.cross, near);
    this.say(this.chosen ? `${this.chosen.label.name}, ${inShort(this.chosen)}` : "Nothing is here.");
  }

  widen(by) {
    this.part("radius").value = this.radius + by;
    this.say(`Radius ${this.radius} pixels`);
  }
}
