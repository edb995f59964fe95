/** The points on the page: fetched, drawn, pointed at, selected. */
import { boundsOf, groupPalette, numberPalette, rgb, shadeOf } from "./colours.js";
import { Legend } from "./legend.js";
import { mostIn, Pictures } from "./pictures.js";
import { Pointing } from "./pointing.js";
import { Points, simplified } from "./points.js";
import { bothOf } from "./query.js";
import { Ramp } from "./ramp.js";
import { NoGraphics, Renderer, sizeOf } from "./renderer.js";
import { View } from "./view.js";
import { readPoints } from "./wire.js";

const WHOLE = 65_535; // of the server's places: the map's width
const NEAR = 12; // pixels from the pointer
const MOST_CORNERS = 120;
const RESTS = 180; // milliseconds after which a map that moved stands
const AWAY = "The points could not be fetched: the server cannot be reached. Load the page again in a moment.";
const NO_GRAPHICS = "This browser can't draw the map: it has no WebGL 2. The table beside it has the numbers.";

export class Scatter {
  /** @param {HTMLElement} root
   * @param {import("./selection.js").Selection} selection */
  constructor(root, selection) {
    this.root = root;
    this.selection = selection;
    this.frame = document.getElementById("map-frame");
    this.canvas = /** @type {HTMLCanvasElement} */ (document.getElementById("map-canvas"));
    this.status = document.getElementById("map-status");
    this.outline = this.frame.querySelector("polygon");
    this.points = new Points();
    this.view = new View();
    this.legend = new Legend(
      document.getElementById("map-legend"),
      () => this.recolour(),
      (group) => this.selectGroup(group),
    );
    this.pictures = new Pictures(document.getElementById("map-pictures"), root.dataset.pictures);
    this.actions = this.makeActions();
    this.pointing = new Pointing(this.frame, this.view, this.actions);
    this.isMoving = false;
    this.pending = 0;
    for (const button of document.querySelectorAll("[data-map]")) button.addEventListener("click", () => this.press(button));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
  }

  /** @returns {MapActions} */
  makeActions() {
    return {
      point: (at) => this.point(at),
      moved: () => this.moved(),
      drawing: (line) => this.drawLine(line),
      drawn: (line) => this.select(line),
      click: (at) => this.click(at),
      fit: () => {
        this.view.fit();
        this.moved();
      },
      selectInView: () => this.selectInView(),
      clear: () => this.clear(),
    };
  }

  press(button) {
    const name = button.dataset.map;
    if (name === "lasso") {
      this.pointing.isDrawing = !this.pointing.isDrawing;
      button.setAttribute("aria-pressed", String(this.pointing.isDrawing));
      this.frame.classList.toggle("drawing", this.pointing.isDrawing);
    } else if (name === "closer") this.pointing.zoom(1.6);
    else if (name === "farther") this.pointing.zoom(1 / 1.6);
    else if (name === "fit") this.actions.fit();
    else if (name === "in-view") this.selectInView();
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
    if (!response?.ok) return this.say(response ? await response.text() : AWAY);
    try {
      await readPoints(
        response.body,
        (header) => this.begin(header),
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

  /** @param {MapHeader} header */
  begin(header) {
    this.header = header;
    this.isGrouped = header.groups.length > 0;
    this.counts = new Uint32Array(header.groups.length);
    this.byKey = new Map(header.groups.map((group, i) => [group.key, i]));
    this.readColours();
  }

  readColours() {
    this.colours = this.header.groups.map(({ colour }) => rgb(colour));
    this.ink = rgb("--ink");
    this.renderer?.setPalette(this.isGrouped ? groupPalette(this.colours, this.legend.hidden) : numberPalette());
    if (this.renderer) this.renderer.ink = [...this.ink.map((part) => part / 255), 1];
  }

  /** @param {MapBlock} block */
  add(block) {
    const start = this.points.length;
    this.points.add(block);
    if (this.isGrouped) for (const value of block.values) this.counts[value] += 1;
    else this.bounds ??= boundsOf(block.values, block.values.length);
    const shades = Uint8Array.from(block.values, (_, i) => this.shade(start + i));
    this.renderer?.add(block.x, block.y, shades);
    this.say(`${this.points.length.toLocaleString("en")} points so far …`);
    this.root.dataset.first ??= String(Math.round(performance.now()));
    this.draw();
  }

  finish() {
    const { length } = this.points;
    this.say(this.renderer ? (length ? "" : "No object of this filter has a place on the map.") : NO_GRAPHICS);
    document.getElementById("map-count").textContent = `${length.toLocaleString("en")} object${length === 1 ? "" : "s"}`;
    if (!this.isGrouped) this.bounds = boundsOf(this.points.values, length);
    if (!this.isGrouped) this.renderer?.shadeAll((i) => this.shade(i));
    this.showLegend();
    this.points.index();
    this.moved();
    this.root.dataset.drawn = String(length);
    this.root.dataset.took = String(Math.round(performance.now()));
  }

  showLegend() {
    if (this.isGrouped)
      this.legend.show(
        this.header.groups,
        this.counts,
        this.colours.map(([r, g, b]) => `rgb(${r} ${g} ${b})`),
      );
    else new Ramp(document.getElementById("map-ramp")).show(this.header.title, this.bounds, this.points);
  }

  /** The place of a point's colour in the palette. */
  shade(i) {
    return this.isGrouped ? this.points.values[i] : shadeOf(this.points.values[i], this.bounds);
  }

  isVisible(i) {
    return !this.isGrouped || !this.legend.hidden.has(this.points.values[i]);
  }

  recolour() {
    this.readColours();
    if (this.isGrouped) this.showLegend();
    this.moved();
  }

  // --- Drawing -------------------------------------------------------------------------------------------------------

  resize() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    this.view.resize(width, height);
    const ratio = Math.min(devicePixelRatio || 1, 2);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.moved();
  }

  /** The map is on its way: a part of the points is enough until it stands. */
  moved() {
    this.isMoving = true;
    this.pictures.point(-1, { x: 0, y: 0 }, "");
    this.draw();
    clearTimeout(this.standing);
    this.standing = setTimeout(() => {
      this.isMoving = false;
      this.draw();
    }, RESTS);
  }

  draw() {
    if (this.pending) return;
    this.pending = requestAnimationFrame((now) => {
      this.pending = 0;
      if (this.isMoving && this.before) this.renderer?.learn(now - this.before);
      this.before = this.isMoving ? now : 0;
      this.renderer?.draw(this.view, this.isMoving);
      if (this.points.starts) this.placePictures();
    });
  }

  placePictures() {
    const most = mostIn(this.view);
    const indices = this.points.within(scaled(this.view.box), (i) => this.isVisible(i), most);
    const isClose = indices.length <= most && sizeOf(this.view, this.points.length) > 4;
    this.pictures.place(isClose ? indices.map((i) => this.placed(i)) : []);
  }

  placed(i) {
    const [px, py] = this.view.pixelOf(this.points.x[i] / WHOLE, this.points.y[i] / WHOLE);
    const [r, g, b] = this.isGrouped ? this.colours[this.points.values[i]] : [120, 130, 135];
    return { id: this.points.ids[i], px, py, colour: `rgb(${r} ${g} ${b})` };
  }

  drawLine(line) {
    this.outline.setAttribute("points", (line ?? []).map((corner) => corner.join(",")).join(" "));
  }

  // --- Pointing and selecting ----------------------------------------------------------------------------------------

  nearest({ x, y }) {
    if (!this.points.starts) return -1;
    const [atX, atY] = this.view.placeAt(x, y);
    return this.points.nearest(atX * WHOLE, atY * WHOLE, (NEAR / this.view.scale) * WHOLE, (i) => this.isVisible(i));
  }

  point(at) {
    const i = at ? this.nearest(at) : -1;
    this.pictures.point(i < 0 ? -1 : this.points.ids[i], at, i < 0 ? "" : this.valueInWords(i));
  }

  valueInWords(i) {
    const value = this.points.values[i];
    if (this.isGrouped) return this.header.title === "taxon" ? "" : `${this.header.title}: ${this.header.groups[value].name}`;
    return `${this.header.title}: ${Number.isFinite(value) ? Number(value.toPrecision(4)) : "none"}`;
  }

  click(at) {
    const i = this.nearest(at);
    if (i >= 0) this.choose([i], "");
    else this.clear();
  }

  /** @param {[x: number, y: number][]} line in pixels */
  select(line) {
    const corners = simplified(line, MOST_CORNERS).map(([px, py]) => this.view.placeAt(px, py).map((share) => Math.round(share * WHOLE)));
    this.chooseWithin(/** @type {[number, number][]} */ (corners.map((corner) => corner.map((share) => Math.min(WHOLE, Math.max(0, share))))));
  }

  selectInView() {
    const { left, right, bottom, top } = scaled(this.view.box);
    const [west, east, south, north] = [left, right, bottom, top].map((share) => Math.min(WHOLE, Math.max(0, Math.round(share))));
    const corners = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
    ];
    // with the border, as the server has it: what is far out lies on it
    const indices = this.points.within({ left: west, right: east, bottom: south, top: north }, (i) => this.isVisible(i));
    this.chooseWithin(corners, indices);
  }

  chooseWithin(corners, indices = this.points.inside(corners, (i) => this.isVisible(i))) {
    if (!this.header) return;
    const line = `${this.header.projection}:${corners.map((corner) => corner.join(",")).join("_")}`;
    this.choose(indices, this.legend.hidden.size ? "" : `on_map=${line}`);
  }

  /** @param {number} group */
  selectGroup(group) {
    const indices = [];
    for (let i = 0; i < this.points.length; i += 1) if (this.points.values[i] === group) indices.push(i);
    this.choose(indices, this.header.groups[group].query);
  }

  /** @param {number[]} places
   * @param {string} condition beside the page's filter, that finds exactly these; empty where none does */
  choose(places, condition) {
    const marks = new Uint8Array(this.points.length);
    for (const i of places) marks[i] = 1;
    this.renderer?.mark(marks);
    this.draw();
    this.selection.set(
      places.map((i) => this.points.ids[i]),
      bothOf(this.root.dataset.filter, condition),
    );
  }

  clear() {
    this.choose([], "");
  }

  /** An object has another label now.
   * @param {number} id
   * @param {number} taxon 0 for none
   * @param {string} state */
  changed(id, taxon, state) {
    const i = this.points.placeOf(id);
    const key = this.header?.title === "taxon" ? taxon : this.header?.title === "state" ? this.keyOfState(state) : null;
    this.pictures.forget(id);
    if (i < 0 || key === null) return;
    const now = this.byKey.get(key) ?? this.header.groups.length - 1;
    const before = this.points.values[i];
    if (now === before) return;
    this.points.values[i] = now;
    this.counts[before] -= 1;
    this.counts[now] += 1;
    this.changes ??= setTimeout(() => {
      this.changes = null;
      this.renderer?.shadeAll((place) => this.shade(place));
      this.recolour();
    }, 60);
  }

  keyOfState(state) {
    return this.header.groups.find(({ name }) => name === state)?.key ?? null;
  }
}

function scaled({ left, right, bottom, top }) {
  return { left: left * WHOLE, right: right * WHOLE, bottom: bottom * WHOLE, top: top * WHOLE };
}
