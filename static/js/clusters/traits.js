/** Values of traits that all of a cluster gets together with its name: chosen before it, and sent with it. */
import { inWords } from "../traits/values.js";

/** @typedef {{key: string, only_if?: string, only_if_choices?: unknown[]}} ApplyingTrait */

export class NamedTraits {
  /** @param {HTMLElement} element where the values stand
   * @param {Api} server */
  constructor(element, server) {
    this.element = element;
    this.server = server;
    /** @type {Map<string, {trait: Trait, value: TraitValue}>} */
    this.values = new Map(); // by the keys of the traits
    /** @type {Map<string, ApplyingTrait>} */
    this.vocabulary = new Map(); // what the server says of each trait, by its key
    element.addEventListener("click", ({ target }) => this.remove(/** @type {HTMLElement} */ (target).dataset.key));
  }

  /** @param {Trait} trait
   * @param {LabelChange} label a value, or that it is taken back */
  choose(trait, { value }) {
    if (value === undefined) this.values.delete(trait.key);
    else this.values.set(trait.key, { trait, value });
    this.leaveOutUnmet();
  }

  /** @param {string|undefined} key */
  remove(key) {
    if (key && this.values.delete(key)) this.leaveOutUnmet();
  }

  /** Without an egg sac there is no number of eggs. */
  leaveOutUnmet() {
    const unmet = [...this.values.keys()].find((key) => !isMet(this.vocabulary.get(key) ?? {}, this.values));
    if (unmet) return this.remove(unmet);
    this.show();
  }

  clear() {
    this.values.clear();
    this.show();
  }

  /** As `clusters/17/name/` takes it. */
  get body() {
    const values = [...this.values].map(([key, { value }]) => [key, value]);
    return values.length ? { traits: Object.fromEntries(values) } : {};
  }

  get words() {
    return [...this.values.values()].map(({ trait, value }) => `${trait.name}: ${inWords(trait, value)}`);
  }

  /** The keys of the traits that the taxon may have, of all where it is not known yet; null without a network.
   * @param {{id: number|string}|null} taxon */
  async applying(taxon) {
    const traits = await this.server.get(taxon ? `traits/?taxon=${taxon.id}` : "traits/");
    if (!traits) return null;
    this.vocabulary = new Map(traits.map((/** @type {ApplyingTrait} */ trait) => [trait.key, trait]));
    return traits.filter((/** @type {ApplyingTrait} */ trait) => isMet(trait, this.values)).map((/** @type {ApplyingTrait} */ { key }) => key);
  }

  show() {
    const keys = [...this.values.keys()];
    this.element.hidden = !keys.length;
    this.element.replaceChildren(...this.words.map((words, i) => chip(keys[i], words)));
  }
}

/** Whether a trait that asks for another one is asked for: that one has been chosen so.
 * @param {Partial<ApplyingTrait>} trait
 * @param {Map<string, {value: unknown}>} values */
export function isMet({ only_if: other, only_if_choices: choices = [] }, values) {
  if (!other) return true;
  return [values.get(other)?.value].flat().some((key) => choices.includes(key));
}

/** @param {string} key
 * @param {string} words */
function chip(key, words) {
  const element = Object.assign(document.createElement("span"), { className: "chip", textContent: words });
  const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
  remove.dataset.key = key;
  remove.setAttribute("aria-label", `Leave out ${words}`);
  element.append(remove);
  return element;
}
