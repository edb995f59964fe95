/** What people do to the tree, by buttons and keys, one after the other; and what others change meanwhile. */
import { LiveEvents } from "../page/liveevents.js";
import { indented, outdented, shifted } from "./order.js";
import { TreeChanges } from "./treechanges.js";

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
    this.changes = new TreeChanges(root, rows, source, server, toasts, () => this.run("undo"));
    this.isBusy = false;
    const { changes } = this;
    this.acts = {
      open: () => this.rows.open(changes.one()),
      name: () => changes.name(),
      trait: () => changes.naming.chooseTrait(changes.current()),
      group: () => changes.group(),
      rename: () => changes.rename(),
      dissolve: () => changes.dissolve(),
      up: () => changes.shift("up", (all, moved) => shifted(all, moved, -1)),
      down: () => changes.shift("down", (all, moved) => shifted(all, moved, +1)),
      outdent: () => changes.shift("outdent", outdented),
      indent: () => changes.shift("indent", indented),
      cut: () => changes.cutThem(),
      paste: () => changes.paste(),
      undo: () => changes.undo(),
      propose: () => changes.propose(),
    };
    root.addEventListener("click", ({ target }) => target instanceof Element && this.click(target));
    root.addEventListener("keydown", (event) => this.press(event));
    this.announced = 0; // the latest revision that is not drawn yet
    const { project, clustering, madeAt } = root.dataset;
    const tree = (change) => change.clustering === Number(clustering) && this.hear(change.revision);
    this.events = new LiveEvents(project, { tree }, () => this.hear(Infinity), `?since=${madeAt}`); // from when the page was made
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
    if (announced <= this.changes.revision) return;
    const rows = await this.source.fetch();
    if (rows) this.rows.replace(rows);
    else if (rows === null) this.announced = Math.max(this.announced, announced);
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
      paste: this.changes.cut.length > 0 && isOne,
    };
    for (const [act, isOn] of Object.entries(enabled)) this.button(act).disabled = !isOn;
    const trait = this.button("trait"); // where the project has any
    if (trait) trait.disabled = !enabled.name;
    const words = this.changes.cut.length ? `${this.changes.cut.length} cut: choose where` : selected.length ? `${selected.length} selected` : "None selected";
    const place = document.getElementById("tree-chosen");
    if (place.textContent !== words) place.textContent = words;
    for (const row of this.rows.all()) row.classList.toggle("cut", this.changes.cut.includes(Number(row.dataset.id)));
  }

  /** What was cut stays where it is. */
  keep() {
    this.changes.cut = [];
    this.update();
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
