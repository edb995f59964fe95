// @ts-check
/** Contrast, gamma and inversion of the scan: those of its acquisition's pictures elsewhere. */
import { STRENGTHS, tones } from "../object/tones.js";

export class ToneFields {
  /** @param {HTMLElement} root with the fields
   * @param {string} smallest the address of a tile of the whole scan, that says how dark its ground is */
  constructor(root, smallest) {
    this.root = root;
    this.acquisition = String(root.dataset.acquisition);
    this.smallest = Object.assign(new Image(), { src: smallest });
    root.querySelector(".tones")?.addEventListener("input", () => this.change(this.values()));
    this.plain = /** @type {HTMLButtonElement} */ (root.querySelector('[data-do="plain"]'));
    this.plain.addEventListener("click", () => this.change({ contrast: 1, gamma: 1, inverted: false }));
    this.show();
  }

  /** @param {string} name */
  field(name) {
    return /** @type {HTMLInputElement} */ (this.root.querySelector(`.tones [name="${name}"]`));
  }

  values() {
    return { contrast: Number(this.field("contrast").value), gamma: Number(this.field("gamma").value), inverted: this.field("inverted").checked };
  }

  /** @param {Partial<Tone>} changes */
  change(changes) {
    tones.change(this.acquisition, changes, this.smallest.complete ? [this.smallest] : []);
    this.show();
  }

  show() {
    const tone = tones.of(this.acquisition);
    for (const name of STRENGTHS) {
      const field = this.field(name);
      field.value = String(tone[name]);
      const output = field.parentElement?.querySelector("output");
      if (output) output.textContent = tone[name].toFixed(1);
    }
    this.field("inverted").checked = tone.inverted;
    this.plain.disabled = tone.contrast === 1 && tone.gamma === 1 && !tone.inverted;
  }
}
