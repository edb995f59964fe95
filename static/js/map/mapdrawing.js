// @ts-check
/** The map of the samples as one drawing: what is in sight, as it looks on white paper. */
import { addLegend, inlinedCopy, svgElement } from "../plots/drawingfile.js";

/** @param {HTMLElement} map
 * @param {Element[]} legend
 * @returns {SVGSVGElement} complete in itself: no sheet, no link */
export function mapDrawing(map, legend) {
  const page = document.documentElement.style;
  const before = page.colorScheme;
  page.colorScheme = "light"; // colours are read before the page is painted again
  const { left, top, width, height } = map.getBoundingClientRect();
  const svg = /** @type {SVGSVGElement} */ (svgElement("svg", { viewBox: `0 0 ${width} ${height}` }));
  const inSight = svgElement("svg", { width, height }); // coasts go on beyond it
  inSight.append(svgElement("rect", { width, height, fill: getComputedStyle(map).backgroundColor }));
  for (const drawn of map.querySelectorAll(".leaflet-overlay-pane svg, svg.pie")) inSight.append(placed(drawn, left, top));
  for (const words of map.querySelectorAll(".degrees")) inSight.append(written(words, left, top));
  svg.append(inSight);
  addLegend(svg, legend.map(inlinedCopy));
  page.colorScheme = before;
  return svg;
}

/** @param {Element} drawn an SVG of the page
 * @param {number} left of the map
 * @param {number} top */
function placed(drawn, left, top) {
  const copy = inlinedCopy(drawn);
  const at = drawn.getBoundingClientRect();
  copy.removeAttribute("style");
  const box = { x: at.left - left, y: at.top - top, width: at.width, height: at.height };
  for (const [name, value] of Object.entries(box)) copy.setAttribute(name, String(value));
  return copy;
}

/** @param {Element} words
 * @param {number} left
 * @param {number} top */
function written(words, left, top) {
  const at = words.getBoundingClientRect();
  const looks = { "font-size": 11, "font-family": "sans-serif", fill: getComputedStyle(words).color };
  const text = svgElement("text", { x: at.left - left, y: at.bottom - top - 4, ...looks });
  text.textContent = words.textContent;
  return text;
}
