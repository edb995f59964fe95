/** Shows how labels look: a line of their colour and dash between two of their points. */
import { DASHES, element, SHAPES } from "./layer.js";

for (const place of document.querySelectorAll("[data-dash]")) {
  const { dash, shape, colour } = place.dataset;
  const point = (x) => element("path", { class: "vertex", d: SHAPES[shape], transform: `translate(${x} 9)` });
  const line = element("path", { class: "line", d: "M9 9H71", "stroke-dasharray": DASHES[dash] });
  place.replaceChildren(element("svg", { width: 80, height: 18, "aria-hidden": "true", style: `--colour: ${colour}` }, line, point(9), point(71)));
}
