/** The taxa on a person's digits in this project. A taxon keeps its digit: one that is new takes a free slot, or else the
 * slot that was unused longest, and no other moves. A pinned slot is never taken. The server keeps them. */

const SLOTS = 9;
const SOON = 2000; // milliseconds until it is saved which slot was used last
const AGAIN = 15_000; // milliseconds until the server is asked again that could not be reached
const BEFORE = "seston.recent-taxa"; // the list that all projects had in common, by versions before slots

export class Slots {
  /** @param {Slot[]} slots the one used last first
   * @param {Server|null} server null where they are only read */
  constructor(slots, server) {
    this.slots = slots;
    this.server = server;
    /** @type {(() => void)[]} */
    this.listeners = [];
    /** @type {Timer|null} */
    this.timer = null; // until they are saved
    this.saving = Promise.resolve();
    if (!server) return;
    this.channel = new BroadcastChannel(`seston.slots.${server.person}.${server.base}`); // the person's other tabs
    this.channel.addEventListener("message", ({ data }) => this.set(data));
    document.addEventListener("taxon-replaced", ({ detail }) => this.replace(detail.taxon, detail.by));
    document.addEventListener("visibilitychange", () => document.hidden && this.timer && this.save());
    if (!slots.length) this.takeOver();
  }

  /** As the page has them.
   * @param {Server|null} server */
  static ofPage(server = null) {
    return new Slots(JSON.parse(document.getElementById("slots")?.textContent ?? "[]"), server);
  }

  /** @param {() => void} listener is called whenever they are others */
  listen(listener) {
    this.listeners.push(listener);
  }

  /** By their digits. */
  inOrder() {
    return [...this.slots].sort((a, b) => a.number - b.number);
  }

  /** The taxa, the one used last first. */
  recent() {
    return this.slots.map(({ taxon }) => taxon);
  }

  /** Whether a taxon of the project begins so, as the slots and the panel have them.
   * @param {string} text */
  isName(text) {
    const inPanel = [...document.querySelectorAll("#panel [data-taxon]")].map((link) => link.getAttribute("data-name") ?? "");
    const names = [...this.recent().map(({ name }) => name), ...inPanel];
    return names.some((name) => name.toLowerCase().startsWith(text.toLowerCase()));
  }

  /** @param {number} number */
  at(number) {
    return this.slots.find((slot) => slot.number === number)?.taxon;
  }

  /** The taxon was given.
   * @param {Omit<Taxon, "id"> & {id: number|string}} taxon */
  use({ id, name, lineage }) {
    const own = this.slots.find(({ taxon }) => taxon.id === Number(id));
    if (own && own !== this.slots[0]) this.change([own, ...this.slots.filter((slot) => slot !== own)], SOON);
    if (own) return;
    const number = this.freeNumber();
    if (!number) return; // all are pinned
    const others = this.slots.filter((slot) => slot.number !== number);
    this.change([{ number, taxon: { id: Number(id), name, lineage }, is_pinned: false }, ...others]);
  }

  freeNumber() {
    const numbers = Array.from({ length: SLOTS }, (_, i) => i + 1);
    const empty = numbers.find((number) => !this.at(number));
    return empty ?? this.slots.findLast((slot) => !slot.is_pinned)?.number;
  }

  /** Pins the slot, or lets it go. Without a number, that of the taxon which was given last. */
  togglePin(number = this.slots[0]?.number) {
    this.change(this.slots.map((slot) => (slot.number === number ? { ...slot, is_pinned: !slot.is_pinned } : slot)));
  }

  /** A taxon that was merged is what it became.
   * @param {Taxon} taxon
   * @param {Taxon} by */
  replace(taxon, by) {
    if (!this.slots.some((slot) => slot.taxon.id === Number(taxon.id))) return;
    const others = this.slots.filter((slot) => slot.taxon.id !== Number(by.id));
    const current = { id: Number(by.id), name: by.name };
    this.change(others.map((slot) => (slot.taxon.id === Number(taxon.id) ? { ...slot, taxon: current } : slot)));
  }

  /** The recent taxa from before that the project has keep the digits of their places. */
  takeOver() {
    /** @type {Taxon[]} */
    const before = JSON.parse(localStorage.getItem(BEFORE) ?? "[]").slice(0, SLOTS);
    const ofProject = new Set([...document.querySelectorAll("#panel [data-taxon]")].map((link) => link.getAttribute("data-taxon")));
    const slots = before.map(({ id, name, lineage }, i) => ({ number: i + 1, taxon: { id: Number(id), name, lineage }, is_pinned: false }));
    const current = slots.filter(({ taxon }) => ofProject.has(String(taxon.id)));
    if (current.length) this.change(current);
  }

  /** @param {Slot[]} slots
   * @param {number} wait milliseconds until they are saved */
  change(slots, wait = 0) {
    this.set(slots);
    this.channel?.postMessage(slots);
    if (!this.server) return;
    clearTimeout(this.timer ?? undefined);
    this.timer = setTimeout(() => this.save(), wait);
  }

  /** @param {Slot[]} slots */
  set(slots) {
    this.slots = slots;
    for (const listener of this.listeners) listener();
  }

  /** One after the other, so that the last one stands. */
  save() {
    const { server } = this;
    if (!server) return;
    clearTimeout(this.timer ?? undefined);
    this.timer = null;
    const slots = this.slots.map(({ number, taxon, is_pinned }) => ({ number, taxon: taxon.id, is_pinned }));
    this.saving = this.saving.then(async () => {
      const { waits } = await server.attempt("slots/", { slots }, { method: "PUT" });
      if (waits) this.timer ??= setTimeout(() => this.save(), AGAIN);
    });
  }
}
