// @ts-check
/** The filter by position: four numbers that people read and write, which travel as one, and a map that helps to find them. */
import { inside } from "../page/elements.js";
import { EDGES, parseBox, problemOf, writeBox } from "./geobox.js";

const AWAY = "The map could not be fetched: the server cannot be reached. The four numbers work without it; load the page again to have it.";

export class BoxField extends EventTarget {
  /** @param {HTMLElement} element */
  constructor(element) {
    super();
    this.input = /** @type {HTMLInputElement} */ (element.querySelector("input[type=hidden]"));
    this.fields = /** @type {Record<keyof GeoBox, HTMLInputElement>} */ (
      Object.fromEntries(EDGES.map((edge) => [edge, element.querySelector(`[data-edge=${edge}]`)]))
    );
    this.box = parseBox(this.input.value);
    const isTyped = EDGES.some((edge) => this.fields[edge].value); // before this came
    for (const edge of EDGES) this.fields[edge].removeAttribute("name"); // that it has without a script
    if (isTyped) this.join(this.box);
    else this.write(this.box);
    element.addEventListener("input", () => this.read());
    element.addEventListener("paste", (event) => this.paste(event));
    const part = /** @type {HTMLElement|null} */ (element.querySelector(".box-map"));
    if (part) whenSeen(part, () => this.openMap(part));
  }

  /** @param {GeoBox|null} box */
  set(box) {
    this.write(box);
    this.input.dispatchEvent(new Event("input", { bubbles: true })); // as if it were typed
  }

  /** @param {GeoBox|null} box */
  write(box) {
    for (const edge of EDGES) this.fields[edge].value = box ? String(box[edge]) : "";
  }

  /** What was typed stays, and the box has the other edges.
   * @param {GeoBox|null} box */
  join(box) {
    for (const edge of EDGES) if (box && !this.fields[edge].value) this.fields[edge].value = String(box[edge]);
    this.read();
  }

  read() {
    const texts = /** @type {Record<keyof GeoBox, string>} */ (Object.fromEntries(EDGES.map((edge) => [edge, this.fields[edge].value])));
    const problem = problemOf(texts);
    for (const edge of EDGES) this.fields[edge].setCustomValidity(problem?.edge === edge ? problem.words : "");
    this.box = problem ? null : parseBox(EDGES.map((edge) => texts[edge]).join(","));
    this.input.value = this.box ? writeBox(this.box) : "";
    this.dispatchEvent(new Event("change"));
  }

  /** All four at once, as the address has them.
   * @param {ClipboardEvent} event */
  paste(event) {
    const box = parseBox(event.clipboardData?.getData("text").trim() ?? "");
    if (!box) return;
    event.preventDefault();
    this.set(box);
  }

  /** @param {HTMLElement} part */
  async openMap(part) {
    const [map, parts] = await Promise.all([import("./boxmap.js"), import("./parts.js")]).catch(() => []);
    const land = await parts?.fetchMapParts().catch(() => null);
    if (land) map.openBoxMap(part, JSON.parse(inside(part, "script").textContent ?? ""), land, this);
    else inside(part, "output").textContent = AWAY;
  }
}

/** Calls back once, when the element comes into sight: a map is heavier than the page.
 * @param {Element} element
 * @param {() => void} callback */
function whenSeen(element, callback) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    observer.disconnect();
    callback();
  });
  observer.observe(element);
}
