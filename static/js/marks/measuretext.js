/** What a mark measures, in words: pixels, and micrometres where the size of a pixel is known. */

/** @param {number} value */
const number = (value, digits = 1) => value.toLocaleString("en", { maximumFractionDigits: digits });

/** @param {number} px
 * @param {number|null} um
 * @param {string} unit behind px and µm */
function both(px, um, unit) {
  return `${number(px)} px${unit}${um === null ? "" : ` · ${number(um, um < 100 ? 1 : 0)} µm${unit}`}`;
}

/** Beside a mark: its length, or its area.
 * @param {Pick<Mark, "measures">} mark */
export function inShort({ measures: m }) {
  if (!m) return "…";
  if (m.length_px !== null && m.area_px === null) return both(m.length_px, m.length_um, "");
  if (m.area_px !== null) return both(m.area_px, m.area_um2, "²");
  return m.count > 1 ? `${m.count} points` : "";
}

/** In the list: all of it, each measure in words.
 * @param {Pick<Mark, "measures">} mark */
export function inFull(mark) {
  const m = mark.measures;
  if (!m) return ["being saved"];
  return [
    m.length_px !== null && `length ${both(m.length_px, m.length_um, "")}`,
    m.perimeter_px !== null && `perimeter ${both(m.perimeter_px, m.perimeter_um, "")}`,
    m.area_px !== null && `area ${both(m.area_px, m.area_um2, "²")}`,
    m.esd_px !== null && `ESD ${both(m.esd_px, m.esd_um, "")}`,
    m.angle_deg !== null && `angle ${number(m.angle_deg)}°`,
    m.length_px === null && m.area_px === null && `count ${m.count}`,
  ].filter((text) => typeof text === "string");
}

/** While a line is drawn.
 * @param {number} px
 * @param {number|null|undefined} micrometres of a pixel, where that is known */
export function soFar(px, micrometres) {
  return both(px, micrometres ? px * micrometres : null, "");
}
