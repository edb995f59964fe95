/** Colours of the points: of groups with their table, or of numbers with their ramp. Another colouring is fetched alone: where
 * points lie, what is in view and what is selected stays. */
import { whyNone } from "../page/answers.js";
import { boundsOf, groupPalette, numberPalette, rgb, shadeOf, visibleOn } from "./colours/colours.js";
import { Legend } from "./colours/legend.js";
import { Ramp } from "./colours/ramp.js";
import { addressWith, nameColour, savedState, saveState } from "./mapstate.js";
import { readPoints } from "./pointstream.js";

const AWAY = "The colours could not be fetched: the server cannot be reached. Choose them again in a moment.";
const OF_NUMBERS = [120, 130, 135]; // the frames of their vignettes

/** @typedef {Uint16Array|Float32Array} Values */

export class PointColours {
  /** @param {import("./scatter.js").Scatter} scatter */
  constructor(scatter) {
    this.scatter = scatter;
    this.legend = new Legend(
      document.getElementById("map-legend"),
      (hidden) => this.hide(hidden),
      (group) => scatter.picking.selectGroup(group),
    );
    this.ramp = new Ramp(document.getElementById("map-ramp"));
    /** @type {MapHeader|null} */
    this.header = null;
    this.turn = 0; // counts what was asked for
    /** @type {string|null} */
    this.requested = null; // what is asked for and not there yet
  }

  get points() {
    return this.scatter.points;
  }

  /** What the address says that points are coloured by. */
  get text() {
    return new URLSearchParams(location.search).get("colour") || "taxon";
  }

  get isGrouped() {
    return this.header.groups.length > 0;
  }

  /** @param {MapHeader} header */
  begin(header) {
    this.header = header;
    this.counts = new Uint32Array(header.groups.length);
    this.byKey = new Map(header.groups.map((group, i) => [group.key, i]));
    this.bounds = null;
    this.readPalette();
  }

  /** @param {Values} values of a block of points, or of all */
  count(values) {
    if (!this.isGrouped) this.bounds ??= boundsOf(values, values.length);
    else for (const value of values) this.counts[value] += 1;
  }

  /** All points are there. */
  finish() {
    this.legend.hideKeys(this.header.groups, savedState()?.hidden ?? []);
    if (!this.isGrouped) this.bounds = boundsOf(this.points.values, this.points.length);
    if (!this.isGrouped) this.scatter.renderer?.shadeAll((i) => this.shade(i));
    this.readAnew();
  }

  readPalette() {
    const { renderer } = this.scatter;
    const [ink, ground] = [rgb("--ink"), rgb("--card")];
    this.rgb = this.header.groups.map(({ colour }) => visibleOn(rgb(colour), ground, ink));
    renderer?.setPalette(this.isGrouped ? groupPalette(this.rgb, this.legend.hidden) : numberPalette());
    if (renderer) renderer.ink = [...ink.map((part) => part / 255), 1];
  }

  /** The colours of this page's light or dark ground, the table or the ramp beside them. */
  readAnew() {
    if (!this.header) return;
    this.readPalette();
    this.legend.element.hidden = !this.isGrouped;
    this.ramp.element.hidden = this.isGrouped;
    const { title, groups } = this.header;
    if (this.isGrouped) this.legend.show(title, groups, this.counts, this.rgb.map(inCss));
    else this.ramp.show(title, this.bounds, this.points);
    this.scatter.moved();
  }

  /** The place of a point's colour in the palette.
   * @param {number} i */
  shade(i) {
    return this.isGrouped ? this.points.values[i] : shadeOf(this.points.values[i], this.bounds);
  }

  shadeAnew() {
    this.scatter.renderer?.shadeAll((i) => this.shade(i));
    this.readAnew();
  }

  /** @param {number} i */
  ofPoint(i) {
    return inCss(this.isGrouped ? this.rgb[this.points.values[i]] : OF_NUMBERS);
  }

  /** @param {number} i */
  isVisible(i) {
    return !this.isGrouped || !this.legend.hidden.has(this.points.values[i]);
  }

  /** @param {Set<number>} hidden groups */
  hide(hidden) {
    saveState({ hidden: this.keysOf(hidden) });
    this.readAnew();
  }

  keysOf(groups) {
    return [...groups].map((group) => this.header.groups[group].key);
  }

  /** A point belongs to another group now; drawn by `shadeAnew`.
   * @param {number} i
   * @param {number} group */
  regroup(i, group) {
    this.counts[this.points.values[i]] -= 1;
    this.counts[group] += 1;
    this.points.values[i] = group;
  }

  /** Colours the points by something else, or anew by the same. Returns whether it could.
   * @param {string} text as the address has it
   * @returns {Promise<boolean>} */
  async use(text) {
    if (!this.scatter.root.dataset.drawn) return false;
    const turn = ++this.turn;
    this.requested = text;
    const fetched = await this.fetch(`${this.scatter.root.dataset.points}${addressWith(text).search}&only_colours=1`);
    if (turn !== this.turn) return true; // another one was chosen since
    this.requested = null;
    if (fetched) this.take(fetched, text === this.text);
    if (fetched) nameColour(text);
    return Boolean(fetched);
  }

  /** @param {string} url
   * @returns {Promise<{header: MapHeader, values: Values}|null>} null, and says why, where the server refuses */
  async fetch(url) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok && !response.redirected) return this.read(response.body);
    const isRefused = response && !response.ok && response.status < 500; // else it is a page, for who is signed out say
    this.scatter.say(isRefused ? await response.text() : whyNone(response, AWAY));
    return null;
  }

  /** @param {ReadableStream<Uint8Array>} stream */
  async read(stream) {
    const fetched = { header: null, values: null };
    try {
      await readPoints(
        stream,
        (header) => Object.assign(fetched, { header, values: this.points.emptyValues(header.groups.length) }),
        (block) => this.points.place(fetched.values, block),
      );
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.scatter.say(AWAY);
      return null;
    }
    return fetched;
  }

  /** @param {{header: MapHeader, values: Values}} fetched
   * @param {boolean} isSame whether what they mean is as before */
  take({ header, values }, isSame) {
    const hidden = isSame ? this.keysOf(this.legend.hidden) : [];
    const isOfGroup = savedState()?.selected?.group !== undefined;
    if (!isSame) saveState({ hidden, ...(isOfGroup && { selected: null }) });
    this.begin(header);
    this.points.values = values;
    this.count(values);
    this.legend.hideKeys(header.groups, hidden);
    this.scatter.say("");
    this.shadeAnew();
  }
}

/** @param {number[]} colour */
function inCss([r, g, b]) {
  return `rgb(${r} ${g} ${b})`;
}
