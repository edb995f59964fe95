/** Ctrl+K: goes to any page, project, sample, taxon or saved view by typing what it is called, and on the bench does what a
 * key does. The server finds places (`go-to/`); the actions are those of the bench's keyboard. */
import { ACTIONS, inWords } from "../keyboard/keys.js";
import { lastUsed, remember } from "./lastused.js";

const URL_OF_PLACES = "/api/v1/go-to/";
const REST = 100; // milliseconds without a letter, after which the server is asked
const AWAY = "The server can’t be reached: only what this page itself can do is listed.";

export class GoTo {
  /** @param {HTMLDialogElement} dialog
   * @param {DOMStringMap} data `person` and, in a project, `project` */
  constructor(dialog, { person, project }) {
    this.dialog = dialog;
    this.person = person;
    this.project = project;
    this.requests = 0; // for places
    /** @type {WeakMap<Element, Place>} */
    this.places = new WeakMap(); // that the options stand for
    dialog.append(this.field(), this.options(), this.status(), keyHints());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  field() {
    this.input = Object.assign(document.createElement("input"), { autocomplete: "off", spellcheck: false });
    this.input.placeholder = this.project ? "Page, project, sample, taxon, view, action" : "Page, project, sample, taxon, view";
    const says = { role: "combobox", "aria-label": "Go to", "aria-expanded": "true", "aria-controls": "go-to-options", "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(says)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.complete());
    this.input.addEventListener("keydown", (event) => this.press(event));
    return this.input;
  }

  options() {
    this.list = Object.assign(document.createElement("div"), { id: "go-to-options", role: "listbox", ariaLabel: "Places" });
    this.list.addEventListener("click", (event) => this.click(event));
    return this.list;
  }

  status() {
    this.hint = Object.assign(document.createElement("p"), { className: "hint", role: "status" });
    return this.hint;
  }

  open() {
    this.keyboard = keyboardOfBench();
    this.input.value = "";
    if (!this.dialog.open) this.dialog.showModal();
    this.input.focus();
    this.complete();
  }

  /** Shows what the typed words lead to; an answer that was overtaken is dropped. */
  async complete() {
    const text = this.input.value.trim();
    this.requests += 1;
    const request = this.requests;
    this.ready = this.answerTo(text, request);
    const groups = await this.ready;
    if (request === this.requests) this.show(text, groups);
  }

  /** Of ten letters that are typed at once the server is asked for the last one alone.
   * @returns {Promise<PlaceGroup[]|null>} null where it was overtaken */
  async answerTo(text, request) {
    if (text) await new Promise((resolve) => setTimeout(resolve, REST));
    return request === this.requests ? this.fetchPlaces(text) : null;
  }

  /** @returns {Promise<PlaceGroup[]|null>} null without a network */
  async fetchPlaces(text) {
    const query = new URLSearchParams({ q: text, ...(this.project && { project: this.project }) });
    const response = await fetch(`${URL_OF_PLACES}?${query}`).catch(() => null);
    return response?.ok ? response.json().catch(() => null) : null; // an answer may break off
  }

  /** @param {string} text
   * @param {PlaceGroup[]|null} answer of the server */
  show(text, answer) {
    const used = text ? [] : lastUsed(this.person, this.keyboard);
    const urls = new Set(used.map(({ url }) => url).filter(Boolean));
    const others = (answer ?? []).map((group) => ({ ...group, destinations: group.destinations.filter(({ url }) => !urls.has(url)) }));
    const groups = [{ name: "Last used", rank: 0, destinations: used }, ...others, ...actionsCalled(text, this.keyboard)]
      .filter(({ destinations }) => destinations.length)
      .sort((one, other) => one.rank - other.rank);
    this.list.replaceChildren(...groups.map((group, n) => this.group(group, n)));
    this.list.scrollTop = 0;
    this.say(answer ? inWordsOf(this.all().length) : AWAY, Boolean(answer) && this.all().length > 0);
    this.choose(this.all()[0]);
  }

  /** Read to who can't see the list; seen where there is none.
   * @param {string} words
   * @param {boolean} isSeen the list says it already */
  say(words, isSeen) {
    this.hint.textContent = words;
    this.hint.className = isSeen ? "visually-hidden" : "hint";
  }

  /** @param {PlaceGroup} group
   * @param {number} n */
  group({ name, destinations }, n) {
    const heading = Object.assign(document.createElement("div"), { id: `go-to-group-${n}`, className: "heading", textContent: name });
    heading.role = "presentation";
    const group = document.createElement("div");
    group.role = "group";
    group.setAttribute("aria-labelledby", heading.id);
    group.append(heading, ...destinations.map((place, m) => this.option({ ...place, group: place.group ?? name }, `go-to-${n}-${m}`)));
    return group;
  }

  /** @param {Place} place
   * @param {string} id */
  option(place, id) {
    const option = document.createElement(place.url ? "a" : "div");
    if (option instanceof HTMLAnchorElement) option.href = place.url;
    option.id = id;
    option.role = "option";
    option.tabIndex = -1;
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: place.name });
    const detail = Object.assign(document.createElement("small"), { textContent: detailOf(place) });
    option.append(name, detail, ...(place.keys ?? []).map((key) => Object.assign(document.createElement("kbd"), { textContent: inWords(key) })));
    this.places.set(option, place);
    return option;
  }

  all() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  current() {
    return this.list.querySelector("[aria-selected=true]");
  }

  /** @param {Element|undefined} option */
  choose(option) {
    for (const other of this.all()) other.setAttribute("aria-selected", String(other === option));
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  /** @param {KeyboardEvent} event */
  async press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.step(step);
    else if (event.key === "Enter") this.enter(event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  }

  step(by) {
    const all = this.all();
    this.choose(all[(all.indexOf(this.current()) + by + all.length) % all.length]);
  }

  /** Fast fingers press Enter before the list has come. */
  async enter(inNewTab) {
    await this.ready;
    await Promise.resolve(); // that it is shown
    const option = this.dialog.open && this.current();
    if (option) this.go(this.places.get(option), inNewTab);
  }

  /** Links of their own go by themselves, with whatever key is held.
   * @param {MouseEvent} event */
  click(event) {
    const option = /** @type {Element} */ (event.target).closest("[role=option]");
    if (!option) return;
    const place = this.places.get(option);
    remember(this.person, place);
    if (!place.url) this.go(place, false);
    else if (!event.ctrlKey && !event.metaKey) this.dialog.close();
  }

  /** @param {Place} place
   * @param {boolean} inNewTab */
  go(place, inNewTab) {
    remember(this.person, place);
    this.dialog.close();
    if (!place.url) this.keyboard.actions[place.action](place.keys[0]);
    else if (inNewTab) window.open(place.url, "_blank", "noopener");
    else location.assign(place.url);
  }
}

/** @param {Place} place */
function detailOf({ detail, alias }) {
  return [alias && `for ${alias}`, detail].filter(Boolean).join(" · ");
}

/** @param {number} count */
function inWordsOf(count) {
  if (!count) return "Nothing that you may open is called so.";
  return count === 1 ? "1 place" : `${count} places`;
}

/** What presses the bench's keys; null on other pages. */
function keyboardOfBench() {
  let keyboard = null;
  const use = (its) => {
    keyboard = its;
  };
  document.getElementById("bench")?.dispatchEvent(new CustomEvent("keyboard", { detail: use }));
  return keyboard;
}

/** The bench's actions whose words begin as those that are typed. What needs to know which of its keys was pressed is left out.
 * @returns {PlaceGroup[]} one group or none */
function actionsCalled(text, keyboard) {
  const words = text.toLowerCase().split(/\s+/);
  const begins = (says) => words.every((word) => ` ${says.toLowerCase()}`.includes(` ${word}`));
  const called = ACTIONS.filter(({ id, says, isFixed }) => !isFixed && keyboard?.actions[id] && begins(says));
  const destinations = called.map((action) => ({ name: action.says, action: action.id, keys: keyboard.keysOf(action).slice(0, 1) }));
  const rank = called.some(({ says }) => says.startsWith(text.toLowerCase())) ? 1 : 2;
  return destinations.length ? [{ name: "Actions", rank, destinations }] : [];
}

function keyHints() {
  const line = Object.assign(document.createElement("p"), { className: "key-hints" });
  const hints = [
    ["↑ ↓", "choose"],
    ["Enter", "go"],
    ["Ctrl + Enter", "in a new tab"],
    ["Esc", "close"],
  ];
  for (const [key, words] of hints) line.append(Object.assign(document.createElement("kbd"), { textContent: key }), ` ${words} `);
  return line;
}
