/** The list of what the server refused: with why, *try again* and *give up*. Nothing behind it waits for it. */
const MOST_PICTURES = 3;

export class Unsaved {
  /** @param {HTMLElement} element
   * @param {Outbox} outbox
   * @param {Gallery} gallery whose vignettes are marked while their label is not saved
   * @param {(record: OutboxRecord) => boolean} lists which records this page is about */
  constructor(element, outbox, gallery, lists = () => true) {
    this.element = element;
    this.outbox = outbox;
    this.gallery = gallery;
    this.lists = lists;
    this.list = element.querySelector("ul");
    this.marked = [];
    outbox.onChange.addEventListener("change", () => this.show());
    element.addEventListener("click", ({ target }) => target instanceof Element && this.act(target.closest("button")));
    this.show();
  }

  show() {
    const records = this.records();
    const state = JSON.stringify(records.map(({ key, tries }) => [key, tries]));
    if (state === this.state) return;
    this.state = state;
    this.mark(records);
    const count = records.length;
    const had = this.element.contains(document.activeElement);
    this.element.hidden = !count;
    this.part("heading").textContent = count === 1 ? "1 entry could not be saved" : `${count.toLocaleString("en")} entries could not be saved`;
    this.part("all").hidden = count < 2;
    this.list.replaceChildren(...records.map((record) => this.line(record)));
    if (had) (this.list.querySelector("button") ?? this.gallery.last ?? this.gallery.element).focus();
  }

  /** The vignettes show what the server has; the mark says that something else was meant. */
  mark(records) {
    for (const v of this.marked) {
      v.classList.remove("unsaved");
      v.removeAttribute("aria-description");
    }
    const waits = (id, subject) => this.outbox.waitsFor(id, subject); // a later label stands there
    const ids = records.flatMap(({ objects, subject }) => objects.map(({ id }) => id).filter((id) => !waits(id, subject)));
    this.marked = [...new Set(ids)].map((id) => this.gallery.by(id)).filter(Boolean);
    for (const v of this.marked) {
      v.classList.remove("saving");
      v.classList.add("unsaved");
      v.setAttribute("aria-description", "What you gave it was not saved");
    }
  }

  /** @param {OutboxRecord} record */
  line({ key, words, objects, reason, again }) {
    const line = document.createElement("li");
    const text = document.createElement("p");
    const count = objects.length === 1 ? "1 object" : `${objects.length.toLocaleString("en")} objects`;
    text.append(Object.assign(document.createElement("strong"), { textContent: words }), ` for ${count}. ${reason}`);
    if (again) text.append(" It is tried again by itself.");
    const pictures = objects.slice(0, MOST_PICTURES).map(({ id }) => this.gallery.by(id)?.querySelector("img")?.cloneNode());
    const buttons = document.createElement("span");
    buttons.className = "buttons";
    buttons.append(button("retry", key, "Try again", words, count), button("give-up", key, "Give up", words, count));
    line.append(...pictures.filter(Boolean).map(asPicture), text, buttons);
    return line;
  }

  act(pressed) {
    if (!pressed) return;
    const { act, key } = pressed.dataset;
    const keys = key ? [key] : this.records().map((record) => record.key);
    if (act === "retry") this.outbox.retry(keys);
    if (act === "give-up") this.outbox.giveUp(keys);
  }

  records() {
    return this.outbox.failed().filter(this.lists);
  }

  part(name) {
    return this.element.querySelector(`[data-part=${name}]`);
  }
}

function button(act, key, text, words, count) {
  const element = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  element.setAttribute("aria-label", `${text}: ${words} for ${count}`);
  Object.assign(element.dataset, { act, key });
  return element;
}

function asPicture(image) {
  return Object.assign(image, { alt: "", loading: "eager" });
}
