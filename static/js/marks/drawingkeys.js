/** Drawing by key: the cross moves, Enter sets points where it stands; the tools have letters of their own (keys.js). */
import { toolOf } from "./keys.js";
import { soFar } from "./measuretext.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const FAR = 10; // pixels a step with Shift

export class DrawingKeys {
  /** @param {import("./marks.js").Marks} marks */
  constructor(marks) {
    this.marks = marks;
    marks.detailView.dialog.addEventListener("keydown", (event) => this.press(event), { capture: true });
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const act = this.actOf(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
    this.marks.render();
  }

  /** @returns {(() => void)|null} */
  actOf(event) {
    const { marks } = this;
    const isField = event.target.closest("select, textarea, input:not([type=checkbox], [type=range])");
    const isControl = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const tool = marks.part("tools").hidden ? undefined : toolOf(event);
    if (tool) return () => marks.take(tool);
    if (isControl && !isField && this.mayUndo(key, event.shiftKey)) return key === "z" && !event.shiftKey ? () => marks.undo() : () => marks.store.redo();
    if (marks.tool === "look" || isField) return null;
    if (event.key === "Escape") return () => marks.giveUp();
    if (event.target.closest("input, button, a, summary")) return null; // these have keys of their own
    if (event.key === "Enter" && isControl) return () => marks.done();
    if (STEPS[event.key]) return () => this.step(event);
    const acts = {
      Enter: () => this.enter(),
      Backspace: () => marks.pen.back(),
      Delete: () => marks.remove(),
      "[": () => this.widen(-1),
      "]": () => this.widen(1),
    };
    const isForBench = isControl || event.key.length > 1 || "+=0".includes(event.key);
    return acts[event.key] ?? (isForBench ? null : () => {}); // a letter would give a taxon
  }

  /** With a tool in hand, or where something was drawn on this object; else labels are undone, as on the page. */
  mayUndo(key, isShift) {
    const { store, tool } = this.marks;
    const stack = key === "y" || (key === "z" && isShift) ? store.undone : store.done;
    return (key === "z" || key === "y") && (tool !== "look" || stack.length > 0);
  }

  step(event) {
    const { marks } = this;
    const by = event.shiftKey ? FAR : 1;
    const { naturalWidth, naturalHeight } = marks.detailView.image;
    const [dx, dy] = STEPS[event.key];
    const [x, y] = marks.isByKey ? marks.cross : marks.cross.map(Math.round);
    marks.cross = [Math.min(Math.max(x + dx * by, 0), naturalWidth), Math.min(Math.max(y + dy * by, 0), naturalHeight)];
    marks.isByKey = true;
    marks.selecting.dragTo(marks.cross);
    const length = marks.pen.isDrawing ? `, ${soFar(marks.pen.length(marks.cross), marks.detailView.micrometres)}` : "";
    marks.say(`x ${marks.cross[0]}, y ${marks.cross[1]}${length}`);
  }

  /** Sets a point; dabs with the brush; takes hold of a vertex and drops it. */
  enter() {
    const { marks } = this;
    const { cross, selecting } = marks;
    marks.isByKey = true;
    if (marks.tool === "brush") return marks.painting.paint(cross, cross);
    if (marks.tool !== "select") return marks.set(cross, 0);
    if (selecting.drag) return selecting.drop();
    if (selecting.hold(cross)) return marks.say("Held: arrows move it, Enter drops it, Escape leaves it where it was.");
    selecting.choose(cross);
  }

  widen(by) {
    const { marks } = this;
    marks.part("radius").value = marks.radius + by;
    marks.say(`Radius ${marks.radius} pixels`);
  }
}
