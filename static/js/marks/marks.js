/** Drawing on the image that is looked at closely: joins hand and keys, the pen, the brush, the layer, the list and the store. */
import { equipFields } from "../fields/fields.js";
import { Notice, Server } from "../page/server.js";
import { DrawingKeys } from "./drawingkeys.js";
import { Hand } from "./hand.js";
import { showKeys } from "./keys.js";
import { Layer } from "./layer.js";
import { List, personOf } from "./list.js";
import { inShort, soFar } from "./measuretext.js";
import { Painting } from "./painting.js";
import { Pen } from "./pen.js";
import { Selecting } from "./selecting.js";
import { Store } from "./store.js";

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
      (mark) => mark === this.selecting.drag?.mark || mark === this.painting.mark,
    );
    this.layer = new Layer(detailView);
    this.painting = new Painting(this);
    this.selecting = new Selecting(this);
    this.pen = new Pen((kind, geometry) => this.store.make({ image: this.rank, label: this.label, kind, geometry }));
    this.list = new List(this.part("marks"), { choose: (mark) => this.choose(mark), remove: (mark) => this.remove(mark), onHidden: () => this.render() });
    this.tool = "look";
    this.labels = [];
    this.chosen = null;
    this.cross = null;
    this.isByKey = false;
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
    this.part("done").disabled = !this.pen.isDrawing && !this.painting.isPainting;
    const drawn = this.pen.isDrawing && this.cross && { ...this.pen.preview(this.cross), label: this.label };
    const words = drawn ? `${soFar(this.pen.length(this.cross), this.detailView.micrometres)}` : "";
    this.layer.show({
      marks: visible.filter((mark) => mark.id !== this.chosen?.id || !this.painting.isPainting),
      chosen: visible.find((mark) => this.chosen && mark.id === this.chosen.id),
      drawn,
      cross: this.tool === "look" ? null : this.cross,
      lines: this.isByKey,
      words,
    });
  }

  /** With the label as the project has it now, and the figure as it is being dragged. */
  styled(mark) {
    const { drag } = this.selecting;
    const geometry = drag?.mark === mark ? drag.geometry : mark.geometry;
    return { ...mark, geometry, label: { ...this.styles.get(mark.label.id), ...mark.label } };
  }

  say(words) {
    this.part("marks-status").textContent = words;
  }

  /** Says what others did, unless somebody is about to draw and reads how long it is. */
  announceOthers(fresh, gone) {
    if (this.pen.isDrawing || this.selecting.drag || this.painting.isPainting) return;
    const [first] = fresh;
    const more = fresh.length > 1 ? ` and ${fresh.length - 1} more` : "";
    if (first) this.say(`${first.author?.name ?? "Somebody"}: ${first.label.name}, ${inShort(first)}${more}`);
    else if (gone) this.say(gone > 1 ? `${gone} marks were taken away.` : "A mark was taken away.");
  }

  // --- Tools ---------------------------------------------------------------------------------------------------------

  take(tool) {
    if (tool !== "look" && !this.store.object) return; // it is not known yet what is on the stage
    this.painting.finish();
    this.tool = tool;
    this.pen.take(tool);
    this.selecting.drag = null;
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
    if (this.tool !== "look" || this.painting.isPainting) this.take("look");
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
    if (this.painting.isPainting) this.painting.finish();
    else if (!this.pen.finish()) this.say(TOO_FEW);
    this.render();
  }

  undo() {
    if (this.painting.isPainting) return void (this.painting.takeBack() || this.giveUp());
    if (this.pen.isDrawing) this.pen.back();
    else this.store.undo();
    this.render();
  }

  giveUp() {
    if (this.selecting.drag) this.selecting.drag = null;
    else if (this.pen.isDrawing) this.pen.giveUp();
    else if (this.painting.isPainting) this.painting.giveUp();
    else this.take("look");
    this.store.letGo();
    this.render();
  }

  // --- Listening ----------------------------------------------------------------------------------------------------

  listen() {
    const { dialog } = this.detailView;
    document.addEventListener("marks", ({ detail }) => dialog.open && this.store.hear(detail, (fresh, gone) => this.announceOthers(fresh, gone)));
    dialog.addEventListener("picture", () => this.showPicture());
    dialog.addEventListener("place", () => {
      this.layer.place();
      this.painting.place();
    });
    dialog.addEventListener("close", () => this.putDown());
    const isDrawing = () => this.pen.isDrawing || this.painting.isPainting;
    window.addEventListener("beforeunload", (event) => isDrawing() && event.preventDefault()); // it is in this page only
    new DrawingKeys(this);
    dialog.addEventListener("click", (event) => this.click(event.target.closest("button")));
    new Hand(this);
    showKeys(dialog.querySelectorAll("button[data-tool]"));
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

  /** The cross stands where the hand is. */
  pointAt(point) {
    this.isByKey = false;
    this.cross = point;
  }

  set(point, near) {
    if (!this.pen.set(point, near)) this.say(TOO_FEW);
  }
}
