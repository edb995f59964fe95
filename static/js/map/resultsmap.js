// @ts-check
/** The map on a page of results: fetched with the page, for it is what the page is of. */
import { inside } from "../page/elements.js";
import { fileButtons } from "../plots/drawingfile.js";
import { mapDrawing } from "./mapdrawing.js";

const AWAY = "The map could not be fetched: the server cannot be reached. The table has every number.";

/** @param {HTMLElement} part */
async function open(part) {
  const [map, parts] = await Promise.all([import("./piemap.js"), import("./parts.js")]).catch(() => []);
  const land = await parts?.fetchMapParts().catch(() => null);
  const [places, names] = [...part.querySelectorAll("script")].map((script) => JSON.parse(script.textContent));
  if (!land) {
    inside(part, "[role=status]").textContent = AWAY;
    return;
  }
  /** @type {HTMLElement} */
  const element = inside(part, ".map");
  map.PieMap.open(element, places, land, { names, unit: part.dataset.unit ?? "" });
  part.append(fileButtons("Map of samples", () => mapDrawing(element, [...document.querySelectorAll(".map-legend .legend")])));
}

/** @type {HTMLElement|null} */
const part = document.querySelector("[data-results-map]");
if (part) open(part);
