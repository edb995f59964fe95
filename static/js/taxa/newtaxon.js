/** The form of the picker that creates a taxon: name, parent, kind, rank. What is spelt alike is offered first. */
import "../fields/fields.js";
import { token } from "../page/server.js";

export class NewTaxon {
  /** @param {HTMLFormElement} form
   * @param {{url: string, project: string}} where it is posted, and for which project
   * @param {(taxon: Taxon) => void} onMade gets the taxon that was made, or taken
   * @param {() => void} onBack */
  constructor(form, where, onMade, onBack) {
    this.form = form;
    this.where = where;
    this.onMade = onMade;
    this.turn = 0; // counts how often it was opened: an answer is for the objects of then
    this.sent = 0; // the turn that waits for an answer
    this.refusal = form.querySelector("[data-part=refusal]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.create(event.submitter?.getAttribute("name") === "homonym");
    });
    form.querySelector("[data-part=back]").addEventListener("click", onBack);
  }

  /** @param {string} text as it was typed: `egg<Copepoda` names the parent, too
   * @param {string} parent that is proposed */
  open(text, parent) {
    this.turn += 1;
    const [name, ...above] = text.split("<").map((part) => part.trim());
    this.form.reset();
    this.refuse("");
    this.fields.name.value = name;
    this.fields.parent.value = above.join("<") || parent;
    this.form.hidden = false;
    this.fields.parent.focus();
    this.fields.parent.select(); // Enter takes what is proposed, typing replaces it
  }

  get fields() {
    return /** @type {HTMLFormControlsCollection & Record<"name"|"parent"|"kind"|"rank"|"aphia_id", HTMLInputElement>} */ (this.form.elements);
  }

  /** Once, however often Enter is pressed until the answer comes. */
  async create(isHomonym) {
    const { turn } = this;
    if (this.sent === turn) return;
    this.sent = turn;
    await this.send(isHomonym, turn).finally(() => {
      if (this.sent === turn) this.sent = 0;
    });
  }

  async send(isHomonym, turn) {
    const parent = await this.parentCalled(this.fields.parent.value.trim());
    if (parent === undefined || turn !== this.turn) return;
    const { name, kind, rank, aphia_id: aphia } = this.fields;
    const body = {
      name: name.value,
      parent: parent?.id ?? null,
      project: Number(this.where.project),
      rank: rank.value.trim(),
      homonym: isHomonym,
      ...(kind.value && { kind: kind.value }),
      ...(aphia.value && { aphia_id: Number(aphia.value) }),
    };
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
    const response = await fetch(this.where.url, { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
    const answer = await response?.json().catch(() => ({}));
    if (turn !== this.turn) return; // given up, and opened for others since
    if (!response) return this.refuse("The server cannot be reached. Try again in a moment.");
    if (!response.ok) return this.refuse(answer.detail ?? "The server refused this.", answer.taxa ?? [], isHomonym);
    this.onMade({ id: answer.id, name: answer.display_name, lineage: [...(parent ? [parent.name] : []), answer.display_name] });
  }

  /** The taxon of the field: null where it is empty, undefined where there is none of that name. */
  async parentCalled(text) {
    if (!text) return null;
    const parent = await taxonCalled(this.fields.parent, text).catch(() => undefined);
    if (parent) return parent;
    this.refuse(parent === undefined ? "The server cannot be reached. Try again in a moment." : missing(text));
    this.fields.parent.focus();
  }

  /** Says why it was not made, and offers what is there. */
  refuse(sentence, taxa = [], wasHomonym = false) {
    this.refusal.hidden = !sentence;
    this.refusal.querySelector("p").textContent = sentence;
    const lines = taxa.map((taxon) => {
      const above = taxon.lineage.slice(0, -1).join(" › ");
      return buttonLine(`Take ${taxon.name}${above ? ` (${above})` : ""}`, "button", () => this.onMade(taxon));
    });
    if (taxa.length && !wasHomonym) lines.push(buttonLine("Create another one of this name", "submit", null, "homonym"));
    this.refusal.querySelector("ul").replaceChildren(...lines);
    lines[0]?.querySelector("button").focus();
  }
}

/** What the field's text means: the taxon of that name, or the only one that it may mean; null where there is none. Rejects
 * where the server cannot be asked.
 * @param {HTMLInputElement} field whose data-complete is an address that completes names
 * @param {string} text
 * @returns {Promise<TaxonSuggestion|null>} */
export async function taxonCalled(field, text) {
  const { results } = await fetch(`${field.dataset.complete}?q=${encodeURIComponent(text)}`).then((response) => response.json());
  const same = results.filter(({ name }) => plain(name) === plain(text));
  return (same.length ? same[0] : results.length === 1 ? results[0] : null) ?? null;
}

/** @param {string} text */
export function missing(text) {
  return `There is no taxon “${text}” to put it below: choose one from the list.`;
}

function buttonLine(text, type, act, name = "") {
  const button = Object.assign(document.createElement("button"), { textContent: text, type, name });
  if (act) button.addEventListener("click", act);
  const line = document.createElement("li");
  line.append(button);
  return line;
}

const plain = (text) => text.normalize("NFC").toLowerCase();
