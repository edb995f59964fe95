/** The context menu of a vignette: every action for the mouse alone, and for a long press on a tablet. Its groups are what is
 * given, how sure it is, and what else can be done with it; each line shows its key. */
import { inWords } from "../keyboard/keys.js";

/** @typedef {{text: string, act: () => void, key?: string}} Entry */

export class Menu {
  /** @param {() => {name: string, entries: Entry[]}[]} groups asked for whenever it opens */
  constructor(element, gallery, groups) {
    this.element = element;
    this.gallery = gallery;
    this.groups = groups;
    element.addEventListener("keydown", (event) => this.key(event));
    // by hand: letting go of the right button, too, is a click beside a popover, and would close it
    document.addEventListener("pointerdown", (event) => !element.contains(event.target) && this.close());
  }

  /** @param {MouseEvent} event on a vignette */
  open(event) {
    const vignette = /** @type {Element} */ (event.target).closest(".vignette");
    if (!this.gallery.isSelected(vignette)) this.gallery.only([vignette]);
    this.gallery.focus(vignette);
    this.element.replaceChildren(...this.groups().map((group) => this.group(group)));
    this.element.showPopover();
    const { offsetWidth: width, offsetHeight: height } = this.element;
    this.element.style.left = `${Math.max(8, Math.min(event.clientX, innerWidth - width - 8))}px`;
    this.element.style.top = `${Math.max(8, Math.min(event.clientY, innerHeight - height - 8))}px`;
    this.lines()[0].focus();
  }

  group({ name, entries }) {
    const element = Object.assign(document.createElement("div"), { role: "group", ariaLabel: name });
    element.append(...entries.map((entry) => this.line(entry)));
    return element;
  }

  line({ text, act, key }) {
    const element = Object.assign(document.createElement("button"), { type: "button", textContent: text, role: "menuitem" });
    if (key) element.append(asHint(key));
    if (key) element.setAttribute("aria-keyshortcuts", key);
    element.addEventListener("click", () => {
      this.close();
      act();
    });
    return element;
  }

  lines() {
    return /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll("[role=menuitem]")]);
  }

  close() {
    if (!this.element.matches(":popover-open")) return;
    this.element.hidePopover();
    if (this.gallery.last?.isConnected) this.gallery.focus(this.gallery.last);
  }

  key(event) {
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      event.stopPropagation();
      return this.close();
    }
    const lines = this.lines();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    lines[(lines.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + step + lines.length) % lines.length].focus();
  }
}

/** @param {string} key */
function asHint(key) {
  const hint = Object.assign(document.createElement("kbd"), { textContent: inWords(key) });
  hint.setAttribute("aria-hidden", "true"); // said by aria-keyshortcuts
  return hint;
}

const ELSEWHERE = { "/move/": "Move or copy…", "/delete/": "Delete…" };

/** What a page of its own does to all that matches (the links of the dialog), done to those alone that the menu was opened on:
 * an address without any would mean all of the project.
 * @returns {Entry[]} */
function elsewhere(gallery) {
  const ids = new URLSearchParams(gallery.targets().map(({ dataset }) => ["id", dataset.id])).toString();
  return Object.entries(ELSEWHERE).flatMap(([path, text]) => {
    const link = /** @type {HTMLAnchorElement|null} */ (document.querySelector(`#matching a[href*="${path}?"]`));
    const act = () => location.assign(`${link?.pathname}?${ids}`);
    return link && ids ? [{ text, act }] : [];
  });
}

/** What a vignette's menu offers: what the person can do on this page.
 * @param {Record<string, KeyHandler>} actions
 * @param {(id: string) => string|undefined} keyOf
 * @param {Entry[]} few the taxa on digits, or the values
 * @param {boolean} isByTrait
 * @param {Gallery} gallery */
export function groupsOf(actions, keyOf, few, isByTrait, gallery) {
  const pages = elsewhere(gallery);
  const entry = (id, text) => ({ text, act: () => actions[id](), key: keyOf(id) });
  return [
    {
      name: "Give",
      entries: [entry("pick", isByTrait ? "Give a value…" : "Give a taxon…"), ...few, ...(actions.trait && !isByTrait ? [entry("trait", "Set a trait…")] : [])],
    },
    {
      name: "Decide",
      entries: [entry("accept", "Validate as it is"), entry("dubious", "Dubious"), entry("unclassify", "Take the label away")],
    },
    {
      name: "Look",
      entries: [entry("look", "Look closely"), entry("comment", "Comment")],
    },
    {
      name: "Sort by similarity",
      entries: [entry("similar", "Like these"), entry("alsolike", "Like these, too"), entry("unlike", "Not like these")],
    },
    ...(pages.length ? [{ name: "Elsewhere", entries: pages }] : []),
  ];
}
