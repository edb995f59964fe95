// @ts-check
/** The map beside the four fields of a box: what is chosen on it stands in them, and what is typed into them shows on it. */
import { inside } from "../page/elements.js";
import { BoxDrawing } from "./boxdrawing.js";
import { namesOf } from "./clusters.js";
import { isInside } from "./geobox.js";
import { SampleMap } from "./samplemap.js";

/** @param {HTMLElement} element holds the map and its buttons
 * @param {SamplePlace[]} places at least one
 * @param {Land} land
 * @param {import("./boxfield.js").BoxField} field */
export function openBoxMap(element, places, land, field) {
  inside(element, ".map-buttons").removeAttribute("hidden");
  const samples = new SampleMap(inside(element, ".map"), places, land);
  const button = (/** @type {string} */ name) => /** @type {HTMLButtonElement} */ (element.querySelector(`[data-map=${name}]`));
  const drawing = new BoxDrawing(
    samples,
    (box) => field.set(box),
    (isArmed) => button("draw").setAttribute("aria-pressed", String(isArmed)),
  );
  button("draw").addEventListener("click", () => drawing.arm(!drawing.isArmed));
  button("view").addEventListener("click", () => field.set(samples.view()));
  button("all").addEventListener("click", () => samples.showAll());
  button("clear").addEventListener("click", () => field.set(null));
  const show = () => {
    drawing.show(field.box);
    button("clear").disabled = !field.box;
    inside(element, "output").textContent = field.box ? inTheBox(field.box, places) : `${countOf(places.length)} on the map.`;
  };
  field.addEventListener("change", show);
  show();
}

/** @param {GeoBox} box
 * @param {SamplePlace[]} places */
function inTheBox(box, places) {
  const inside = places.filter(([, latitude, longitude]) => isInside(box, latitude, longitude));
  if (!inside.length) return `None of ${countOf(places.length)} lies in the box.`;
  return `${inside.length} of ${countOf(places.length)} in the box: ${namesOf(inside)}.`;
}

/** @param {number} samples */
function countOf(samples) {
  return `${samples} ${samples === 1 ? "sample" : "samples"}`;
}
