/** Pointing at points and selecting them: one, those within a line, those in view, a group of the table. */

import { simplified } from "./lines.js";
import { saveState } from "./mapstate.js";
import { bothOf } from "./query.js";

/** @typedef {import("./mapstate.js").SelectedBy} SelectedBy */

export const WHOLE = 65_535; // of the server's places: the map's width
const NEAR = 12; // pixels from the pointer
const MOST_CORNERS = 120;

export class Picking {
  /** @param {import("./scatter.js").Scatter} scatter
   * @param {import("./selection.js").Selection} selection */
  constructor(scatter, selection) {
    this.scatter = scatter;
    this.selection = selection;
    this.isVisible = (/** @type {number} */ i) => scatter.colours.isVisible(i);
  }

  get points() {
    return this.scatter.points;
  }

  nearest({ x, y }) {
    const { view } = this.scatter;
    if (!this.points.starts) return -1;
    const [atX, atY] = view.placeAt(x, y);
    return this.points.nearest(atX * WHOLE, atY * WHOLE, (NEAR / view.scale) * WHOLE, this.isVisible);
  }

  point(at) {
    const i = at ? this.nearest(at) : -1;
    this.scatter.pictures.point(i < 0 ? -1 : this.points.ids[i], at, i < 0 ? "" : this.valueInWords(i));
  }

  valueInWords(i) {
    const { header, isGrouped } = this.scatter.colours;
    const value = this.points.values[i];
    if (isGrouped) return header.title === "taxon" ? "" : `${header.title}: ${header.groups[value].name}`;
    return `${header.title}: ${Number.isFinite(value) ? Number(value.toPrecision(4)) : "none"}`;
  }

  click(at) {
    const i = this.nearest(at);
    if (i >= 0) this.choose([i], { ids: [this.points.ids[i]] });
    else this.clear();
  }

  /** @param {[x: number, y: number][]} line in pixels
   * @returns {[x: number, y: number][]} in the server's places */
  onMap(line) {
    const inRange = (/** @type {number} */ share) => Math.min(WHOLE, Math.max(0, Math.round(share * WHOLE)));
    return simplified(line, MOST_CORNERS).map(([px, py]) => /** @type {[number, number]} */ (this.scatter.view.placeAt(px, py).map(inRange)));
  }

  /** @param {[x: number, y: number][]} line in pixels */
  countWithin(line) {
    let count = 0;
    this.points.eachInside(this.onMap(line), this.isVisible, () => (count += 1));
    return count;
  }

  /** @param {[x: number, y: number][]} line in pixels */
  select(line) {
    this.selectBy({ line: this.onMap(line) });
  }

  selectInView() {
    const { left, right, bottom, top } = this.scatter.view.box;
    const [west, east, south, north] = [left, right, bottom, top].map((share) => Math.min(WHOLE, Math.max(0, Math.round(share * WHOLE))));
    this.selectBy({ box: { left: west, right: east, bottom: south, top: north } });
  }

  /** @param {number} group its place in the table */
  selectGroup(group) {
    this.selectBy({ group: this.scatter.colours.header.groups[group].key });
  }

  /** What was selected on this layout before; a line on another one encloses others. A line or a box stands for all in it:
   * groups that were hidden after it was drawn are selected, too.
   * @param {SelectedBy|null|undefined} by */
  restore(by) {
    if (by && by.projection === this.scatter.colours.header.projection) this.selectBy(by, () => true);
  }

  /** @param {Omit<SelectedBy, "projection">} by
   * @param {(i: number) => boolean} isAmong of points */
  selectBy(by, isAmong = this.isVisible) {
    if (!this.scatter.colours.header) return;
    if (by.line) this.chooseWithin(this.points.inside(by.line, isAmong), by, by.line, isAmong);
    // with the border, as the server has it: what is far out lies on it
    else if (by.box) this.chooseWithin(this.points.within(by.box, isAmong), by, cornersOf(by.box), isAmong);
    else if (by.group !== undefined) this.chooseGroup(by);
    else if (by.ids)
      this.choose(
        by.ids.map((id) => this.points.placeOf(id)).filter((i) => i >= 0),
        by,
      );
  }

  /** While groups are hidden no line says which objects these are, neither to the server nor when the page comes back.
   * @param {number[]} indices of points
   * @param {Omit<SelectedBy, "projection">} by
   * @param {[x: number, y: number][]} corners
   * @param {(i: number) => boolean} isAmong */
  chooseWithin(indices, by, corners, isAmong) {
    const isAll = isAmong !== this.isVisible || !this.scatter.colours.legend.hidden.size;
    if (isAll) this.choose(indices, by, this.condition(corners));
    else this.choose(indices, { ids: indices.map((i) => this.points.ids[i]) });
  }

  chooseGroup(by) {
    const group = this.scatter.colours.byKey.get(by.group);
    if (group === undefined) return;
    const indices = [];
    for (let i = 0; i < this.points.length; i += 1) if (this.points.values[i] === group) indices.push(i);
    this.choose(indices, by, this.scatter.colours.header.groups[group].query);
  }

  /** @param {[x: number, y: number][]} corners
   * @returns {string} of the filter */
  condition(corners) {
    return `on_map=${this.scatter.colours.header.projection}:${corners.map((corner) => corner.join(",")).join("_")}`;
  }

  /** @param {number[]} indices of points
   * @param {Omit<SelectedBy, "projection">|null} by
   * @param {string} condition beside the page's filter, that finds exactly these; empty where none does */
  choose(indices, by, condition = "") {
    const { scatter } = this;
    const marks = new Uint8Array(this.points.length);
    for (const i of indices) marks[i] = 1;
    scatter.renderer?.mark(marks);
    scatter.drawAnew();
    saveState({ selected: by && { ...by, projection: scatter.colours.header.projection } });
    this.selection.set(
      indices.map((i) => this.points.ids[i]),
      bothOf(scatter.root.dataset.filter, condition),
    );
  }

  clear() {
    if (this.scatter.colours.header) this.choose([], null);
  }
}

/** @param {MapBox} box
 * @returns {[x: number, y: number][]} */
function cornersOf({ left, right, bottom, top }) {
  return [
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
  ];
}
