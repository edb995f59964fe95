/** The legend of numbers: a bar from the least to the most, with a histogram over it. */
import { inside } from "../../page/elements.js";
import { colourAt } from "./colours.js";

const BARS = 40;

export class Ramp {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
  }

  /** @param {string} title
   * @param {[number, number]} bounds
   * @param {import("../points.js").Points} points */
  show(title, [least, most], points) {
    const counts = new Uint32Array(BARS);
    let bare = 0;
    for (let i = 0; i < points.length; i += 1) {
      const value = points.values[i];
      if (!Number.isFinite(value)) bare += 1;
      else counts[Math.min(BARS - 1, Math.max(0, Math.floor((BARS * (value - least)) / (most - least || 1))))] += 1;
    }
    const largest = Math.max(1, ...counts);
    const bars = Array.from(counts, (count, i) => {
      const bar = document.createElement("span");
      bar.style.height = `${(100 * count) / largest}%`;
      bar.style.background = `rgb(${colourAt((i + 0.5) / BARS).join(" ")})`;
      return bar;
    });
    this.part("bars").replaceChildren(...bars);
    this.part("title").textContent = title;
    this.part("least").textContent = short(least);
    this.part("most").textContent = short(most);
    this.part("bare").textContent = bare ? `${bare.toLocaleString("en")} without a value are grey.` : "";
  }

  /** @param {string} name */
  part(name) {
    return inside(this.element, `[data-part=${name}]`);
  }
}

/** @param {number} number */
function short(number) {
  return Number(number.toPrecision(3)).toLocaleString("en", { maximumSignificantDigits: 3 });
}
