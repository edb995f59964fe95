/** The viewer of a scan: tiles by OpenSeadragon, what was found drawn over them, a list beside for keys and screen readers. */
import { addScript } from "../ondemand.js";
import { tones } from "../tones.js";
import { Marks } from "./marks.js";
import { DASHES, objectAt, rulerOf } from "./outlines.js";

const MOST_LISTED = 200;
const RULER = 160; // pixels at most
const STEP = 1.5; // nearer and farther
const OWN_KEYS = ["r", "R", "f", "w", "a", "s", "d", "W", "A", "S", "D"]; // of OpenSeadragon, which turn and flip it

class ScanViewer {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.width = Number(root.dataset.width);
    this.height = Number(root.dataset.height);
    this.um = Number(root.dataset.um) || null;
    this.taxa = JSON.parse(document.getElementById("scan-taxa").textContent);
    this.marks = new Marks(this.part("marks"), this.taxa);
    this.marks.ringed = JSON.parse(document.getElementById("scan-ringed").textContent);
    this.asked = 0;
    this.smallest = Object.assign(new Image(), { src: `${this.tileAddress(0, 0, 0)}&here=1` }); // tells the ground of contrast
    this.viewer = this.open();
    this.listen();
    this.showStates();
    this.showTone();
  }

  /** @returns {any} */
  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  tileAddress(level, column, row) {
    return this.root.dataset.tiles.replace("{level}", level).replace("{column}", column).replace("{row}", row);
  }

  open() {
    const { tileSize, lastLevel } = this.root.dataset;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return window.OpenSeadragon({
      id: "scan-picture",
      drawer: "canvas",
      showNavigationControl: false,
      showNavigator: this.root.clientWidth > 700,
      navigatorPosition: "TOP_RIGHT",
      animationTime: isStill ? 0 : 0.5,
      visibilityRatio: 0.5,
      maxZoomPixelRatio: 8,
      minZoomImageRatio: 0.8,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
      tileSources: {
        width: this.width,
        height: this.height,
        tileSize: Number(tileSize),
        tileOverlap: 0,
        minLevel: 0,
        maxLevel: Number(lastLevel),
        getTileUrl: (level, column, row) => this.tileAddress(level, column, row),
      },
    });
  }

  listen() {
    const { viewer } = this;
    viewer.addHandler("open", () => this.start());
    viewer.addHandler("update-viewport", () => this.draw());
    viewer.addHandler("resize", () => this.draw());
    viewer.addHandler("animation-finish", () => this.ask());
    viewer.addHandler("canvas-click", (event) => event.quick && this.choose(event.position));
    viewer.addHandler("canvas-key", (event) => this.pressed(event));
    this.root.addEventListener("click", (event) => this.act(/** @type {Element} */ (event.target).closest("[data-do]")));
    this.root.querySelector(".tones").addEventListener("input", () => this.tone());
    this.part("shown").addEventListener("change", () => this.draw());
    this.part("list").addEventListener("focusin", (event) => this.ringOf(event.target.closest("[data-id]")));
  }

  start() {
    const canvas = this.viewer.canvas;
    canvas.setAttribute("role", "application"); // takes keys of its own, and may have a name so
    canvas.setAttribute("aria-label", "The scan. Arrows move it, plus and minus zoom, Home shows all of it.");
    if (this.marks.ringed) this.goTo(this.marks.ringed.box, true);
    this.ask();
  }

  pressed(event) {
    const { key } = event.originalEvent;
    if (OWN_KEYS.includes(key)) event.preventDefaultAction = true;
    if (key === "Home") this.viewer.viewport.goHome();
  }

  act(button) {
    const { viewport } = this.viewer;
    const acts = {
      in: () => viewport.zoomBy(STEP),
      out: () => viewport.zoomBy(1 / STEP),
      home: () => viewport.goHome(),
      pixels: () => viewport.zoomTo(viewport.imageToViewportZoom(1)),
      plain: () => this.plainTone(),
    };
    acts[button?.dataset.do]?.();
    if (button && button.dataset.do !== "plain") viewport.applyConstraints();
  }

  /** @param {number[]} box
   * @param {boolean} isAtOnce */
  goTo([x, y, width, height], isAtOnce = false) {
    const margin = 2 * Math.max(width, height, 60);
    const { viewport } = this.viewer;
    viewport.fitBounds(viewport.imageToViewportRectangle(x - margin, y - margin, width + 2 * margin, height + 2 * margin), isAtOnce);
  }

  // --- what is seen ---------------------------------------------------------------------------------------------------

  draw() {
    const item = this.viewer.world.getItemAt(0);
    if (!item) return;
    const scale = item.viewportToImageZoom(this.viewer.viewport.getZoom(true));
    const origin = item.imageToViewerElementCoordinates(new window.OpenSeadragon.Point(0, 0));
    const place = (x, y) => ({ x: origin.x + x * scale, y: origin.y + y * scale });
    this.marks.draw(place, scale, this.part("shown").checked);
    this.drawScale(scale);
  }

  drawScale(scale) {
    const bar = this.part("scale");
    bar.hidden = !this.um;
    if (!this.um) return;
    const { pixels, words } = rulerOf(this.um / scale, RULER);
    bar.querySelector(".ruler").style.width = `${pixels}px`;
    if (bar.querySelector(".length").textContent !== words) bar.querySelector(".length").textContent = words;
  }

  async ask() {
    this.asked += 1;
    const turn = this.asked;
    const bounds = this.viewer.viewport.viewportToImageRectangle(this.viewer.viewport.getBounds());
    const left = Math.max(0, Math.floor(bounds.x));
    const top = Math.max(0, Math.floor(bounds.y));
    const right = Math.min(this.width, Math.ceil(bounds.x + bounds.width));
    const bottom = Math.min(this.height, Math.ceil(bounds.y + bounds.height));
    if (right <= left || bottom <= top) return;
    const response = await fetch(`${this.root.dataset.objects}?box=${[left, top, right - left, bottom - top].join(",")}`).catch(() => null);
    if (turn !== this.asked) return;
    if (!response?.ok) {
      this.part("count").textContent = "The objects could not be fetched. Move the scan to try again.";
      return;
    }
    this.marks.show(await response.json());
    this.list();
    this.draw();
  }

  list() {
    const { objects, cells } = this.marks.seen;
    const many = cells.reduce((sum, cell) => sum + cell.objects, 0);
    const words = many
      ? `${many.toLocaleString("en")} objects: come nearer to see each.`
      : `${objects.length.toLocaleString("en")} object${objects.length === 1 ? "" : "s"}.`;
    const cut = objects.length > MOST_LISTED ? ` The first ${MOST_LISTED} are listed.` : "";
    if (this.part("count").textContent !== words + cut) this.part("count").textContent = words + cut;
    const hadFocus = this.part("list").contains(document.activeElement);
    if (!hadFocus) this.part("list").replaceChildren(...objects.slice(0, MOST_LISTED).map((object) => this.line(object)));
  }

  /** @param {ScanObject} object */
  line(object) {
    const line = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: `${this.root.dataset.bench}?id=${object.id}` });
    link.dataset.id = String(object.id);
    link.classList.toggle("is-ringed", object.id === this.marks.ringed?.id);
    const name = Object.assign(document.createElement("span"), { textContent: object.taxon?.name ?? "unclassified" });
    const state = Object.assign(document.createElement("span"), { className: "hint", textContent: object.taxon ? object.state : object.original_id });
    link.append(swatch(this.marks.colourOf(object), DASHES[object.state] ?? []), name, state);
    link.title = `${object.original_id}: open it on the bench`;
    line.append(link);
    return line;
  }

  /** @param {HTMLElement | null} link */
  ringOf(link) {
    const object = this.marks.seen.objects.find(({ id }) => String(id) === link?.dataset.id);
    if (object) this.ring(object);
  }

  /** @param {ScanObject} object */
  ring(object) {
    this.marks.ringed = object;
    for (const link of this.part("list").querySelectorAll("[data-id]")) link.classList.toggle("is-ringed", link.dataset.id === String(object.id));
    this.draw();
  }

  /** What is clicked is ringed, and its line in the list, which leads to the bench, has the focus. */
  choose(position) {
    const { x, y } = this.viewer.viewport.viewerElementToImageCoordinates(position);
    const object = objectAt(this.marks.seen.objects, x, y);
    if (!object) return;
    this.ring(object);
    this.part("list").querySelector(`[data-id="${object.id}"]`)?.focus();
  }

  showStates() {
    const lines = Object.entries(DASHES).map(([state, dashes]) => {
      const line = document.createElement("li");
      line.append(swatch("currentColor", dashes), ` ${state}`);
      return line;
    });
    this.part("states").replaceChildren(...lines);
  }

  // --- contrast, gamma, inversion ---------------------------------------------------------------------------------------

  /** @returns {HTMLInputElement} */
  toneField(name) {
    return this.root.querySelector(`.tones [name="${name}"]`);
  }

  tone() {
    const changes = {
      contrast: Number(this.toneField("contrast").value),
      gamma: Number(this.toneField("gamma").value),
      inverted: this.toneField("inverted").checked,
    };
    this.changeTone(changes);
  }

  plainTone() {
    this.changeTone({ contrast: 1, gamma: 1, inverted: false });
  }

  /** @param {Partial<Tone>} changes */
  changeTone(changes) {
    tones.change(this.root.dataset.acquisition, changes, this.smallest.complete ? [this.smallest] : []);
    this.showTone();
  }

  showTone() {
    const tone = tones.of(this.root.dataset.acquisition);
    for (const name of ["contrast", "gamma"]) {
      this.toneField(name).value = tone[name];
      this.toneField(name).parentElement.querySelector("output").textContent = tone[name].toFixed(1);
    }
    this.toneField("inverted").checked = tone.inverted;
    /** @type {HTMLButtonElement} */ (this.root.querySelector('[data-do="plain"]')).disabled = tone.contrast === 1 && tone.gamma === 1 && !tone.inverted;
  }
}

/** A line as it is drawn on the scan. */
function swatch(colour, dashes) {
  const holder = document.createElement("span");
  holder.innerHTML = `<svg width="28" height="10" aria-hidden="true"><path d="M1 5h26" stroke="${colour}" stroke-width="3" stroke-dasharray="${dashes.join(" ")}"/></svg>`;
  return holder.firstElementChild;
}

const root = document.getElementById("scan-viewer");
if (root) {
  await addScript("vendor/openseadragon.min.js");
  new ScanViewer(root);
}
