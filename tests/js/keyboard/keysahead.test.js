// Keys that are pressed before an answer has come: they are for what comes then, never for what was there before.
import assert from "node:assert/strict";
import { test } from "node:test";

class Key extends Event {
  constructor(type, { key, ctrlKey = false, metaKey = false, altKey = false }) {
    super(type, { cancelable: true });
    Object.assign(this, { key, ctrlKey, metaKey, altKey });
  }
}

const window = new EventTarget();
const presses = [];
const element = { setAttribute() {}, replaceChildren() {}, append() {}, style: {} };
const document = Object.assign(new EventTarget(), {
  activeElement: { dispatchEvent: (event) => presses.push(event.key) },
  querySelector: () => ({ dataset: {} }),
  createElement: () => element,
  createElementNS: () => element,
  body: { append() {}, appendChild: () => element, matches: () => false, querySelectorAll: () => [] },
  cookie: "csrftoken=x",
});
Object.assign(globalThis, { window, document, KeyboardEvent: Key, HTMLTextAreaElement: class {}, localStorage: { getItem: () => null } });
const { Pages } = await import("../../../static/js/gallery/pages.js");
const { Combobox } = await import("../../../static/js/fields/combobox.js");
const { NewTaxon } = await import("../../../static/js/taxa/newtaxon.js");
const { ObjectPanel } = await import("../../../static/js/object/objectpanel.js");

/** Whether the page has heard it by now. */
function press(key) {
  return window.dispatchEvent(new Key("keydown", { key }));
}

const afterAll = () => new Promise((resolve) => setImmediate(resolve));

/** A list whose rows are given by hand; the first of them is marked, as it is drawn. */
function listOf(chosen) {
  const answers = [];
  const combobox = Object.assign(Object.create(Combobox.prototype), {
    input: { value: "" },
    searches: 0,
    isMarked: true,
    rows: ["recent"],
    find: () => new Promise((resolve) => answers.push(resolve)),
    show: (rows) => Object.assign(combobox, { rows }),
    current: () => combobox.rows[0],
    takeRow: (row) => chosen.push(row),
  });
  return { answers, combobox };
}

test("letters after an early Enter are not for the list that Enter waits for", async () => {
  const chosen = [];
  const { answers, combobox } = listOf(chosen);
  presses.length = 0;
  combobox.search();
  combobox.press(new Key("keydown", { key: "Enter" }));
  assert.equal(press("n"), false, "it waits");
  answers[0](["Calanus"]);
  await afterAll();
  assert.deepEqual(chosen, ["Calanus"]);
  assert.deepEqual(presses, ["n"]);
  assert.equal(press("o"), true, "and nothing waits any more");
});

test("what is changed after an early Enter, by other means than keys, takes nothing of what was listed before", async () => {
  const chosen = [];
  const { answers, combobox } = listOf(chosen);
  combobox.search();
  combobox.press(new Key("keydown", { key: "Enter" }));
  combobox.search();
  answers[0](["Calanus"]);
  await afterAll();
  assert.deepEqual(chosen, []);
});

test("Escape gives up what waits, and is heard itself", async () => {
  const chosen = [];
  const { answers, combobox } = listOf(chosen);
  combobox.search();
  combobox.press(new Key("keydown", { key: "Enter" }));
  assert.equal(press("Escape"), true);
  answers[0](["Calanus"]);
  await afterAll();
  assert.deepEqual(chosen, []);
});

test("keys don't wait for ever: after a while they do what they would have done without", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const chosen = [];
  const { answers, combobox } = listOf(chosen);
  presses.length = 0;
  combobox.search();
  combobox.press(new Key("keydown", { key: "Enter" }));
  press("n");
  t.mock.timers.tick(10_000);
  assert.deepEqual(presses, ["n"]);
  answers[0](["Calanus"]);
  await afterAll();
  assert.deepEqual(chosen, []);
});

/** Vignettes that come back when the test says so, and what the page says meanwhile. */
function returning() {
  const done = [];
  let settle = (_isComplete) => {};
  const coming = new Promise((resolve) => (settle = resolve));
  const pages = Object.assign(Object.create(Pages.prototype), { say: (words) => done.push(words) });
  pages.whenThere(coming, (isComplete) => done.push(isComplete));
  return { done, settle };
}

test("a label for all, pressed while some of them come back, is for all", async () => {
  presses.length = 0;
  const { done, settle } = returning();
  assert.equal(press("1"), false, "it waits");
  settle(true);
  await afterAll();
  assert.deepEqual([done, presses], [[true], ["1"]]);
});

test("where some do not come back, what was pressed for all labels nothing", async () => {
  presses.length = 0;
  const { done, settle } = returning();
  press("1");
  settle(false);
  await afterAll();
  assert.deepEqual([done, presses], [[false], []]);
  assert.equal(press("1"), true, "and nothing waits any more");
});

test("where they come back late, what was pressed meanwhile labels nothing, and that is said", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  presses.length = 0;
  const { done, settle } = returning();
  press("1");
  t.mock.timers.tick(10_000);
  assert.match(done.splice(0).join(), /did nothing/);
  settle(true);
  await afterAll();
  assert.deepEqual([done, presses], [[true], []]);
});

test("a choice of the model that comes late is not given over what was given meanwhile", async () => {
  const vignettes = [{ dataset: { id: "1", taxon: "5", state: "predicted" } }, { dataset: { id: "2", taxon: "5", state: "predicted" } }];
  const labelled = [];
  let answer;
  const panel = Object.assign(Object.create(ObjectPanel.prototype), {
    contents: [],
    gallery: { focused: () => vignettes[0] },
    fetch: () => new Promise((resolve) => (answer = resolve)),
    give: (taxon, objects) => labelled.push([taxon.id, objects.map(({ dataset }) => dataset.id)]),
  });
  const choosing = panel.choose(1, vignettes);
  Object.assign(vignettes[0].dataset, { taxon: "7", state: "validated" });
  answer({ querySelectorAll: () => [{ dataset: { choice: "9", name: "Calanus" }, getAttribute: () => "Alt+1" }] });
  await choosing;
  assert.deepEqual(labelled, [["9", ["2"]]]);
});

test("who is signed out is not told that no model has said anything", async () => {
  const words = [];
  globalThis.fetch = async () => /** @type {any} */ ({ ok: true, redirected: true, text: async () => "Sign in" });
  const panel = Object.assign(Object.create(ObjectPanel.prototype), { contents: [], gallery: { focused: () => null }, say: (text) => words.push(text) });
  const vignette = { dataset: { id: "1" } };
  await panel.choose(1, [vignette]);
  assert.match(words[0], /could not be fetched/);
});

test("a taxon that was created for other objects is not given to those in hand by now", async () => {
  const made = [];
  const answers = [];
  globalThis.fetch = () => new Promise((resolve) => answers.push(resolve));
  const fields = Object.fromEntries(["name", "parent", "kind", "rank", "aphia_id"].map((name) => [name, { value: "", focus() {}, select() {} }]));
  /** @type {any} */
  const form = Object.assign(new EventTarget(), { elements: fields, querySelector: () => new EventTarget(), reset() {} });
  const newTaxon = Object.assign(
    new NewTaxon(
      form,
      { url: "/taxa/", project: "1" },
      ({ id }) => made.push(id),
      () => {},
    ),
    { refuse() {} },
  );
  const create = (name) => {
    newTaxon.open(name, "");
    return newTaxon.create(false);
  };
  const first = create("egg");
  await afterAll(); // it is on its way
  const second = create("nauplius");
  await afterAll();
  for (const [place, answer] of answers.entries()) answer({ ok: true, json: async () => ({ id: place + 1, display_name: "" }) });
  await Promise.all([first, second]);
  assert.deepEqual(made, [2]);
});
