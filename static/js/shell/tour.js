/** The tour: a card beside the work, which says one thing to do, sees that it was done and goes on. It takes no focus and
 * no key but Escape. Where somebody is in it is kept with their preferences, so it goes on from page to page. */
import { STEPS } from "./toursteps.js";

const PAUSE = 1500; // milliseconds in which “Done” can be read
const LOOK_EVERY = 300; // milliseconds
const CHANGES = ["data-taxon", "data-state"]; // of a vignette, when its label changes

class Tour {
  /** @param {HTMLElement} card */
  constructor(card, state) {
    this.card = card;
    this.state = state;
    this.labels = 0;
    this.undone = false;
    this.isDirty = false; // not saved yet
    this.isSaving = false;
    this.part = (name) => card.querySelector(`[data-part=${name}]`);
    card.addEventListener("click", (event) => this.press(/** @type {Element} */ (event.target).closest("[data-do]")?.getAttribute("data-do")));
    document.addEventListener("keydown", (event) => this.hear(event), { capture: true });
    document.getElementById("undo")?.addEventListener("click", () => (this.undone = true), { capture: true });
    this.watch(document.getElementById("gallery"));
    window.addEventListener("pagehide", () => this.isDirty && this.send());
    setInterval(() => this.look(), LOOK_EVERY);
    this.show();
  }

  get step() {
    return STEPS[this.state.step];
  }

  /** @param {HTMLElement|null} gallery whose labels are counted */
  watch(gallery) {
    if (!gallery) return;
    const seen = new MutationObserver((changes) => (this.labels += changes.length));
    seen.observe(gallery, { subtree: true, attributeFilter: CHANGES });
  }

  show() {
    const { title, words, link, at } = this.step;
    const isTouch = matchMedia("(pointer: coarse)").matches;
    this.state.before ??= location.search;
    this.part("place").textContent = `${this.state.step + 1} of ${STEPS.length}`;
    this.card.querySelector("h2").textContent = title;
    this.part("words").textContent = words({ ...this.state, isTouch });
    this.part("link").hidden = !link || this.isHere(at);
    Object.assign(this.part("link").firstElementChild, { href: this.addressOf(at), textContent: link ?? "" });
    this.card.querySelector("[data-do=back]").toggleAttribute("disabled", this.state.step === 0);
    this.card.querySelector("[data-do=next]").textContent = this.isLast() ? "Finish" : "Next";
    this.card.hidden = false;
  }

  addressOf(at) {
    const { bench, review, train, models } = this.card.dataset;
    return { bench, review, train: this.state.trains ? train : models }[at];
  }

  /** Whether the page is the one where the step is done. */
  isHere(at) {
    const isReview = Boolean(document.getElementById("bench")?.dataset.review);
    if (at === "bench") return Boolean(document.getElementById("bench")) && !isReview;
    if (at === "review" && isReview) return true;
    const { pathname } = new URL(this.addressOf(at), location.href);
    return location.pathname.startsWith(pathname.replace("/new/", "/")); // of models: the form, the list, the model itself
  }

  isLast() {
    return this.state.step === STEPS.length - 1;
  }

  /** Whether the step was done by now: then the card says so, and goes on. */
  look() {
    if (this.next || !this.step.isDone(this.page(), this.state.before)) return;
    this.part("status").textContent = this.isLast() ? "Done: that was the tour." : "Done.";
    if (!this.isLast()) this.next = setTimeout(() => this.goTo(this.state.step + 1), PAUSE);
    else this.finish();
  }

  page() {
    const bench = document.getElementById("bench");
    return {
      address: new URL(location.href),
      selected: document.querySelectorAll("#gallery [aria-selected=true]").length,
      inHand: Boolean(document.querySelector("#gallery .vignette:focus, #detail-view[open]")),
      labels: this.labels,
      undone: this.undone && this.labels > 0,
      isReview: Boolean(bench?.dataset.review),
      trait: bench?.dataset.traitValues ?? "",
    };
  }

  press(name) {
    if (name === "back") this.goTo(this.state.step - 1);
    else if (name === "next") this.isLast() ? this.end() : this.goTo(this.state.step + 1);
    else if (name === "leave") this.leave();
  }

  hear(event) {
    if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) this.undone = true;
    if (event.key !== "Escape" || this.card.hidden || isBusy(event.target)) return;
    this.leave();
  }

  goTo(step) {
    clearTimeout(this.next);
    Object.assign(this, { next: null, labels: 0, undone: false });
    Object.assign(this.state, { step: Math.max(0, Math.min(step, STEPS.length - 1)), before: location.search });
    this.part("status").textContent = "";
    this.show();
    this.save();
  }

  /** It can be taken up again where it was left. */
  leave() {
    this.state.is_on = false;
    this.close();
  }

  finish() {
    this.state.finished ||= new Date().toISOString().slice(0, 10);
    this.next = -1;
    this.save();
  }

  end() {
    this.finish();
    Object.assign(this.state, { is_on: false, step: 0 });
    this.close();
  }

  close() {
    clearTimeout(this.next);
    this.next = -1; // nothing is looked for any more
    const hadFocus = this.card.contains(document.activeElement);
    this.card.hidden = true;
    if (hadFocus) /** @type {HTMLElement} */ (document.getElementById("gallery") ?? document.getElementById("content")).focus();
    this.save();
  }

  /** One after the other: the last is what counts. */
  async save() {
    this.isDirty = true;
    if (this.isSaving) return;
    this.isSaving = true;
    while (this.isDirty) await this.send();
    this.isSaving = false;
  }

  send() {
    this.isDirty = false;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"] };
    const body = JSON.stringify({ tour: this.state });
    return fetch("/api/v1/me/preferences/", { method: "POST", headers, body, keepalive: true }).catch(() => {}); // the next step says it, too
  }
}

/** Whether Escape means something nearer: a dialog, a menu, a field, what is selected. */
function isBusy(target) {
  const nearer = "dialog[open], [popover]:popover-open, details[open].group, #gallery [aria-selected=true]";
  return Boolean(document.querySelector(nearer)) || target.matches("input, select, textarea");
}

const card = document.getElementById("tour");
const state = JSON.parse(document.getElementById("tour-state").textContent);
const opened = /** @type {HTMLElement} */ (document.querySelector(".go-to"))?.dataset.project;
if (!opened || opened === String(state.project)) new Tour(card, state);
