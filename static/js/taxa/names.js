/** The table of names that the site does not know: a name is one line, and its tick is where the keyboard stands. Nothing
 * loads the page anew: each answer brings the lines that changed. */

import { Ticks } from "../tables/ticks.js";
import { TaxonChooser } from "./taxonchooser.js";

const TICK = "tr[data-state=waiting] .tick";

class Names {
  /** @param {HTMLElement} element with the addresses of the page */
  constructor(element) {
    this.element = element;
    this.url = element.dataset.names;
    this.body = element.querySelector("tbody");
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("choose-taxon"));
    this.atRoot = /** @type {HTMLFormElement} */ (document.getElementById("at-root"));
    this.chooser = new TaxonChooser(dialog, element.dataset.complete);
    this.ticks = new Ticks(element, TICK);
    /** @type {number[]} */
    this.done = []; // numbers of what was settled on this page, the latest last
    this.sending = Promise.resolve(); // one after the other: what was done first is first in the log
    this.backTo = 0; // the name that waits again, and gets the focus
    this.waitsForMore = false; // the focus goes to the next line, which is on its way
    this.lineBefore = 0; // the name behind which that line comes
    element.addEventListener("keydown", (event) => this.press(event));
    document.addEventListener("keydown", (event) => this.pressAnywhere(event));
    document.addEventListener("click", (event) => event.target instanceof Element && this.click(event.target));
    element.addEventListener("submit", (event) => this.submit(event));
    this.hear("settled", ({ settling }) => this.done.push(settling));
    this.hear("unsettled", (settled) => this.tookBack(settled));
    for (const swapped of ["htmx:oobAfterSwap", "htmx:afterSettle"]) document.body.addEventListener(swapped, () => this.arrived());
  }

  /** What the server says has happened.
   * @param {(settled: {settling: number, names: number[]}) => void} act */
  hear(name, act) {
    document.body.addEventListener(name, (event) => event instanceof CustomEvent && act(event.detail));
  }

  // --- Keys -----------------------------------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event */
  press(event) {
    const tick = event.target;
    if (!(tick instanceof HTMLInputElement) || !tick.matches(TICK)) return;
    const line = tick.closest("tr");
    const act = this.actOf(event, line);
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** What a key does on a line; nothing for keys that the browser has.
   * @param {KeyboardEvent} event
   * @returns {(() => void)|undefined} */
  actOf(event, line) {
    if (event.altKey || event.metaKey) return undefined;
    if (event.ctrlKey) return event.key === "a" ? () => this.ticks.all(true) : undefined;
    /** @type {Record<string, () => void>} */
    const acts = {
      ArrowDown: () => this.move(line, 1),
      ArrowUp: () => this.move(line, -1),
      ArrowRight: () => this.chooseNext(line, 1),
      ArrowLeft: () => this.chooseNext(line, -1),
      Enter: () => this.accept(line),
      Delete: () => this.settle(line, { act: "refuse" }),
      "+": () => this.choose(line, "create"),
    };
    if (acts[event.key]) return acts[event.key];
    return /^\p{L}$/u.test(event.key) ? () => this.choose(line, "map", event.key) : undefined;
  }

  /** @param {KeyboardEvent} event */
  pressAnywhere(event) {
    const { target } = event;
    const isTyping = target instanceof HTMLInputElement && target.type !== "checkbox" && target.type !== "radio";
    if (event.key !== "z" || !event.ctrlKey || event.shiftKey || isTyping) return;
    event.preventDefault();
    this.send(() => this.done.length > 0 && this.undo(this.done.at(-1)));
  }

  lines() {
    return [...this.body.querySelectorAll("tr[data-state=waiting]:not([aria-busy])")];
  }

  move(line, by) {
    const lines = this.lines();
    this.focus(lines[lines.indexOf(line) + by]);
  }

  focus(line) {
    const tick = line?.querySelector(".tick");
    tick?.focus({ preventScroll: true });
    line?.scrollIntoView({ block: "nearest" });
  }

  chooseNext(line, by) {
    const choices = [...line.querySelectorAll("[name=choice]")];
    const place = choices.findIndex((choice) => choice.checked);
    const next = choices.at(place < 0 ? (by > 0 ? 0 : -1) : (place + by) % choices.length);
    if (next) next.checked = true;
  }

  // --- The mouse ------------------------------------------------------------------------------------------------------

  /** @param {Element} target */
  click(target) {
    const button = target.closest("button");
    if (!button) return;
    const { choose, bulk, undo, mapProposed } = button.dataset;
    const line = button.closest("tr");
    if (choose) this.choose(line, choose);
    else if (bulk) this.settleTicked(bulk);
    else if (undo) this.send(() => this.undo(undo));
    else if (mapProposed) this.post("proposed/", { expected: mapProposed });
    else if ("skip" in button.dataset) this.skip(line);
    else if ("closeProposed" in button.dataset) this.closeProposed();
  }

  closeProposed() {
    document.getElementById("proposed").replaceChildren();
    document.getElementById("map-proposed").focus();
  }

  /** @param {SubmitEvent} event */
  submit(event) {
    const { target, submitter } = event;
    if (!(target instanceof HTMLFormElement) || !target.matches(".meaning") || submitter?.dataset.plain !== undefined) return;
    event.preventDefault();
    const line = target.closest("tr");
    const act = submitter instanceof HTMLButtonElement ? submitter.value : "accept";
    if (act === "accept") this.accept(line);
    else this.settle(line, { act });
  }

  // --- What is done ---------------------------------------------------------------------------------------------------

  /** The proposal that is chosen; where none is, a taxon is looked for. */
  accept(line) {
    const choice = line.querySelector("[name=choice]:checked")?.value;
    if (choice) this.settle(line, { act: "accept", choice });
    else this.choose(line, "map");
  }

  async choose(line, act, text = "") {
    const name = line.querySelector(".tick").getAttribute("aria-label");
    this.atRoot.hidden = act !== "create";
    this.atRoot.action = `${this.url}${line.dataset.name}/`;
    const taxon = await this.chooser.open(act === "create" ? `Create ${name} below` : `${name} is`, text);
    this.focus(line);
    if (taxon) this.settle(line, { act, taxon: `#${taxon.id}` });
  }

  /** The next line has the focus at once, while this one is on its way. */
  settle(line, values) {
    line.setAttribute("aria-busy", "true");
    const after = [...this.body.children].indexOf(line);
    const next = this.lines().find((other) => [...this.body.children].indexOf(other) > after);
    this.goOn(next, Number(line.dataset.name));
    this.ticks.update();
    this.post(`${line.dataset.name}/`, values).then(() => line.removeAttribute("aria-busy"));
  }

  /** To the next line. Where none is left lines that follow are fetched, which they are when they would be seen: nobody who
   * works by keys scrolls to them.
   * @param {Element|undefined} next
   * @param {number} lineBefore the name behind which one goes on, 0 for none */
  goOn(next, lineBefore) {
    const more = next ? null : this.body.querySelector(".more");
    this.waitsForMore = more !== null;
    this.lineBefore = lineBefore;
    if (more) more.scrollIntoView({ block: "nearest" });
    else this.focus(next ?? this.lines().at(-1));
  }

  /** It waits on, and comes again when the page is opened anew. */
  skip(line) {
    const lines = this.lines();
    const before = line.previousElementSibling;
    line.remove();
    this.goOn(lines[lines.indexOf(line) + 1], Number(before?.dataset.name ?? 0));
    this.ticks.update();
  }

  async settleTicked(act) {
    const lines = this.ticks.lines();
    const count = lines.length === 1 ? "1 name" : `${lines.length.toLocaleString("en")} names`;
    const values = { act, names: lines.map((line) => line.dataset.name) };
    if (act !== "refuse") {
      this.atRoot.hidden = true;
      const taxon = await this.chooser.open(act === "create" ? `Create ${count} below` : `${count} are`);
      if (!taxon) return;
      Object.assign(values, { taxon: `#${taxon.id}` });
    }
    await this.post("settle/", values);
    this.goOn(this.lines()[0], Number(values.names.at(-1)));
  }

  undo(settling) {
    this.done = this.done.filter((number) => number !== Number(settling));
    return this.ajax(`settlings/${settling}/undo/`, {});
  }

  /** The event comes before the lines do. */
  tookBack({ names }) {
    this.backTo = names[0];
    this.arrived();
  }

  /** Lines came: of those that follow, or in the place of others. */
  arrived() {
    this.ticks.update();
    const back = document.getElementById(`name-${this.backTo}`);
    if (back?.dataset.state === "waiting") {
      this.backTo = 0;
      this.focus(back);
    }
    if (!this.waitsForMore) return;
    const before = document.getElementById(`name-${this.lineBefore}`);
    const next = this.lines().find((line) => !before || before.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (!next) return;
    this.waitsForMore = false;
    this.focus(next);
  }

  // --- The server -----------------------------------------------------------------------------------------------------

  post(path, values) {
    return this.send(() => this.ajax(path, values));
  }

  send(act) {
    this.sending = this.sending.then(act).catch(() => this.say("The site can't be reached: nothing was done. Try again."));
    return this.sending;
  }

  ajax(path, values) {
    return htmx.ajax("POST", this.url + path, { values, swap: "none", source: document.body });
  }

  say(words) {
    const refusal = Object.assign(document.createElement("p"), { className: "error", role: "alert", textContent: words });
    document.getElementById("messages").replaceChildren(refusal);
  }
}

const element = document.getElementById("names");
if (element) {
  const names = new Names(element);
  if (document.activeElement === document.body) names.focus(names.lines()[0]); // nobody is at a line already
  element.dataset.ready = "";
}
