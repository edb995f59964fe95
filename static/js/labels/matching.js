/** Acting on all that match the filter, not only on what is shown: it says first how many they are, and what. */
import { focusFirst } from "../page/ondemand.js";

const AWAY = "What matches could not be counted: the server does not answer. Try it again in a moment.";
const MOST_TAXA = 8;
const number = (count) => count.toLocaleString("en");

export class Matching {
  /** @param {(count: number, then: (label: LabelChange) => void) => void} choose asks for the taxon or the value, for so many objects */
  constructor(dialog, labels, choose) {
    this.dialog = dialog;
    this.labels = labels;
    this.choose = choose;
    dialog.addEventListener("click", (event) => this.act(event.target.closest("[data-do]")?.dataset.do));
  }

  /** Opens at once, and says what it is about when that is counted: until then it has no buttons. */
  async open() {
    this.dialog.setAttribute("aria-busy", "true");
    if (!this.dialog.open) this.dialog.showModal();
    const counts = await this.labels.server.get(`counts/?${this.query}`);
    this.dialog.removeAttribute("aria-busy");
    if (!this.dialog.open) return;
    this.total = counts?.reduce((sum, { count }) => sum + count, 0);
    if (this.total) return this.show(counts);
    this.dialog.close();
    if (counts) this.labels.toasts.done("Nothing matches.");
    else this.labels.toasts.error(AWAY);
  }

  /** @param {{count: number, state: string, taxon: {name: string}|null}[]} counts */
  show(counts) {
    const states = sums(counts, ({ state }) => state);
    const taxa = sums(counts, ({ taxon }) => taxon?.name ?? "without taxon");
    this.part("total").textContent = `${number(this.total)} objects match`;
    this.part("states").textContent = states.map(([state, count]) => `${number(count)} ${state}`).join(", ");
    this.part("taxa").replaceChildren(...taxa.slice(0, MOST_TAXA).map(line));
    if (taxa.length > MOST_TAXA) this.part("taxa").append(line([`and ${number(taxa.length - MOST_TAXA)} more taxa`, ""]));
    const settled = new Map(states);
    const byPeople = (settled.get("validated") ?? 0) + (settled.get("dubious") ?? 0);
    this.part("settled").textContent = byPeople ? `${number(byPeople)} of them were settled by people, and would be changed, too.` : "";
    if (!this.labels.trait) for (const name of ["validate", "dubious"]) this.dialog.querySelector(`[data-do=${name}]`).disabled = settled.has("unclassified");
    focusFirst(this.dialog);
  }

  /** The filter of the page, without what else its address says: order, size, captions. */
  get query() {
    return this.labels.root.dataset.filter;
  }

  act(what) {
    if (!what) return;
    this.dialog.close();
    if (what === "taxon") this.choose(this.total, (label) => this.give(label));
    if (what === "validate") this.give({ state: "validated" });
    if (what === "dubious") this.give({ state: "dubious" });
    if (what === "unclassify") this.give({ state: "unclassified" });
  }

  give(label) {
    const filter = {};
    for (const [name, value] of new URLSearchParams(this.query)) filter[name] = [...(filter[name] ?? []), value];
    if (filter.descendants) filter.descendants = filter.descendants[0];
    const total = this.total;
    this.labels.outbox.after(() => this.labels.giveMatching(label, filter, total));
  }

  part(name) {
    return this.dialog.querySelector(`[data-part=${name}]`);
  }
}

/** [name, number of objects], most first */
function sums(counts, nameOf) {
  const totals = new Map();
  for (const entry of counts) totals.set(nameOf(entry), (totals.get(nameOf(entry)) ?? 0) + entry.count);
  return [...totals].sort((a, b) => b[1] - a[1]);
}

function line([name, count]) {
  const element = document.createElement("li");
  element.append(Object.assign(document.createElement("span"), { textContent: name }));
  element.append(Object.assign(document.createElement("span"), { textContent: count && number(count), className: "number" }));
  return element;
}
