/** What the page of an object does once it has come, in the panel and in the detail view: its pictures' tones and scale, the
 * model's choices, the measurements by name, and which sections are open. */
import "../discussions/mentions.js";
import { drawScale } from "../gallery/scale.js";
import { whenAnswered } from "../keyboard/keysahead.js";
import "../page/swaps.js";
import { STRENGTHS, tones } from "./tones.js";

const OPEN = "seston.sections"; // those that the person has opened or folded

export class ObjectPanel {
  /** @param {Iterable<HTMLElement>} contents elements that pages of objects come into
   * @param {string} url that has them
   * @param {{focused: () => HTMLElement|null, last: HTMLElement|null, targets: () => HTMLElement[]}|null} gallery null where no taxa are given
   * @param {((taxon: NamedTaxon, vignettes: HTMLElement[]) => void)|null} give as well
   * @param {(words: string) => void} say */
  constructor(contents, url, gallery, give, say) {
    this.contents = [...contents];
    this.url = url;
    this.gallery = gallery;
    this.give = give;
    this.say = say;
    this.sought = ""; // among the measurements: of the next object, too
    for (const content of contents) this.watch(content);
  }

  /** @param {HTMLElement} content */
  watch(content) {
    content.addEventListener("click", ({ target }) => target instanceof Element && this.click(target.closest("button"), content));
    content.addEventListener("input", ({ target }) => target instanceof HTMLInputElement && this.input(target, content));
    content.addEventListener("toggle", ({ target }) => target instanceof HTMLDetailsElement && keepOpen(target), { capture: true }); // it does not bubble
    content.addEventListener("htmx:afterSwap", ({ target }) => target === content && this.arrived(content));
    content.addEventListener("content", () => this.arrived(content));
    this.arrived(content);
  }

  /** @param {HTMLElement} content with another object, or none */
  arrived(content) {
    if (!content.querySelector(".pictures")) return;
    this.showTone(content);
    showScale(content);
    openSections(content);
    if (!this.give) for (const choice of buttonsIn(content)) choice.disabled = true;
    const field = /** @type {HTMLInputElement} */ (content.querySelector(".measurements input"));
    field.value = this.sought;
    this.find(field);
  }

  /** @param {HTMLButtonElement|null} button
   * @param {HTMLElement} content */
  click(button, content) {
    if (!button) return;
    if (button.dataset.choice) this.give?.(taxonOf(button), this.gallery?.targets() ?? []);
    else if ("reset" in button.dataset) this.change(content, { contrast: 1, gamma: 1, inverted: false });
    else if ("earlier" in button.dataset) showEarlier(button);
  }

  /** @param {HTMLInputElement} field
   * @param {HTMLElement} content */
  input(field, content) {
    if (field.closest(".measurements")) this.find(field);
    else if (field.name === "inverted") this.change(content, { inverted: field.checked });
    else if (field.closest(".tones")) this.change(content, { [field.name]: Number(field.value) });
  }

  // --- Tones -------------------------------------------------------------------------------------------------------

  /** @param {HTMLElement} content
   * @param {Partial<Tone>} changes */
  change(content, changes) {
    const pictures = picturesIn(content);
    tones.change(String(pictures.dataset.acquisition), changes, [...pictures.querySelectorAll("img")]);
    for (const other of this.contents) this.showTone(other);
  }

  /** @param {HTMLElement} content */
  showTone(content) {
    const controls = content.querySelector(".tones");
    if (!controls) return;
    const tone = tones.of(String(picturesIn(content).dataset.acquisition));
    const fieldOf = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (controls.querySelector(`[name=${name}]`));
    for (const name of STRENGTHS) {
      const field = fieldOf(name);
      field.value = String(tone[name]);
      write(field.nextElementSibling, tone[name].toFixed(1));
    }
    fieldOf("inverted").checked = tone.inverted;
    /** @type {HTMLButtonElement} */ (controls.querySelector("[data-reset]")).disabled = tone.contrast === 1 && tone.gamma === 1 && !tone.inverted;
  }

  // --- The model's choices -----------------------------------------------------------------------------------------

  /** Gives the model's choice of that number, but for what the object in hand is called, whether or not its page has come.
   * @param {number} number
   * @param {HTMLElement[]} vignettes that it is given to */
  async choose(number, vignettes) {
    const vignette = this.gallery?.focused() ?? this.gallery?.last ?? vignettes[0];
    if (!vignette || !vignettes.length) return;
    const content = this.contents.find((each) => isOf(each, vignette));
    if (content) return this.chooseFrom(content, number, vignettes);
    const before = vignettes.map(labelUnder);
    const unchanged = () => vignettes.filter((v, i) => labelUnder(v) === before[i]); // what is given meanwhile, by mouse say, was given later
    await whenAnswered(this.fetch(vignette), (page) => this.chooseFrom(page, number, unchanged()));
  }

  /** @param {HTMLElement|null} content the page of an object
   * @param {number} number
   * @param {HTMLElement[]} vignettes */
  chooseFrom(content, number, vignettes) {
    if (!content) return this.say("What the model says could not be fetched: try it again in a moment.");
    const choices = buttonsIn(content);
    const choice = choices.find((button) => button.getAttribute("aria-keyshortcuts") === `Alt+${number}`);
    if (choice && vignettes.length) this.give?.(taxonOf(choice), vignettes);
    else if (!choice) this.say(whyNone(choices.length, number));
  }

  /** The page of an object that is not shown.
   * @param {HTMLElement} vignette */
  async fetch(vignette) {
    const response = await fetch(`${this.url}${vignette.dataset.id}/`).catch(() => null); // no network
    const html = response?.ok && !response.redirected ? await response.text().catch(() => "") : ""; // signed out, it is another page
    return html ? new DOMParser().parseFromString(html, "text/html").body : null;
  }

  // --- Measurements ------------------------------------------------------------------------------------------------

  /** @param {HTMLInputElement} field */
  find(field) {
    this.sought = field.value;
    const text = field.value.trim().toLowerCase();
    const lines = [...(field.closest(".measurements")?.querySelectorAll("tr") ?? [])];
    for (const line of lines) line.hidden = !line.cells[0].textContent.toLowerCase().includes(text);
    const none = lines.length ? "None is called so." : "Nothing was measured of it.";
    write(field.nextElementSibling, lines.some((line) => !line.hidden) ? "" : none);
  }
}

/** @param {Element|null} element
 * @param {string} words */
function write(element, words) {
  if (element) element.textContent = words;
}

/** @param {HTMLElement} content the page of an object
 * @returns {HTMLElement} */
function picturesIn(content) {
  return /** @type {HTMLElement} */ (content.querySelector(".pictures"));
}

/** @param {number} choices that there are
 * @param {number} number that is none of theirs */
function whyNone(choices, number) {
  if (!choices) return "No model has said anything of it.";
  return number === 1 ? "The model has no other name for it." : `The model has no ${number} other names for it.`;
}

/** The model's choices, the surest first.
 * @param {HTMLElement} content */
function buttonsIn(content) {
  return /** @type {HTMLButtonElement[]} */ ([...content.querySelectorAll("[data-choice]")]);
}

/** @param {HTMLElement} content
 * @param {HTMLElement} vignette */
function isOf(content, vignette) {
  return content.querySelector(".pictures")?.dataset.object === vignette.dataset.id;
}

/** What stands under it.
 * @param {HTMLElement} vignette */
function labelUnder({ dataset: { taxon, state } }) {
  return `${taxon}.${state}`;
}

/** @param {HTMLElement} button
 * @returns {NamedTaxon} */
function taxonOf({ dataset }) {
  return { id: dataset.choice ?? "", name: dataset.name ?? "", is_italic: "italic" in dataset };
}

/** Of the first picture: a screen's pixel shows as many of its own.
 * @param {HTMLElement} content */
function showScale(content) {
  const scale = content.querySelector(".pictures .scale");
  const image = content.querySelector(".pictures img");
  if (!scale || !image?.clientWidth) return;
  scale.hidden = false;
  drawScale(scale, (Number(scale.dataset.um) * Number(image.getAttribute("width"))) / image.clientWidth);
}

/** @param {HTMLElement} button */
function showEarlier(button) {
  for (const line of button.parentElement?.querySelectorAll(".earlier") ?? []) line.classList.remove("earlier");
  button.remove();
}

/** @returns {Record<string, boolean>} */
function sections() {
  return JSON.parse(localStorage.getItem(OPEN) ?? "{}");
}

/** @param {HTMLElement} content */
function openSections(content) {
  for (const [name, isOpen] of Object.entries(sections())) {
    const section = /** @type {HTMLDetailsElement|null} */ (content.querySelector(`[data-section="${name}"]`));
    if (section) section.open = isOpen;
  }
}

/** @param {HTMLDetailsElement} section */
function keepOpen(section) {
  const { section: name } = section.dataset;
  if (name && sections()[name] !== section.open) localStorage.setItem(OPEN, JSON.stringify({ ...sections(), [name]: section.open }));
}
