/** Contrast, gamma and inversion of pictures, an acquisition each. They are shown by filters, wherever a picture lies in an
 * element that names its acquisition: on the bench, in the panel, in the detail view. Kept in the browser and not with the
 * person's preferences: how dark a picture looks depends on the screen, and the page needs none of it before it is shown. */
import { groundOf } from "../gallery/border.js";

/** @type {Tone} */
const PLAIN = { contrast: 1, gamma: 1, inverted: false };
export const STRENGTHS = /** @type {const} */ (["contrast", "gamma"]);
const MOST = 200; // acquisitions that are kept, the latest
const SVG = "http://www.w3.org/2000/svg";

class Tones {
  /** @param {string} person */
  constructor(person) {
    this.key = `seston.tones.${person}`;
    this.filters = document.createElementNS(SVG, "svg");
    this.filters.setAttribute("width", "0");
    this.filters.setAttribute("height", "0");
    this.filters.setAttribute("aria-hidden", "true");
    this.filters.style.position = "absolute";
    this.sheet = document.body.appendChild(document.createElement("style"));
    document.body.append(this.filters);
    window.addEventListener("storage", ({ key }) => key === this.key && this.show());
    this.show();
  }

  /** @returns {Record<string, Tone>} by acquisition */
  get stored() {
    return JSON.parse(localStorage.getItem(this.key) ?? "{}");
  }

  /** @param {string} acquisition */
  of(acquisition) {
    return { ...PLAIN, ...this.stored[acquisition] };
  }

  /** @param {string} acquisition
   * @param {Partial<Tone>} changes
   * @param {HTMLImageElement[]} images of it: what differs from their ground is what contrast spreads */
  change(acquisition, changes, images) {
    const { [acquisition]: before, ...others } = this.stored;
    const tone = { ...PLAIN, ...before, ...changes };
    tone.ground ??= groundOf(images) ?? 0.5;
    const isPlain = STRENGTHS.every((name) => tone[name] === PLAIN[name]) && tone.inverted === PLAIN.inverted;
    const latest = Object.entries(others).slice(1 - MOST);
    const tones = Object.fromEntries(isPlain ? latest : [...latest, [acquisition, tone]]);
    localStorage.setItem(this.key, JSON.stringify(tones));
    this.show();
  }

  show() {
    const tones = Object.entries(this.stored);
    this.filters.innerHTML = tones.map(asFilter).join("");
    this.sheet.textContent = tones.map(([acquisition]) => asRules(acquisition)).join("\n");
  }
}

/** Contrast spreads about the ground, which stays as it is; gamma bends what comes of that.
 * @param {[acquisition: string, tone: Tone]} entry */
function asFilter([acquisition, { contrast, gamma, inverted, ground = 0.5 }]) {
  const channels = (/** @type {string} */ attributes) => ["R", "G", "B"].map((channel) => `<feFunc${channel} ${attributes}/>`).join("");
  const steps = [
    `type="linear" slope="${contrast}" intercept="${ground * (1 - contrast)}"`,
    `type="gamma" exponent="${gamma}"`,
    ...(inverted ? ['type="table" tableValues="1 0"'] : []),
  ];
  const transfers = steps.map((attributes) => `<feComponentTransfer>${channels(attributes)}</feComponentTransfer>`).join("");
  return `<filter id="tones-${acquisition}" color-interpolation-filters="sRGB">${transfers}</filter>`;
}

/** The look of the gallery may invert all of them, too.
 * @param {string} acquisition */
function asRules(acquisition) {
  const pictures = `[data-acquisition="${acquisition}"] :is(img, .openseadragon-canvas canvas)`;
  const filter = `url("#tones-${acquisition}")`;
  return `${pictures} { filter: ${filter}; }\n[data-inverted] ${pictures} { filter: ${filter} invert(1); }`;
}

export const tones = new Tones(document.querySelector("[data-person]")?.dataset.person ?? "");
