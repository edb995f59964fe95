// Answers that come after something else was asked for, or after the person has gone on: they change nothing any more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Chooser } from "../../static/js/fields/chooser.js";
import { Store } from "../../static/js/marks/store.js";
import { DetailView } from "../../static/js/object/detailview.js";
import { History } from "../../static/js/scans/correcting/history.js";
import { Place } from "../../static/js/shell/place.js";
import { ThresholdSlider } from "../../static/js/thresholds/threshold.js";

/** Answers that are given by hand, in any order. */
function holdAnswers() {
  const answers = [];
  globalThis.fetch = (_, options) =>
    new Promise((resolve, reject) => {
      options?.signal?.addEventListener("abort", () => reject(new DOMException("gone", "AbortError")));
      answers.push(resolve);
    });
  return answers;
}

const afterAll = () => new Promise((resolve) => setImmediate(resolve));

test("of two views that are chosen quickly the second is gone to, whichever the server looks at first", async () => {
  Object.assign(globalThis, { document: new EventTarget(), location: { search: "" } });
  const { Visits } = await import("../../static/js/shell/visit.js");
  const answers = holdAnswers();
  const visits = new Visits("/vignettes/", {});
  visits.go(new URLSearchParams("state=predicted"));
  const second = visits.go(new URLSearchParams("state=dubious"));
  answers[1]({ status: 200 });
  await second;
  answers[0]({ status: 200 });
  await afterAll();
  assert.equal(location.search, "state=dubious");
});

test("pictures at the border that were overtaken while they came are nobody's error", async () => {
  const answers = holdAnswers();
  const slider = { form: { dataset: { border: "/border/" } }, border: { innerHTML: "", replaceChildren: () => assert.fail("said to be unreachable") } };
  const fetchBorder = (threshold) => ThresholdSlider.prototype.fetchBorder.call(slider, threshold);
  const first = fetchBorder(0.5);
  answers[0]({
    ok: true,
    text: () => new Promise((_, reject) => slider.asking.signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")))),
  });
  await afterAll();
  const second = fetchBorder(0.6);
  answers[1]({ ok: true, text: async () => "of 0.6" });
  await Promise.all([first, second]);
  assert.equal(slider.border.innerHTML, "of 0.6");
  Object.assign(globalThis, { document: { createElement: () => ({}) } });
  const words = [];
  /** @type {any} */ (slider.border).replaceChildren = ({ textContent }) => words.push(textContent);
  const third = fetchBorder(0.7);
  answers[2]({ ok: true, redirected: true, text: async () => "Sign in" });
  await third;
  assert.equal(words.length, 1, "of who is signed out no pictures come");
});

test("of two cells of a matrix the second is shown, and nobody is led to the bench for the first", async () => {
  const region = Object.assign(new EventTarget(), { innerHTML: "", querySelector: () => ({ focus() {} }) });
  const page = Object.assign(new EventTarget(), { getElementById: () => region });
  Object.assign(globalThis, { document: page, Element: EventTarget, location: { assign: () => assert.fail("the page would be gone") } });
  await import("../../static/js/models/confusioncells.js");
  const answers = holdAnswers();
  const click = (href) => {
    const link = { href, setAttribute() {}, closest: () => ({ dataset: { cells: "/cells/" }, querySelectorAll: () => [] }) };
    const event = new Event("click", { cancelable: true });
    Object.defineProperty(event, "target", { value: Object.assign(new EventTarget(), { closest: (selector) => (selector.startsWith("#") ? null : link) }) });
    page.dispatchEvent(event);
  };
  click("/bench/?cell=1:2");
  click("/bench/?cell=3:4");
  answers[1]({ ok: true, text: async () => "of 3 and 4" });
  answers[0]({ ok: false });
  await afterAll();
  assert.equal(region.innerHTML, "of 3 and 4");
});

test("that there is none of a name is said of the name that stands there", async () => {
  const resolves = {};
  const combobox = { text: "" };
  const chooser = { combobox, none: { hidden: true }, choice: { find: (text) => new Promise((resolve) => (resolves[text] = resolve)) } };
  const type = (text) => {
    combobox.text = text;
    return Chooser.prototype.find.call(chooser, text);
  };
  const [first, second] = [type("a"), type("ar")];
  resolves.ar([{ value: "area" }]);
  await second;
  resolves.a([]);
  await first;
  assert.equal(chooser.none.hidden, true);
});

test("who has gone on is not led back to where the page was left", async () => {
  Object.assign(globalThis, {
    location: { search: "" },
    sessionStorage: { getItem: () => JSON.stringify({ places: { "": { objects: ["9"], page: 2 } } }) },
  });
  const focused = [];
  const gallery = { last: null, by: () => null, focus: (vignette) => focused.push(vignette) };
  const place = {
    project: "1",
    gallery,
    pages: () => [],
    async nextPages() {
      gallery.last = "what the person has clicked";
      gallery.by = () => "what was left";
      return true;
    },
  };
  await Place.prototype.restore.call(place);
  assert.deepEqual(focused, []);
});

test("a place whose objects are gone is sought as far as it lay, not to the end", async () => {
  const pages = [1, 2, 3, 4];
  const place = {
    project: "1",
    gallery: { last: null, by: () => null },
    pages: () => pages,
    async nextPages() {
      pages.push(5, 6, 7, 8);
      return true;
    },
  };
  Object.assign(globalThis, {
    location: { search: "" },
    sessionStorage: { getItem: () => JSON.stringify({ places: { "": { objects: ["9"], page: 6 } } }) },
  });
  await Place.prototype.restore.call(place);
  assert.equal(pages.length, 8);
});

/** What a module asks the server for, answered by hand. */
function serverByHand() {
  const answers = [];
  return { answers, server: /** @type {any} */ ({ get: () => new Promise((resolve) => answers.push(resolve)) }) };
}

test("marks that were asked for before are not drawn over those of later", async () => {
  globalThis.window = /** @type {any} */ (new EventTarget());
  const { answers, server } = serverByHand();
  const store = new Store(
    server,
    () => {},
    () => false,
  );
  store.object = 7;
  const [first, second] = [store.refresh(), store.refresh()];
  await afterAll();
  answers[1]([{ id: 1 }, { id: 2 }]);
  answers[0]([{ id: 1 }]);
  await Promise.all([first, second]);
  assert.equal(store.marks.length, 2);
});

test("corrections of a scan that are asked for twice are listed once", async () => {
  const { answers, server } = serverByHand();
  const list = { children: [], append: (...lines) => list.children.push(...lines) };
  const page = { list, more: {}, status: {} };
  const history = Object.assign(Object.create(History.prototype), { ...page, server, path: "", turn: 0, line: ({ id }) => id });
  const [first, second] = [history.load("9"), history.load("9")];
  for (const answer of answers) answer({ results: [{ id: 8 }], next: null });
  await Promise.all([first, second]);
  assert.deepEqual(list.children, [8]);
});

test("beside a picture stands what was asked for last, and not where somebody is at a field by now", async () => {
  Object.assign(globalThis, { location: { href: "http://localhost/" }, document: { activeElement: null } });
  const answers = holdAnswers();
  const vignette = { dataset: { id: "5" }, style: { getPropertyValue: () => "" }, querySelector: () => ({ dataset: {}, src: "/5.png", alt: "" }) };
  const beside = { innerHTML: "", querySelector: () => null, querySelectorAll: () => [], dispatchEvent() {}, contains: () => true };
  const view = Object.assign(Object.create(DetailView.prototype), {
    ...{ turn: 0, object: 5, beside, image: {}, stage: { dataset: {}, setAttribute() {} } },
    ...{ gallery: { last: vignette, element: { dataset: {} } }, turnTo() {} },
  });
  const answer = (place, html) => answers[place]({ ok: true, text: async () => html });
  const shows = [view.show(), view.show()];
  Object.assign(document, { activeElement: { matches: () => false } });
  answer(1, "after");
  answer(0, "before");
  await Promise.all(shows);
  assert.equal(beside.innerHTML, "after");
  Object.assign(document, { activeElement: { matches: () => true } });
  const third = view.show();
  answer(2, "anew");
  await third;
  assert.equal(beside.innerHTML, "after");
});
