/** The taxon picker: type a few letters, choose with the arrows, Enter. Recent taxa come first, and last comes the row
 * that creates what was typed, for those who may. */
import { OnDemand } from "./ondemand.js";

export class Picker {
  /** @param {string} url that completes names
   * @param {(taxon: Taxon) => void} onPick
   * @param {Slots} slots the person's taxa in this project */
  constructor(url, onPick, slots) {
    this.url = url;
    this.onPick = onPick;
    this.slots = slots;
    this.dialog = /** @type {HTMLDialogElement} */ (document.getElementById("picker"));
    this.input = /** @type {HTMLInputElement} */ (document.getElementById("taxon-text"));
    this.list = document.getElementById("taxon-options");
    this.input.addEventListener("input", () => this.complete());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", ({ target }) => target instanceof Element && this.pick(target.closest("li")));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.none = document.getElementById("taxon-none");
    this.requests = 0; // for names
    /** @type {WeakMap<HTMLLIElement, Taxon>} */
    this.taxa = new WeakMap(); // that the lines stand for
    this.nothing = this.none.textContent;
    this.openCreating();
  }

  /** For those who may create taxa: the form comes in the place of the list, and Escape goes back to that. */
  openCreating() {
    const form = this.dialog.querySelector("[data-part=create]");
    if (!form) return;
    const { create: url, project } = this.dialog.dataset;
    const make = ({ NewTaxon }) =>
      new NewTaxon(
        form,
        { url, project },
        (taxon) => this.give(taxon),
        () => this.find(),
      );
    const around = { dialog: this.dialog, sheets: ["newtaxon"], say: (words) => this.say(words) };
    this.creating = new OnDemand(() => import("./newtaxon.js"), make, around);
    this.dialog.addEventListener("cancel", (event) => {
      if (form.hidden) return;
      event.preventDefault();
      this.find();
    });
  }

  /** Whether it still asks: Enter that came twice before the list chooses one taxon, for one object. */
  isFinding() {
    return this.dialog.open && !this.dialog.querySelector("[data-part=find]").hidden;
  }

  /** Shows the list, not the form. */
  find() {
    if (this.creating) this.dialog.querySelector("[data-part=create]").hidden = true;
    this.dialog.querySelector("[data-part=find]").hidden = false;
    this.input.focus();
  }

  open(count, letter = "", onPick = this.onPick, heading = null) {
    this.onPicked = onPick;
    this.isUse = heading === null; // what is chosen for a quick key is given to nothing
    const objects = count === 1 ? "1 object" : `${count.toLocaleString("en")} objects`;
    document.getElementById("picker-heading").textContent = heading ?? `Taxon for ${objects}`;
    this.input.value = letter;
    this.dialog.showModal();
    this.creating?.prefetch();
    this.find();
    this.complete();
  }

  recent() {
    return this.slots.recent();
  }

  /** Ids of the project's taxa, as the panel has them: they come before the rest of the tree. */
  ofProject() {
    return [...document.querySelectorAll("#panel [data-taxon]")].map((link) => link.dataset.taxon);
  }

  /** Whether a taxon of the project begins so. */
  isName(text) {
    const names = [...this.recent().map(({ name }) => name), ...[...document.querySelectorAll("#panel [data-taxon]")].map((link) => link.dataset.name)];
    return names.some((name) => name.toLowerCase().startsWith(text.toLowerCase()));
  }

  async complete() {
    const text = this.input.value.trim();
    this.requests += 1;
    const request = this.requests;
    const first = [...this.recent().map((taxon) => taxon.id), ...this.ofProject()].slice(0, 300).join(",");
    this.ready = fetch(`${this.url}&q=${encodeURIComponent(text)}&first=${first}`).then((r) => r.json());
    const { results } = text ? await this.ready : { results: this.recent() }; // the favourites lead what is typed
    if (request === this.requests) this.show(results); // an answer that was overtaken is dropped
  }

  show(taxa) {
    const text = this.input.value.trim();
    this.say(this.nothing);
    this.none.hidden = !text || taxa.length > 0;
    this.list.replaceChildren(
      ...taxa.map((taxon, i) => {
        const line = document.createElement("li");
        line.role = "option";
        line.id = `taxon-option-${i}`;
        line.textContent = taxon.name;
        this.taxa.set(line, taxon);
        const lineage = document.createElement("small");
        const above = (taxon.lineage ?? []).slice(0, -1).join(" › ");
        lineage.textContent = taxon.synonym ? `for ${taxon.synonym} · ${above}` : above;
        line.append(lineage);
        return line;
      }),
      ...(text && this.creating ? [this.creatingRow(text)] : []),
    );
    this.choose(this.list.firstElementChild);
  }

  creatingRow(text) {
    const line = document.createElement("li");
    line.role = "option";
    line.id = "taxon-option-create";
    line.className = "create";
    const parent = this.proposedParent();
    line.textContent = `Create “${text}”${parent && !text.includes("<") ? ` under ${parent}` : ""} …`;
    return line;
  }

  /** The taxon that the panel filters by; what is new mostly belongs below it. */
  proposedParent() {
    return document.querySelector("#panel [data-taxon][aria-current]")?.dataset.name ?? "";
  }

  choose(line) {
    for (const other of this.list.children) other.setAttribute("aria-selected", String(other === line));
    line?.scrollIntoView({ block: "nearest" });
    if (line) this.input.setAttribute("aria-activedescendant", line.id);
  }

  /** @returns {HTMLLIElement|null} */
  current() {
    return this.list.querySelector("[aria-selected=true]");
  }

  async key(event) {
    const current = this.current();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.choose((event.key === "ArrowDown" ? current?.nextElementSibling : current?.previousElementSibling) ?? current);
    } else if (event.key === "Enter") {
      event.preventDefault();
      await this.ready; // fast fingers press Enter before the list has come
      await Promise.resolve();
      if (this.isFinding()) this.pick(this.current());
    }
  }

  /** @param {HTMLLIElement|null} line */
  pick(line) {
    if (!line) return;
    const taxon = this.taxa.get(line);
    if (taxon) return this.give(taxon);
    const [text, parent] = [this.input.value.trim(), this.proposedParent()];
    this.creating.use((form) => {
      this.dialog.querySelector("[data-part=find]").hidden = true;
      form.open(text, parent);
    });
  }

  say(words) {
    this.none.textContent = words;
    this.none.hidden = false;
  }

  /** @param {Taxon} taxon */
  give({ id, name, lineage }) {
    if (this.isUse) this.slots.use({ id, name, lineage });
    this.dialog.close();
    this.onPicked({ id, name });
  }
}
