import assert from "node:assert/strict";
import { test } from "node:test";
import { Arranging } from "../../../static/js/clustertree/arranging.js";
import { GroupNaming, inWords } from "../../../static/js/clustertree/groupnaming.js";
import { after, fits, indented, outdented, pastedAt, shifted, topmost } from "../../../static/js/clustertree/order.js";
import { RowSource } from "../../../static/js/clustertree/source.js";
import { TreeChanges } from "../../../static/js/clustertree/treechanges.js";

/** 1 (2, 3 (4)), 5, 6 */
const ROWS = [
  { id: 1, parent: null, isGroup: true },
  { id: 2, parent: 1, isGroup: false },
  { id: 3, parent: 1, isGroup: true },
  { id: 4, parent: 3, isGroup: false },
  { id: 5, parent: null, isGroup: false },
  { id: 6, parent: null, isGroup: false },
];
const rows = (...ids) => ROWS.filter(({ id }) => ids.includes(id));

test("what lies in a group that moves goes with it", () => {
  assert.deepEqual(topmost(ROWS, [4, 1, 5]), rows(1, 5));
});

test("up and down are among siblings", () => {
  assert.deepEqual(shifted(ROWS, rows(5), -1), { parent: null, before: 1 });
  assert.deepEqual(shifted(ROWS, rows(5), +1), { parent: null, before: null });
  assert.deepEqual(shifted(ROWS, rows(1, 5), +1), { parent: null, before: null });
  assert.equal(shifted(ROWS, rows(2), -1), null);
});

test("out of a group is after it, into one is the group above", () => {
  assert.deepEqual(outdented(ROWS, rows(2)), { parent: null, before: 5 });
  assert.deepEqual(indented(ROWS, rows(5)), { parent: 1, before: null });
  assert.equal(outdented(ROWS, rows(5)), null);
  assert.equal(indented(ROWS, rows(6)), null);
});

test("what was cut is pasted into a group, or before a cluster, but not into itself", () => {
  assert.deepEqual(pastedAt(ROWS[2]), { parent: 3, before: null });
  assert.deepEqual(pastedAt(ROWS[4]), { parent: null, before: 5 });
  assert.equal(fits(ROWS, rows(1), pastedAt(ROWS[2])), false);
  assert.equal(fits(ROWS, rows(5), pastedAt(ROWS[2])), true);
});

test("what others change while a name is chosen is drawn when that is done, and only once", async () => {
  const drawn = [];
  let chosen;
  const rows = {
    list: { dataset: { revision: "3" } },
    replace(revision) {
      this.list.dataset.revision = revision;
      drawn.push(revision);
    },
  };
  const page = Object.assign(Object.create(Arranging.prototype), {
    announced: 0,
    isBusy: false,
    rows,
    changes: Object.assign(Object.create(TreeChanges.prototype), { rows }),
    acts: { name: () => new Promise((resolve) => (chosen = resolve)) },
    update() {},
    source: { fetch: async () => "5" },
  });
  const isDone = page.run("name");
  page.hear(4);
  page.hear(5);
  assert.deepEqual(drawn, [], "not below a dialog");
  chosen();
  await isDone;
  page.hear(5);
  assert.deepEqual(drawn, ["5"]);
});

test("of rows that are asked for twice the latest are drawn, and without a network those that are here stay", async () => {
  const drawn = [];
  const answers = [];
  globalThis.location = /** @type {any} */ ({ href: "https://site/tree/", reload: () => assert.fail("the page would be gone") });
  globalThis.fetch = () => new Promise((resolve, reject) => answers.push({ resolve, reject }));
  const rows = { list: { dataset: { revision: "3" } }, replace: (revision) => drawn.push(revision) };
  const source = new RowSource(/** @type {any} */ (rows), assert.fail);
  const changes = Object.assign(Object.create(TreeChanges.prototype), { rows });
  const page = Object.assign(Object.create(Arranging.prototype), { announced: 0, isBusy: false, rows, source, changes });
  const [first, second] = [page.hear(4), page.hear(5)];
  answers[1].resolve({ ok: true, text: async () => "5" });
  answers[0].resolve({ ok: true, text: async () => "4" });
  await Promise.all([first, second]);
  assert.deepEqual(drawn, ["5"]);
  const third = page.hear(6);
  answers[2].reject(new TypeError("no network"));
  await third;
  assert.equal(page.announced, 6, "drawn with the next change");
  const fourth = page.hear(7);
  answers[3].resolve({ ok: true, redirected: true, text: async () => "Sign in" });
  await fourth;
  assert.deepEqual(drawn, ["5"], "nor is the page drawn that asks to sign in");
});

test("what a group gets is told, with what has no value", () => {
  const answer = { changed: 1200, clusters: 3, not_validated: 1, held: 0, traits: [{ inapplicable: 4, conflicts: [] }] };
  assert.equal(
    inWords(answer, "Salpida, egg sac: yes"),
    "1,200 objects in 3 clusters are Salpida, egg sac: yes; 1 that nobody has looked at stay as they are, 4 get no value of a trait that does not apply to them.",
  );
});

test("values go with the name of the group that they were chosen for, and with no other", async () => {
  const sent = [];
  /** @type {any} */
  const server = { post: async (path, body) => sent.push([path, body]) && { batch: 7, changed: 2, clusters: 1 } };
  /** @type {any} */
  const element = { dataset: {}, addEventListener() {}, setAttribute() {}, replaceChildren() {} };
  /** @type {any} */
  const chooser = { taxon: async () => ({ id: 5, name: "Salpida" }) };
  const naming = new GroupNaming(element, server, chooser, /** @type {any} */ ({}));
  /** @type {(id: string) => any} */
  const rowOf = (id) => ({ dataset: { id, name: `Group ${id}`, ready: "1" } });
  const choose = (id) => {
    naming.begin(rowOf(id).dataset);
    /** @type {any} */
    const trait = { key: "eggs", name: "eggs", kind: "count", choices: [] };
    naming.traits.values.set("eggs", { trait, value: 3 });
  };
  choose("1");
  await naming.name(rowOf("2"), 9, () => {});
  choose("2");
  await naming.name(rowOf("2"), 9, () => {});
  await naming.name(rowOf("2"), 9, () => {});
  assert.deepEqual(sent, [
    ["/clusters/2/name-all/", { taxon: 5, revision: 9 }],
    ["/clusters/2/name-all/", { taxon: 5, revision: 9, traits: { eggs: 3 } }],
    ["/clusters/2/name-all/", { taxon: 5, revision: 9 }],
  ]);
});

test("a row goes before the sibling that is not drawn, not behind all of them", () => {
  const cut = [...rows(1, 5), { ...ROWS[5], following: 7 }];
  assert.deepEqual(shifted(cut, [cut[1]], +1), { parent: null, before: 7 });
  assert.deepEqual(after(cut, cut[2]), { parent: null, before: 7 });
});

test("of a large tree what is open is asked for, and the row that has the focus", () => {
  globalThis.location = /** @type {any} */ ({ href: "https://site/tree/?clustering=3" });
  /** @type {any} */
  const tree = { isPartial: true, opened: new Set(["4", "9"]) };
  const source = new RowSource(tree, assert.fail);
  assert.equal(source.address("12"), "https://site/tree/?clustering=3&open=4%2C9&siblings=200&focus=12");
  tree.isPartial = false;
  assert.equal(source.address("12"), "https://site/tree/?clustering=3");
});

test("who asks for more rows by a key does not lose the focus with the button", async () => {
  globalThis.location = /** @type {any} */ ({ href: "https://site/tree/" });
  globalThis.fetch = /** @type {any} */ (async () => ({ ok: true, redirected: false, text: async () => "<ul></ul>" }));
  const focused = [];
  const place = (name) => ({ focus: () => focused.push(name) });
  const buttons = [place("button"), null];
  /** @type {any} */
  const tree = { isPartial: true, opened: new Set(), replace() {}, current: place("row"), root: { querySelector: () => buttons.shift() } };
  const source = new RowSource(tree, assert.fail);
  await source.drawMore();
  await source.drawMore();
  assert.deepEqual([focused, source.siblings], [["button", "row"], 600]);
});

test("rows that do not come are said, and can be asked for again", async () => {
  globalThis.location = /** @type {any} */ ({ href: "https://site/tree/" });
  globalThis.fetch = () => Promise.reject(new TypeError("no network"));
  const words = [];
  const closed = [];
  /** @type {any} */
  const tree = { isPartial: true, opened: new Set(), isMissing: (group) => group !== "here", setOpen: (group, isOpen) => isOpen || closed.push(group) };
  const source = new RowSource(tree, (why) => words.push(why));
  await source.drawMore();
  assert.equal(source.siblings, 200, "no more are asked for the next time");
  await source.drawGroups(/** @type {any} */ (["here", "missing"]));
  assert.deepEqual([closed, words.length], [["missing"], 2]);
  assert.match(words[0], /cannot be reached. Try it again/);
});
