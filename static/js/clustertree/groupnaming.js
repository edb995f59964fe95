/** A group gets its name: a taxon for all clusters beneath that wait for one, and values of traits that go with it. */
import { NamedTraits } from "../clusters/traits.js";
import { OnDemand } from "../page/ondemand.js";

export class GroupNaming {
  /** @param {HTMLElement} element where the chosen values stand
   * @param {import("../page/server.js").Server} server
   * @param {import("./chooser.js").NameChooser} chooser
   * @param {import("../page/toast.js").Toasts} toasts */
  constructor(element, server, chooser, toasts) {
    this.element = element;
    this.server = server;
    this.chooser = chooser;
    this.traits = new NamedTraits(element, /** @type {Api} */ (/** @type {unknown} */ (server)));
    this.group = ""; // whose values they are
    this.palette = new OnDemand(
      () => import("../traits/palette.js"),
      ({ Palette }) => new Palette(document.getElementById("palette"), vocabulary(), null, false),
      { say: (words) => toasts.error(words) },
    );
  }

  /** @param {HTMLElement} row of a group */
  chooseTrait({ dataset }) {
    this.begin(dataset);
    const choose = (trait, label) => this.traits.choose(trait, label);
    return this.palette.use((palette) => palette.open([], choose, this.traits.applying(null), Number(dataset.objects)));
  }

  /** What was chosen for another group goes with no other name.
   * @param {DOMStringMap} dataset */
  begin({ id, name }) {
    if (this.group !== id) this.traits.clear();
    this.group = id;
    this.element.dataset.of = `${name} gets with its name: `;
    this.element.setAttribute("aria-label", `What all of ${name} gets with its name`);
  }

  /** @param {HTMLElement} row of a group
   * @param {number} revision that was seen: what others put into the group while a taxon is chosen is not named unseen
   * @param {(words: string) => void} refuse
   * @returns {Promise<{batch: number, words: string}|null>} */
  async name({ dataset }, revision, refuse) {
    this.begin(dataset);
    const { id, name, ready } = dataset;
    const taxon = await this.chooser.taxon(`${ready} ${Number(ready) === 1 ? "cluster" : "clusters"} in ${name}: which taxon?`);
    if (!taxon) return null;
    const body = { taxon: Number(taxon.id), revision, ...this.traits.body };
    const answer = await this.server.post(`/clusters/${id}/name-all/`, body, { refuse });
    if (!answer) return null;
    const words = inWords(answer, [taxon.name, ...this.traits.words].join(", "));
    this.traits.clear();
    return { batch: answer.batch, words };
  }
}

/** @returns {Trait[]} */
function vocabulary() {
  return JSON.parse(document.getElementById("traits").textContent);
}

/** @param {{changed: number, clusters: number, not_validated: number, held: number, traits?: {inapplicable: number, conflicts: unknown[]}[]}} answer
 * @param {string} label the taxon, with the values that were given beside it */
export function inWords({ changed, clusters, not_validated: notLookedAt, held, traits = [] }, label) {
  const inapplicable = traits.reduce((sum, each) => sum + each.inapplicable, 0);
  const conflicts = traits.reduce((sum, each) => sum + each.conflicts.length, 0);
  const left = [
    notLookedAt && `${notLookedAt} that nobody has looked at stay as they are`,
    held && `${held} that others have open too`,
    inapplicable && `${inapplicable.toLocaleString("en")} get no value of a trait that does not apply to them`,
    conflicts && `${conflicts.toLocaleString("en")} keep the value that somebody gave them meanwhile`,
  ]
    .filter(Boolean)
    .join(", ");
  const words = `${changed.toLocaleString("en")} objects in ${clusters} clusters are ${label}`;
  return left ? `${words}; ${left}.` : `${words}.`;
}
