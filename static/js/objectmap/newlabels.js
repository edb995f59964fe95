/** Colours of points whose labels change while the map is open: of one object by its new label, of many by asking for the
 * colours of all anew. */

const MOST_OBJECTS = 1000; // objects a request
const TOGETHER = 60; // milliseconds in which labels are gathered: a thousand points aren't drawn anew for each
const CALM = 3000; // milliseconds between two times that all colours are asked for

export class NewLabels {
  /** @param {import("./scatter.js").Scatter} scatter
   * @param {import("../page/server.js").Server} server */
  constructor(scatter, server) {
    this.scatter = scatter;
    this.colours = scatter.colours;
    this.server = server;
    this.drawing = null;
    this.asking = null;
    this.isBehind = false; // labels were said while the points were on their way
    this.answered = Promise.resolve();
  }

  /** Somebody else labelled.
   * @param {number[]|null} ids null where they were too many to name */
  async labelled(ids) {
    this.isBehind = !this.scatter.root.dataset.drawn; // points that are on their way are from before, perhaps
    if (this.isBehind) return;
    if (!ids || ids.length > MOST_OBJECTS || !this.isOfLabels()) return this.refresh();
    const onMap = ids.filter((id) => this.scatter.points.placeOf(id) >= 0);
    this.answered = this.answered.then(() => this.ask(onMap)); // one after the other: the latest answer stands
    await this.answered;
  }

  /** @param {number[]} ids */
  async ask(ids) {
    const labels = ids.length ? await this.server.get(`labels/?ids=${ids.join(",")}`) : [];
    for (const { id, taxon, state } of labels ?? []) this.changed(id, Number(taxon?.id ?? 0), state);
  }

  /** All points are there: what was said meanwhile is asked for. */
  drawn() {
    if (this.isBehind) this.refresh();
    this.isBehind = false;
  }

  isOfLabels() {
    return ["taxon", "state"].includes(this.colours.header.title);
  }

  traitChanged() {
    if (this.colours.text.startsWith("trait:")) this.refresh();
  }

  /** Asks for all colours, once for what comes within some seconds. */
  refresh() {
    this.asking ??= setTimeout(() => {
      this.asking = null;
      this.colours.use(this.colours.requested ?? this.colours.text);
    }, CALM);
  }

  /** An object has another label now; colours that are on their way may be of before.
   * @param {number} id
   * @param {number} taxon 0 for none
   * @param {string} state */
  changed(id, taxon, state) {
    const { points } = this.scatter;
    const { header, byKey } = this.colours;
    this.scatter.pictures.forget(id);
    const i = header ? points.placeOf(id) : -1;
    if (i >= 0 && this.colours.requested) this.refresh();
    const key = header?.title === "taxon" ? taxon : header?.title === "state" ? this.keyOf(state) : null;
    if (i < 0 || key === null) return;
    this.colours.regroup(i, byKey.get(key) ?? header.groups.length - 1);
    this.drawing ??= setTimeout(() => {
      this.drawing = null;
      this.colours.shadeAnew();
    }, TOGETHER);
  }

  /** @param {string} state */
  keyOf(state) {
    return this.colours.header.groups.find(({ name }) => name === state)?.key ?? null;
  }
}
