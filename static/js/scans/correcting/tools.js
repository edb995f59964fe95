// @ts-check
/** The tools that correct outlines: which is in hand, and what comes of a line that was drawn with it. */
import { Notice, Server } from "../../page/server.js";
import { Toasts } from "../../page/toast.js";
import { objectAcross } from "../stage/lines.js";
import { Corrections } from "./corrections.js";
import { Drawing } from "./drawing.js";
import { DrawnTaxon } from "./drawntaxon.js";
import { History } from "./history.js";
import { Toolbar } from "./toolbar.js";
import { HINTS, REFUSALS } from "./toolwords.js";

/** @type {Record<string, string>} */
const KEYS = { v: "move", c: "cut", m: "merge", d: "draw", e: "reshape", Delete: "delete" };
/** @type {Record<string, "polyline" | "polygon">} */
const KINDS = { cut: "polyline", draw: "polygon", reshape: "polygon" };

export class Tools {
  /** @param {import("../viewer.js").ScanViewer} viewer */
  constructor(viewer) {
    const { root } = viewer;
    this.viewer = viewer;
    this.root = root;
    this.tool = "move";
    this.toolbar = new Toolbar(viewer.part("tools"), (tool) => this.use(tool));
    const back = { last: null, element: viewer.part("tools").querySelector("button") }; // where the focus goes when a toast is closed
    this.toasts = new Toasts(/** @type {HTMLElement} */ (document.getElementById("toasts")), back);
    const server = new Server(root, new Notice(document.createElement("p")));
    const path = `scans/${root.dataset.scan}/corrections/`;
    this.corrections = new Corrections(server, path, {
      busy: (isBusy) => this.showBusy(isBusy),
      changed: (answer, kind) => this.changed(answer, kind),
      refused: (words, isConflict) => this.refused(words, isConflict),
    });
    this.history = new History(viewer.part("history"), server, path, (id) => this.corrections.undo(id));
    const say = (/** @type {string} */ words) => this.say(words);
    this.drawing = new Drawing(viewer.part("surface"), viewer.stage, { um: viewer.um, say, finish: (points) => this.finish(points) });
    this.taxon = new DrawnTaxon(viewer.part("drawn-taxon"), String(root.dataset.project), () => viewer.part("surface").focus({ preventScroll: true }));
    viewer.stage.viewer.addHandler("update-viewport", () => this.drawing.draw());
    document.addEventListener("keydown", (event) => this.press(event));
    this.showBusy(false);
  }

  get selection() {
    return this.viewer.selection;
  }

  /** @param {string} words */
  say(words) {
    this.viewer.part("tool-status").textContent = words;
  }

  // --- Which tool is in hand --------------------------------------------------------------------------------------------

  /** @param {string} tool */
  use(tool) {
    if (tool === "undo") this.undo();
    else if (tool === "redo") this.corrections.redo();
    else if (tool === "delete") this.delete();
    else if (tool === "merge" && (this.tool === "merge" || this.selection.size > 1)) this.merge();
    else if (tool === "reshape" && this.selection.size !== 1) this.say(REFUSALS.reshape);
    else this.take(tool);
  }

  /** @param {string} tool */
  take(tool) {
    const hadFocus = this.drawing.end();
    this.tool = tool;
    this.root.dataset.tool = tool;
    this.toolbar.show(tool);
    this.say(HINTS[tool]);
    if (KINDS[tool]) this.drawing.begin(KINDS[tool], this.beginning());
    else if (hadFocus) this.toolbar.buttons[0].focus({ preventScroll: true });
  }

  /** Where the crosshair begins: on the selected object, else in the middle of what is in view.
   * @returns {Point} */
  beginning() {
    const { stage } = this.viewer;
    const box = this.selection.objects[0]?.box ?? stage.box ?? [0, 0, stage.width, stage.height];
    return [box[0] + box[2] / 2, box[1] + box[3] / 2];
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.altKey || document.querySelector("dialog[open]") || target.closest("input, select, textarea, .toasts")) return;
    const act = event.ctrlKey || event.metaKey ? this.commandOf(event) : this.actOf(event, target);
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {KeyboardEvent} event */
  commandOf({ key, shiftKey }) {
    const letter = key.toLowerCase();
    if (letter === "y" || (letter === "z" && shiftKey)) return () => this.corrections.redo();
    return letter === "z" ? () => this.undo() : undefined;
  }

  /** @param {KeyboardEvent} event
   * @param {Element} target */
  actOf({ key, shiftKey }, target) {
    const tool = KEYS[key] ?? KEYS[key.toLowerCase()];
    if (tool && !shiftKey) return () => this.use(tool);
    if (key === "Escape") return () => this.leave();
    if (key === "t" && this.tool === "draw") return () => this.taxon.focus();
    return key === "Enter" && this.tool === "merge" && !target.closest("button, summary") ? () => this.merge() : undefined;
  }

  /** A line under way first, then the tool, then what is selected. */
  leave() {
    if (this.drawing.isDrawing) this.drawing.giveUp();
    else if (this.tool !== "move") this.take("move");
    else this.selection.clear();
  }

  // --- What is corrected ------------------------------------------------------------------------------------------------

  /** Cut and Draw stay in hand: where one was to be done there are more. False where the same line may be sent again.
   * @param {Point[]} line */
  async finish(line) {
    const { tool } = this;
    const objects = tool === "draw" ? [] : tool === "reshape" ? this.selection.objects : this.crossed(line);
    if (tool !== "draw" && !objects.length) {
      this.toasts.error(REFUSALS[tool]);
      return true;
    }
    const taxon = tool === "draw" ? this.taxon.id : null;
    if (taxon === undefined) {
      this.toasts.error(REFUSALS.draw);
      return false;
    }
    const answer = await this.corrections.make({ kind: tool, objects: revisionsOf(objects), line, taxon });
    if (answer && tool === "reshape") this.take("move");
    return answer !== null || !this.corrections.mayRetry;
  }

  /** @param {Point[]} line */
  crossed(line) {
    const object = objectAcross(this.viewer.marks.visible.objects, this.selection.objects, line);
    return object ? [object] : [];
  }

  async merge() {
    const { objects } = this.selection;
    if (objects.length < 2) return void this.say(REFUSALS.merge);
    const answer = await this.corrections.make({ kind: "merge", objects: revisionsOf(objects) });
    if (answer) this.take("move");
  }

  delete() {
    const { objects } = this.selection;
    if (!objects.length) return void this.say(REFUSALS.delete);
    this.corrections.make({ kind: "delete", objects: revisionsOf(objects) });
  }

  /** The last point of a line under way, else the last correction. */
  undo() {
    if (this.drawing.pen.isDrawing) this.drawing.back();
    else this.corrections.undo();
  }

  // --- What came of it --------------------------------------------------------------------------------------------------

  allow() {
    const { corrections } = this;
    this.toolbar.allow((tool) => !corrections.isBusy && (tool === "undo" ? corrections.made.length > 0 : tool !== "redo" || corrections.undone.length > 0));
  }

  /** @param {boolean} isBusy */
  showBusy(isBusy) {
    this.viewer.part("stage").ariaBusy = String(isBusy);
    this.say(isBusy ? "On its way …" : HINTS[this.tool]);
    this.allow();
  }

  /** @param {import("./corrections.js").Correction} answer
   * @param {string} kind */
  changed({ id, words, objects, removed }, kind) {
    const isUndone = kind === "undone";
    const offer = isUndone ? {} : { act: "Undo", onAct: () => this.corrections.undo(id), hint: "Ctrl+Z" };
    this.toasts.done(isUndone ? `Undone: ${words}` : words, offer);
    this.viewer.replace(objects, removed);
    this.selection.only(objects.slice(0, 1));
    this.history.refresh();
    this.allow();
  }

  /** @param {string} words
   * @param {boolean} isConflict */
  refused(words, isConflict) {
    this.toasts.error(words);
    if (isConflict) this.viewer.load();
  }
}

/** @param {ScanObject[]} objects */
function revisionsOf(objects) {
  return objects.map(({ id, revision }) => ({ id, revision }));
}
