// What others do, as they do it; and what one undoes oneself.
import assert from "node:assert/strict";
import { test } from "node:test";

class Source extends EventTarget {
  static opened = [];

  constructor(url) {
    super();
    this.url = url;
    Source.opened.push(this);
  }

  close() {}

  emit(kind, content) {
    this.dispatchEvent(Object.assign(new Event(kind), { data: JSON.stringify(content) }));
  }
}

const document = Object.assign(new EventTarget(), { querySelector: () => null, hidden: false });
Object.assign(globalThis, { window: new EventTarget(), document, location: { search: "?sample=7" }, EventSource: Source });
const { Live } = await import("../../../static/js/live/live.js");
const { LiveEvents } = await import("../../../static/js/page/liveevents.js");

function liveOf(t) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const vignette = { dataset: { id: "5", version: "1" }, classList: { add() {}, remove() {} } };
  const refreshed = [];
  const labels = {
    trait: null,
    sitting: { knows: () => false },
    outbox: { turn: 0, onChange: new EventTarget() },
    waitsFor: () => false,
    refresh: async (ids) => refreshed.push(ids) && [vignette],
    recountWithin() {},
  };
  const looks = [];
  const gallery = { element: new EventTarget(), everything: () => [vignette], last: vignette, lookAgain: () => looks.push(gallery.last.dataset.id) };
  Object.assign(globalThis, { requestAnimationFrame: () => 0 });
  new Live({ dataset: { project: "3", madeAt: "1234" } }, gallery, labels, null);
  return { gallery, labels, looks, refreshed, source: Source.opened.at(-1) };
}

test("it begins with what happened while the page was on its way", (t) => {
  assert.equal(liveOf(t).source.url, "/live/3/?sample=7&since=1234");
});

test("what others label is looked at", (t) => {
  const { refreshed, source } = liveOf(t);
  source.emit("labels", { batch: 9, objects: [[5, 2]] });
  t.mock.timers.tick(250);
  assert.deepEqual(refreshed, [[5]]);
});

test("what others label while its vignette is on its way is looked at when that has come", (t) => {
  const { gallery, refreshed, source } = liveOf(t);
  const vignettes = gallery.everything();
  gallery.everything = () => [];
  source.emit("labels", { batch: 9, objects: [[5, 2]] });
  t.mock.timers.tick(250);
  gallery.everything = () => vignettes;
  gallery.element.dispatchEvent(new Event("return"));
  t.mock.timers.tick(250);
  assert.deepEqual(refreshed, [[5]]);
  t.mock.timers.tick(10_000);
  gallery.element.dispatchEvent(new Event("return"));
  t.mock.timers.tick(250);
  assert.deepEqual(refreshed, [[5]], "who comes now was made since then");
});

test("all about the object in hand is fetched anew when others label it, or give it a trait, and not for other objects", async (t) => {
  const { gallery, looks, source } = liveOf(t);
  source.emit("labels", { batch: 9, objects: [[5, 2]] });
  t.mock.timers.tick(250);
  await new Promise((resolve) => setImmediate(resolve));
  source.emit("traits", { batch: 10, objects: [5] });
  source.emit("traits", { batch: 11, objects: [6] });
  source.emit("traits", { batch: 12, objects: null });
  assert.deepEqual(looks, ["5", "5", "5"]);
  gallery.last = null;
  source.emit("traits", { batch: 13, objects: [6] });
  assert.equal(looks.length, 3);
});

test("what is said of an object while its discussion is on its way is asked for when that is there", async (t) => {
  const asks = [];
  let discussion = null;
  Object.assign(document, { getElementById: () => discussion });
  globalThis.fetch = async (address) => asks.push(String(address)) && /** @type {any} */ ({ ok: false });
  const { source } = liveOf(t);
  source.emit("comments", { object: 6 });
  source.emit("comments", { object: 5 });
  await import("../../../static/js/discussions/discussion.js");
  await new Promise((resolve) => setImmediate(resolve));
  discussion = { dataset: { object: "5", url: "/objects/5/comments/" }, querySelector: () => null };
  document.dispatchEvent(new Event("htmx:load"));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asks, ["/objects/5/comments/"]);
});

test("while something is undone nothing is looked at: whoever undoes is told what changed here", (t) => {
  const { labels, refreshed, source } = liveOf(t);
  labels.outbox.turn = 1;
  source.emit("labels", { batch: 9, objects: [[5, 2]] });
  t.mock.timers.tick(250);
  assert.deepEqual(refreshed, []);
  labels.outbox.turn = 0;
  labels.outbox.onChange.dispatchEvent(new Event("change"));
  t.mock.timers.tick(250);
  assert.deepEqual(refreshed, [[5]]);
});

test("who was without the network is told that something may have been missed, and nobody else", () => {
  const changes = [];
  new LiveEvents("3", { tree: ({ revision }) => changes.push(revision) }, () => changes.push("missed"), "?since=1234");
  const source = Source.opened.at(-1);
  assert.equal(source.url, "/live/3/?since=1234");
  source.dispatchEvent(new Event("open"));
  source.emit("tree", { revision: 5 });
  source.dispatchEvent(new Event("error"));
  source.dispatchEvent(new Event("open"));
  assert.deepEqual(changes, [5, "missed"]);
});
