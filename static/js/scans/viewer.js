// @ts-check
/** The viewer of a scan: its tiles, the objects drawn over them, a list beside for keys and screen readers. */
import { addScript, OnDemand } from "../page/ondemand.js";
import { Card } from "./card.js";
import { countInWords } from "./countwords.js";
import { LiveChanges } from "./livechanges.js";
import { ObjectList } from "./objectlist.js";
import { Selection } from "./selection.js";
import { Band } from "./selectionbox.js";
import { Marks } from "./stage/marks.js";
import { DASHES } from "./stage/outlines.js";
import { objectAt, rulerOf, toScan, toScreen } from "./stage/places.js";
import { Stage } from "./stage/stage.js";
import { swatch } from "./swatch.js";
import { ToneFields } from "./tonefields.js";

const RULER = 160; // pixels at most
const CLOSER = 2; // by a double click where no object lies

export class ScanViewer {
  /** @param {HTMLElement} root */
  constructor(root) {
    const { bench = "", api = "" } = root.dataset;
    this.root = root;
    this.um = Number(root.dataset.um) || null;
    this.requests = 0; // of what is in view; only the answer to the latest counts
    this.stage = new Stage(root);
    this.marks = new Marks(this.part("marks"), written("scan-taxa"));
    this.selection = new Selection(() => this.showSelection());
    const colourOf = (/** @type {ScanObject} */ object) => this.marks.colourOf(object);
    this.list = new ObjectList(this.part("list"), this.selection, { bench, colourOf, open: (object) => this.open(object) });
    const details = this.details();
    this.card = new Card(this.part("card"), { api, bench, um: this.um, about: ({ id }) => details.use((part) => part.open(id)) });
    new ToneFields(root, `${this.stage.tileAddress(0, 0, 0)}&here=1`);
    new Band(this.part("stage"), this);
    new LiveChanges(String(root.dataset.project), () => this.load());
    this.listen();
    this.showStates();
  }

  /** @param {string} name
   * @returns {any} */
  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  /** All about an object, fetched when somebody first asks for it. */
  details() {
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("object-details"));
    const say = (/** @type {string} */ words) => {
      this.part("count").textContent = words;
    };
    const make = (/** @type {typeof import("./details.js")} */ { Details }) => new Details(dialog, String(dialog.dataset.url), say);
    return new OnDemand(() => import("./details.js"), make, { sheets: ["page/dialogs", "object/panel", "discussions/discussions"], say });
  }

  listen() {
    const { viewer } = this.stage;
    viewer.addHandler("open", () => this.start());
    viewer.addHandler("update-viewport", () => this.draw());
    viewer.addHandler("resize", () => this.draw());
    viewer.addHandler("animation-finish", () => this.load());
    viewer.addHandler("canvas-click", (event) => event.quick && this.choose(event));
    viewer.addHandler("canvas-double-click", (event) => this.goInto(event.position));
    this.root.addEventListener("click", (event) => this.stage.zoom(/** @type {Element} */ (event.target).closest("[data-do]")?.dataset.do ?? ""));
    this.part("marked").addEventListener("change", () => this.draw());
    this.part("list").addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => event.key === "Escape" && this.selection.clear());
  }

  start() {
    const object = written("scan-ringed");
    if (object) {
      this.selection.only([object]);
      this.stage.goTo(object.box, true);
    }
    this.load();
  }

  // --- What is in view ------------------------------------------------------------------------------------------------

  draw() {
    const { projection } = this.stage;
    if (!projection) return;
    const place = (/** @type {number} */ x, /** @type {number} */ y) => {
      const [left, top] = toScreen(projection, [x, y]);
      return { x: left, y: top };
    };
    this.marks.draw(place, projection.scale, this.part("marked").checked, this.selection.objects);
    this.drawScale(projection.scale);
  }

  /** @param {number} scale pixels of the screen that a pixel of the scan is */
  drawScale(scale) {
    const bar = this.part("scale");
    bar.hidden = !this.um;
    if (!this.um) return;
    const { pixels, words } = rulerOf(this.um / scale, RULER);
    bar.querySelector(".ruler").style.width = `${pixels}px`;
    if (bar.querySelector(".length").textContent !== words) bar.querySelector(".length").textContent = words;
  }

  /** The objects in view, as the server has them now. */
  async load() {
    this.requests += 1;
    const turn = this.requests;
    const { box } = this.stage;
    if (!box) return;
    const response = await fetch(`${this.root.dataset.objects}?box=${box.join(",")}`).catch(() => null);
    if (turn !== this.requests) return;
    if (response?.ok) this.show(await response.json());
    else this.part("count").textContent = "The objects could not be fetched. Move the scan to try again.";
  }

  /** @param {ScanObjects} visible */
  show(visible) {
    const isNew = JSON.stringify(visible) !== JSON.stringify(this.marks.visible);
    if (isNew) this.marks.show(visible);
    if (isNew) this.list.show(visible.objects); // else screen readers would read it again
    const words = countInWords(visible, this.list.objects.length);
    if (this.part("count").textContent !== words) this.part("count").textContent = words;
    this.selection.refresh(visible.objects);
  }

  /** What a correction left, at once; then all in view, as the server has it.
   * @param {ScanObject[]} objects
   * @param {number[]} removed */
  replace(objects, removed) {
    const { visible } = this.marks;
    const changed = new Set([...removed, ...objects.map(({ id }) => id)]);
    const all = [...visible.objects.filter(({ id }) => !changed.has(id)), ...objects].sort((one, other) => one.id - other.id);
    this.selection.remove(removed);
    this.show({ ...visible, objects: visible.cells.length ? [] : all });
    return this.load();
  }

  showStates() {
    const lines = Object.entries(DASHES).map(([state, dashes]) => {
      const line = document.createElement("li");
      line.append(swatch("currentColor", dashes), ` ${state}`);
      return line;
    });
    this.part("states").replaceChildren(...lines);
  }

  // --- What is selected -----------------------------------------------------------------------------------------------

  showSelection() {
    this.list.mark();
    this.card.show(this.selection.objects);
    this.draw();
  }

  /** @param {ScanPoint} position on the stage
   * @returns {ScanObject | undefined} */
  objectAt({ x, y }) {
    return objectAt(this.marks.visible.objects, toScan(this.stage.opened, [x, y]));
  }

  /** What is clicked is selected, and its line in the list, which leads to the bench, has the focus.
   * @param {{position?: ScanPoint, originalEvent?: {shiftKey: boolean}}} event */
  choose({ position, originalEvent }) {
    const object = position && this.objectAt(position);
    const isMore = originalEvent?.shiftKey || this.root.dataset.tool === "merge";
    if (!object) return isMore ? undefined : this.selection.clear();
    if (isMore) this.selection.toggle(object);
    else this.selection.only([object]);
    this.list.focus(object.id);
  }

  /** By a double click.
   * @param {ScanPoint | undefined} position */
  goInto(position) {
    if (!position) return;
    const object = this.objectAt(position);
    if (object) this.open(object);
    else this.stage.zoomAt(CLOSER, position);
  }

  /** @param {ScanObject} object */
  open({ id }) {
    location.assign(`${this.root.dataset.bench}?id=${id}`);
  }
}

/** What the page says of the scan, as JSON.
 * @param {string} id
 * @returns {any} */
function written(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null");
}

const root = document.getElementById("scan-viewer");
if (root) {
  // the tools hear keys before the objects are in sight: who sees them presses one at once
  const tools = root.dataset.mayLabel ? import("./correcting/tools.js") : null;
  const [module] = await Promise.all([tools, addScript("vendor/openseadragon.min.js")]);
  const viewer = new ScanViewer(root);
  if (module) new module.Tools(viewer);
}
