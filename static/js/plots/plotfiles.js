// @ts-check
/** Below each plot two buttons: it as a file, SVG or PNG. */
import { inside } from "../page/elements.js";
import { addLegend, fileButtons, inline } from "./drawingfile.js";

const WIDTH = 600; // of a plot on a page, by which its words are as large as they should be

/** @param {HTMLElement} figure
 * @returns {SVGSVGElement} complete in itself: no sheet, no link */
function drawingOf(figure) {
  const copy = /** @type {HTMLElement} */ (figure.cloneNode(true));
  copy.style.cssText = `position: absolute; left: -9999px; width: ${WIDTH}px; color-scheme: light`;
  figure.after(copy);
  for (const element of copy.querySelectorAll("svg *")) inline(element);
  copy.remove();
  const svg = /** @type {SVGSVGElement} */ (copy.querySelector("svg"));
  for (const link of svg.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  addLegend(svg, [...copy.querySelectorAll("figcaption .legend")]);
  return svg;
}

/** @type {NodeListOf<HTMLElement>} */
const figures = document.querySelectorAll("figure.plot:has(> svg)");
for (const figure of figures) {
  const title = inside(figure, "svg", SVGElement).getAttribute("aria-label")?.split(". ")[0] ?? "";
  figure.append(fileButtons(title, () => drawingOf(figure)));
}
