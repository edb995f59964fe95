/** What people do to the tree, by buttons and keys. Each change goes to the server, and the rows come anew. */
import { Listening } from "../page/listening.js";
import { NameChooser } from "./chooser.js";
import { GroupNaming } from "./groupnaming.js";
import { fits, indented, outdented, pastedAt, shifted, topmost } from "./order.js";

const NOWHERE = {
  up: "It is the first of its group.",
  down: "It is the last of its group.",
  outdent: "It lies in no group.",
  indent: "What stands above it is no group: select both, and group them.",
};

export class Arranging {
  /** @param {HTMLElement} root
   * @param {import("./rows.js").TreeRows} rows
   * @param {import("./source.js").RowSource} source
   * @param {import("../page/server.js").Server} server
   * @param {import("../page/toast.js").Toasts} toasts */
  constructor(root, rows, source, server, toasts) {
    this.root = root;
    this.rows = rows;
    this.source = source;
    this.server = server;
    this.toasts = toasts;
    this.path = `/clusterings/${root.dataset.clustering}/`;
    this.chooser = new NameChooser(/** @type {HTMLDialogElement} */ (document.getElementById("choose-taxon")), root.dataset.complete);
    this.naming = new GroupNaming(document.getElementById("tree-traits"), server, this.chooser, toasts);
    /** @type {number[]} numbers of what was cut */
    this.cut = [];
    /** @type {(number|null)[]} what was done on this page, the last at the end: a batch of labels, null a change of the tree */
    this.done = [];
    this.isBusy = false;
    this.acts = {
      open: () => this.rows.open(this.one()),
      name: () => this.name(),
      trait: () => this.naming.chooseTrait(this.current()),
      group: () => this.group(),
      rename: () => this.rename(),
      dissolve: () => this.dissolve(),
      up: () => this.shift("up", (all, moved) => shifted(all, moved, -1)),
      down: () => this.shift("down", (all, moved) => shifted(all, moved, +1)),
      outdent: () => this.shift("outdent", outdented),
      indent: () => this.shift("indent", indented),
      cut: () => this.cutThem(),
      paste: () => this.paste(),
      undo: () => this.undo(),
      propose: () => this.propose(),
    };
    root.addEventListener("click", ({ target }) => target instanceof Element && this.click(target));
    root.addEventListener("keydown", (event) => this.press(event));
    this.announced = 0; // the latest revision that is not drawn yet
    const { project, clustering, madeAt } = root.dataset;
    const tree = (change) => change.clustering === Number(clustering) && this.hear(change.revision);
    this.listening = new Listening(project, { tree }, () => this.hear(Infinity), `?since=${madeAt}`); // from when the page was made
  }

  /** Changes of others draw the rows anew; what is heard while something is done, a name is chosen, say, afterwards.
   * @param {number} revision */
  hear(revision) {
    this.announced = Math.max(this.announced, revision);
    return this.isBusy ? undefined : this.catchUp();
  }

  /** Where the rows don't come they stay: they are asked for again at the next change, and when the server can be reached again. */
  async catchUp() {
    const { announced } = this;
    this.announced = 0;
    if (announced <= this.revision) return;
    const rows = await this.source.fetch();
    if (rows) this.rows.replace(rows);
    else if (rows === null) this.announced = Math.max(this.announced, announced);
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

  // --- Buttons and keys -----------------------------------------------------------------------------------------------

  /** @param {Element} target */
  click(target) {
    const act = /** @type {HTMLElement|null} */ (target.closest("[data-act]"))?.dataset.act;
    if (act) this.run(act);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    const act = this.rows.rowOf(event.target) && actOf(event);
    if (event.key === "Escape") this.keep();
    if (!act) return;
    event.preventDefault();
    if (this.button(act)?.disabled === false) this.run(act);
  }

  run(act) {
    return this.alone(this.acts[act]);
  }

  /** One at a time: the rows that a key or a drag means are those that the one before left.
   * @param {() => unknown} act */
  async alone(act) {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      await act();
      await this.catchUp();
    } finally {
      this.isBusy = false;
    }
    this.update();
  }

  button(act) {
    return /** @type {HTMLButtonElement} */ (this.root.querySelector(`[data-act=${act}]`));
  }

  /** What can be done now, and to how many. */
  update() {
    const selected = this.rows.selected();
    const chosen = this.rows.selected().length ? selected : [this.rows.current].filter(Boolean);
    const [first] = chosen;
    const isOne = chosen.length === 1;
    const isGroup = isOne && "group" in first.dataset;
    const some = chosen.length > 0;
    const enabled = {
      open: isOne && !isGroup,
      name: isGroup && Number(first.dataset.ready) > 0,
      rename: isOne,
      dissolve: isGroup,
      up: some,
      down: some,
      outdent: some,
      indent: some,
      cut: some,
      paste: this.cut.length > 0 && isOne,
    };
    for (const [act, isOn] of Object.entries(enabled)) this.button(act).disabled = !isOn;
    const trait = this.button("trait"); // where the project has any
    if (trait) trait.disabled = !enabled.name;
    const words = this.cut.length ? `${this.cut.length} cut: choose where` : selected.length ? `${selected.length} selected` : "None selected";
    const place = document.getElementById("tree-chosen");
    if (place.textContent !== words) place.textContent = words;
    for (const row of this.rows.all()) row.classList.toggle("cut", this.cut.includes(Number(row.dataset.id)));
  }

  // --- Changes --------------------------------------------------------------------------------------------------------

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

  /** What was cut stays where it is. */
  keep() {
    this.cut = [];
    this.update();
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
    this.toasts.done(named.words, { act: "Undo", onAct: () => this.run("undo") });
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

/** @param {KeyboardEvent} event
 * @returns {string|undefined} the action that a key means on a row */
function actOf({ key, ctrlKey, metaKey, altKey, shiftKey }) {
  const isControl = ctrlKey || metaKey;
  if (altKey && shiftKey && !isControl) return { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "outdent", ArrowRight: "indent" }[key];
  if (key === ";" && !altKey && !isControl) return "trait"; // some keyboards have it behind Shift
  if (altKey || shiftKey) return undefined;
  if (isControl) return { x: "cut", v: "paste", z: "undo", g: "group", Enter: "name" }[key];
  return { F2: "rename", Delete: "dissolve" }[key];
}
