/** Changes of the tree: each goes to the server, and the rows come anew. */
import { NameChooser } from "./chooser.js";
import { GroupNaming } from "./groupnaming.js";
import { fits, pastedAt, topmost } from "./order.js";

const NOWHERE = {
  up: "It is the first of its group.",
  down: "It is the last of its group.",
  outdent: "It lies in no group.",
  indent: "What stands above it is no group: select both, and group them.",
};

export class TreeChanges {
  /** @param {HTMLElement} root
   * @param {import("./rows.js").TreeRows} rows
   * @param {import("./source.js").RowSource} source
   * @param {import("../page/server.js").Server} server
   * @param {import("../page/toast.js").Toasts} toasts
   * @param {() => void} onUndo is called where a toast offers to take back what it tells of */
  constructor(root, rows, source, server, toasts, onUndo) {
    this.rows = rows;
    this.source = source;
    this.server = server;
    this.toasts = toasts;
    this.onUndo = onUndo;
    this.path = `/clusterings/${root.dataset.clustering}/`;
    this.chooser = new NameChooser(/** @type {HTMLDialogElement} */ (document.getElementById("choose-taxon")), root.dataset.complete);
    this.naming = new GroupNaming(document.getElementById("tree-traits"), server, this.chooser, toasts);
    /** @type {number[]} numbers of what was cut */
    this.cut = [];
    /** @type {(number|null)[]} what was done on this page, the last at the end: a batch of labels, null a change of the tree */
    this.done = [];
  }

  get revision() {
    return Number(this.rows.list.dataset.revision);
  }

  /** @returns {import("./order.js").Row[]} */
  model() {
    return this.rows.all().map(({ dataset }) => ({
      id: Number(dataset.id),
      parent: dataset.parent ? Number(dataset.parent) : null,
      isGroup: "group" in dataset,
      following: dataset.following ? Number(dataset.following) : null,
    }));
  }

  numbers() {
    return this.rows.chosen().map(({ dataset }) => Number(dataset.id));
  }

  /** The only row that is chosen, or null. */
  one() {
    const chosen = this.rows.chosen();
    return chosen.length === 1 ? chosen[0] : null;
  }

  async group() {
    const clusters = this.numbersOfTopmost();
    const group = await this.change(`${this.path}groups/`, { clusters });
    if (group) await this.reload({ focus: String(group.id), select: [String(group.id)] }, String(group.id));
  }

  numbersOfTopmost() {
    return topmost(this.model(), this.numbers()).map(({ id }) => id);
  }

  /** @param {import("./order.js").Row[]} moved
   * @param {import("./order.js").Place} place */
  async move(moved, place) {
    const clusters = moved.map(({ id }) => id);
    const answer = await this.change(`${this.path}move/`, { clusters, ...place });
    if (answer) await this.reload({ focus: String(clusters[0]) });
    return Boolean(answer);
  }

  /** @param {string} act
   * @param {(all: import("./order.js").Row[], moved: import("./order.js").Row[]) => import("./order.js").Place|null} where */
  async shift(act, where) {
    const all = this.model();
    const moved = topmost(all, this.chosenNumbers());
    if (!moved.length) return;
    if (moved.some(({ parent }) => parent !== moved[0].parent)) return void this.toasts.error("They lie in several groups: cut and paste them.");
    const place = where(all, moved);
    if (!place) return void this.toasts.done(NOWHERE[act]);
    await this.move(moved, place);
  }

  /** As `numbers`; where a button has the focus, of the row that had it before. */
  chosenNumbers() {
    const numbers = this.numbers();
    return numbers.length ? numbers : [Number(this.rows.current?.dataset.id)];
  }

  cutThem() {
    this.cut = topmost(this.model(), this.chosenNumbers()).map(({ id }) => id);
    this.rows.select([]);
  }

  async paste() {
    const all = this.model();
    const target = all.find(({ id }) => id === this.chosenNumbers()[0]);
    const moved = this.cut.map((cut) => all.find(({ id }) => id === cut) ?? { id: cut, parent: null, isGroup: false }); // in a closed group
    if (!target || !moved.length) return;
    const place = pastedAt(target);
    if (this.cut.includes(target.id) || !fits(all, moved, place)) return void this.toasts.error("It can't be put into itself: choose another place.");
    if (await this.move(moved, place)) this.cut = [];
  }

  current() {
    return this.one() ?? this.rows.current;
  }

  async rename() {
    const { dataset } = this.current();
    const heading = "group" in dataset ? `What ${dataset.name} is called` : `What ${dataset.name} is called meanwhile`;
    const chosen = await this.chooser.name(heading, dataset.name);
    if (!chosen) return;
    const taxon = "group" in dataset && chosen.id ? { taxon: Number(chosen.id) } : {};
    const body = { name: chosen.name, ...taxon };
    const answer = await this.change(`/clusters/${dataset.id}/`, body, "PATCH");
    if (answer) await this.reload({ focus: dataset.id });
  }

  async dissolve() {
    const { id } = this.current().dataset;
    const answer = await this.change(`/clusters/${id}/dissolve/`, {});
    if (answer) await this.reload();
  }

  /** All clusters beneath that wait, by one decision. */
  async name() {
    const row = this.current();
    const named = await this.naming.name(row, this.revision, (words) => this.refuse(words));
    if (!named) return;
    this.done.push(named.batch);
    this.toasts.done(named.words, { act: "Undo", onAct: this.onUndo });
    await this.reload({ focus: row.dataset.id });
  }

  async undo() {
    const batch = this.done.pop();
    if (batch) return this.undoNames(batch);
    if (batch === undefined && !this.rows.list.dataset.undoable) return void this.toasts.done("There is nothing of yours to take back here.");
    const answer = await this.server.post(`${this.path}undo/`, {}, { refuse: (words) => this.refuse(words) });
    if (!answer) return;
    this.toasts.done(`Taken back: ${answer.summary}.`);
    await this.reload();
  }

  async undoNames(batch) {
    const answer = await this.server.post(`/batches/${batch}/undo/`, {}, { refuse: (words) => this.refuse(words) });
    if (!answer) return;
    this.toasts.done(`Taken back: ${answer.changed.toLocaleString("en")} objects are as they were.`);
    await this.reload();
  }

  async propose() {
    const job = await this.server.post(`${this.path}propose/`, {}, { refuse: (words) => this.refuse(words) });
    if (job) location.assign(`/jobs/${job.id}/`);
  }

  /** Of the tree that is seen: what somebody else changed meanwhile is told, and drawn. */
  async change(path, body, method = "POST") {
    const answer = await this.server.post(path, { ...body, revision: this.revision }, { method, refuse: (words) => this.refuse(words) });
    if (answer) this.done.push(null);
    return answer;
  }

  refuse(words) {
    this.toasts.error(words);
    return this.reload();
  }

  /** @param {{focus?: string, select?: string[]}} then
   * @param {string} [opened] a group that is open then */
  async reload(then = {}, opened) {
    if (opened) this.rows.opened.add(opened);
    const rows = await this.source.fetch(then.focus);
    if (rows === null) return location.reload();
    if (rows) this.rows.replace(rows, then);
  }
}
