/** The taxon picker, docked below the vignettes: type a few letters, choose with the arrows, Enter. Recent taxa come first,
 * and last comes the row that creates what was typed, for those who may. */
import { Combobox } from "../fields/combobox.js";
import { taxonRow } from "../fields/taxonrow.js";
import { OnDemand } from "../page/ondemand.js";

const MOST = 10; // one can take them in at a glance; who seeks another types a letter more
const MOST_FIRST = 300;
const FRESH = 60_000; // milliseconds for which counts of the project are good enough
const AWAY = "The server cannot be reached: these are of your recent taxa and those of the panel.";
/** The row that creates. */
const CREATE = Symbol("create");

export class Picker {
  /** @param {string} url that completes names
   * @param {(taxon: Taxon) => void} onPick
   * @param {Slots} slots the person's taxa in this project
   * @param {{gallery?: Gallery|null, own?: Pick<OwnPreferences, "quick">, counts?: () => Promise<{taxon: Taxon|null, count: number}[]|null>}} of
   *   the bench: its vignettes, the person's quick keys, the project's objects by taxon */
  constructor(url, onPick, slots, { gallery = null, own = { quick: {} }, counts = async () => null } = {}) {
    this.url = url;
    this.onPick = onPick;
    this.slots = slots;
    this.gallery = gallery;
    this.own = own;
    this.fetchCounts = counts;
    /** @type {Map<number, number>} */
    this.counts = new Map();
    this.countedAt = -FRESH;
    /** @type {TaxonSuggestion[]} */
    this.matches = []; // and listed
    this.dialog = /** @type {HTMLDialogElement} */ (document.getElementById("picker"));
    this.input = /** @type {HTMLInputElement} */ (document.getElementById("taxon-text"));
    this.none = document.getElementById("taxon-none");
    this.nothing = this.none.textContent;
    this.input.addEventListener("keydown", (event) => this.press(event)); // before those of the list
    /** @type {Combobox<TaxonSuggestion|typeof CREATE>} */
    this.combobox = new Combobox(this.input, document.getElementById("taxon-options"), {
      find: (text) => this.find(text),
      take: (taxon) => this.isFinding() && this.take(taxon),
    });
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.dialog.addEventListener("close", () => this.makeRoom(0));
    const dockAgain = () => this.dialog.open && this.dock();
    document.addEventListener("drawer", dockAgain); // the panel came, or went
    window.addEventListener("resize", dockAgain);
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
        (taxon) => this.dialog.open && !form.hidden && this.give(taxon), // unless it was given up meanwhile
        () => this.showList(),
      );
    const around = { dialog: this.dialog, sheets: ["taxa/newtaxon"], say: (words) => this.say(words) };
    this.creating = new OnDemand(() => import("./newtaxon.js"), make, around);
    this.dialog.addEventListener("cancel", (event) => {
      if (form.hidden) return;
      event.preventDefault();
      this.showList();
    });
  }

  /** Whether it still asks: Enter that came twice before the list chooses one taxon, for one object. */
  isFinding() {
    return this.dialog.open && !this.dialog.querySelector("[data-part=find]").hidden;
  }

  /** Shows the list, not the form. */
  showList() {
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
    if (!this.dialog.open) this.dialog.showModal();
    this.creating?.prefetch();
    this.showList();
    this.dock();
    this.counting = this.count();
    this.combobox.search();
  }

  /** Below the vignettes, and the one in hand above it. */
  dock() {
    if (!this.gallery) return;
    const { left, right, bottom } = this.gallery.element.getBoundingClientRect();
    this.dialog.style.setProperty("--left", `${left}px`);
    this.dialog.style.setProperty("--right", `${innerWidth - right}px`);
    this.makeRoom(Math.max(0, bottom - this.dialog.getBoundingClientRect().top));
    const [first] = this.gallery.targets();
    first?.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} height pixels of the vignettes' frame that it covers */
  makeRoom(height) {
    if (!this.gallery) return;
    const { style } = this.gallery.element;
    style.scrollPaddingBottom = style.paddingBottom = height ? `${height + 8}px` : "";
  }

  /** How many objects of the project have each taxon. */
  async count() {
    if (performance.now() - this.countedAt < FRESH) return;
    this.countedAt = performance.now();
    const counts = (await this.fetchCounts()) ?? [];
    this.counts = new Map();
    for (const { taxon, count } of counts) if (taxon) this.counts.set(taxon.id, count + (this.counts.get(taxon.id) ?? 0));
    if (this.combobox.text) this.combobox.ready.then(() => this.isFinding() && this.combobox.show(this.rows(this.matches)));
  }

  /** Without a text, recent taxa are there at once, and the server adds to them.
   * @param {string} text
   * @returns {Promise<ComboboxRow<TaxonSuggestion|typeof CREATE>[]>} */
  async find(text) {
    if (!text) this.addToRecent();
    const taxa = text ? await this.ask(text) : this.slots.recent();
    return text === this.combobox.text ? this.rows(taxa) : []; // overtaken: what is listed stays what matches
  }

  async addToRecent() {
    await this.counting; // those that most objects have come first
    const taxa = await this.ask("");
    if (this.isFinding() && !this.combobox.text) this.combobox.show(this.rows(recentFirst(this.slots.recent(), taxa)));
  }

  /** @param {string} text
   * @returns {Promise<TaxonSuggestion[]>} */
  async ask(text) {
    const url = `${this.url}&q=${encodeURIComponent(text)}&first=${this.first().join(",")}`;
    const answer = await fetch(url)
      .then((response) => (response.ok ? response.json() : null))
      .catch(() => null); // also where an answer breaks off
    const taxa = answer?.results ?? this.here(text);
    if (text === this.combobox.text) this.say(answer ? this.nothing : AWAY, !answer || Boolean(text && !taxa.length));
    return taxa;
  }

  /** What is known without the server. */
  here(text) {
    const links = [...document.querySelectorAll("#panel [data-taxon]")];
    const taxa = [...this.slots.recent(), ...links.map(({ dataset }) => ({ id: Number(dataset.taxon), name: dataset.name }))];
    const byId = new Map(taxa.map((taxon) => [Number(taxon.id), taxon]));
    const begin = [...byId.values()].filter(({ name }) => name.toLowerCase().startsWith(text.toLowerCase()));
    const isWhole = ({ name }) => Number(name.length === text.length);
    return begin.sort((one, other) => isWhole(other) - isWhole(one));
  }

  /** Ids of the taxa that come before the rest of the tree: recent ones, then those that most objects of the project have. */
  first() {
    const byCount = [...this.counts].sort(([, one], [, other]) => other - one).map(([id]) => id);
    const inPanel = [...document.querySelectorAll("#panel [data-taxon]")].map(({ dataset }) => Number(dataset.taxon));
    return [...new Set([...this.slots.recent().map(({ id }) => Number(id)), ...byCount, ...inPanel])].slice(0, MOST_FIRST);
  }

  /** @param {TaxonSuggestion[]} taxa
   * @returns {ComboboxRow<TaxonSuggestion|typeof CREATE>[]} */
  rows(taxa) {
    this.matches = taxa.slice(0, MOST);
    const { text } = this.combobox;
    const rows = this.matches.map((taxon) => this.row(taxon));
    return text && this.creating ? [...rows, this.creatingRow(text)] : rows;
  }

  /** @param {TaxonSuggestion} taxon */
  row(taxon) {
    const number = this.counts.get(taxon.id)?.toLocaleString("en") ?? "";
    return { ...taxonRow(taxon, this.matches), number, key: this.keyOf(taxon) };
  }

  /** That gives the taxon on the bench, too. */
  keyOf({ id }) {
    const slot = this.slots.inOrder().find(({ taxon }) => taxon.id === Number(id));
    const quick = Object.entries(this.own.quick).find(([, taxon]) => Number(taxon.id) === Number(id));
    return slot ? String(slot.number) : (quick?.[0] ?? "");
  }

  /** @returns {ComboboxRow<typeof CREATE>} */
  creatingRow(text) {
    const parent = this.proposedParent();
    return { value: CREATE, name: `Create “${text}”${parent && !text.includes("<") ? ` under ${parent}` : ""} …`, className: "create" };
  }

  /** The taxon that the panel filters by; what is new mostly belongs below it. */
  proposedParent() {
    return document.querySelector("#panel [data-taxon][aria-current]")?.dataset.name ?? "";
  }

  /** A digit in the empty field gives what it gives on the bench. */
  press(event) {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const taxon = isPlain && !this.input.value && /^[1-9]$/.test(event.key) && this.slots.at(Number(event.key));
    if (!taxon) return;
    event.preventDefault();
    this.give(taxon);
  }

  /** @param {TaxonSuggestion|typeof CREATE} taxon */
  take(taxon) {
    if (taxon !== CREATE) return this.give(taxon);
    const [text, parent] = [this.combobox.text, this.proposedParent()];
    this.creating.use((form) => {
      this.dialog.querySelector("[data-part=find]").hidden = true;
      form.open(text, parent);
    });
  }

  say(words, isShown = true) {
    this.none.textContent = words;
    this.none.hidden = !isShown;
  }

  /** @param {Taxon} taxon */
  give({ id, name, lineage, is_italic }) {
    if (this.isUse) this.slots.use({ id, name, lineage });
    this.dialog.close();
    this.onPicked({ id, name, is_italic });
  }
}

/** With what the server knows of them.
 * @param {TaxonSuggestion[]} recent
 * @param {TaxonSuggestion[]} matches */
function recentFirst(recent, matches) {
  const byId = new Map(matches.map((taxon) => [Number(taxon.id), taxon]));
  const ids = new Set(recent.map(({ id }) => Number(id)));
  return [...recent.map((taxon) => byId.get(Number(taxon.id)) ?? taxon), ...matches.filter(({ id }) => !ids.has(Number(id)))];
}
