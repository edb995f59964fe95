// Labels that change while the map's colours are on their way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NewLabels } from "../../../static/js/objectmap/newlabels.js";
import { PointColours } from "../../../static/js/objectmap/pointcolours.js";

function labelling() {
  const requests = [];
  const colours = {
    header: { title: "taxon", groups: [{}, {}] },
    byKey: new Map([[4, 0]]),
    requested: "score",
    text: "taxon",
    use: (text) => requests.push(text),
    regroup() {},
    shadeAnew() {},
  };
  const scatter = /** @type {any} */ ({ root: { dataset: {} }, colours, points: { placeOf: () => 0 }, pictures: { forget() {} } });
  return { labels: new NewLabels(scatter, /** @type {any} */ ({})), colours, requests };
}

test("labels that are given while the points are on their way are asked for when they are there", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { labels, colours, requests } = labelling();
  colours.requested = null;
  labels.labelled([7]);
  labels.drawn();
  labels.drawn();
  t.mock.timers.tick(5000);
  assert.deepEqual(requests, ["taxon"]);
});

test("of two answers about one object the later one stands, whichever the server gives first", async () => {
  const { labels } = labelling();
  const answers = [];
  const taxa = [];
  Object.assign(labels.scatter.root.dataset, { drawn: "1" });
  Object.assign(labels, { server: { get: () => new Promise((resolve) => answers.push(resolve)) }, changed: (_, taxon) => taxa.push(taxon) });
  const [first, second] = [labels.labelled([7]), labels.labelled([7])];
  for (let n = 0; n < 2; n += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    answers.pop()?.([{ id: 7, taxon: { id: n }, state: "validated" }]);
  }
  await Promise.all([first, second]);
  assert.deepEqual(taxa, [0, 1]);
});

test("a label that comes while another colour is fetched neither gets lost nor takes the choice back", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { labels, colours, requests } = labelling();
  labels.changed(7, 4, "validated");
  t.mock.timers.tick(5000);
  assert.deepEqual(requests, ["score"]);
  colours.requested = null;
  labels.changed(7, 4, "validated");
  t.mock.timers.tick(5000);
  assert.deepEqual(requests, ["score"], "its own colour says it");
  labels.refresh();
  t.mock.timers.tick(5000);
  assert.deepEqual(requests, ["score", "taxon"]);
});

test("colours that are a page of words, to sign in or of a gateway, are not read; a refusal is said", async () => {
  const words = [];
  const page = { redirected: false, ok: false, body: null, text: async () => "<h1>Bad gateway</h1>" };
  const responses = [
    { ...page, status: 200, ok: true, redirected: true },
    { ...page, status: 502 },
    { ...page, status: 400, text: async () => "There is no such column." },
  ];
  globalThis.fetch = async () => /** @type {any} */ (responses.shift());
  const colours = Object.assign(Object.create(PointColours.prototype), { scatter: { say: (text) => words.push(text) }, read: () => assert.fail("no colours") });
  for (let n = 0; n < 3; n += 1) assert.equal(await colours.fetch("/points/"), null);
  assert.match(words[0], /signed out/);
  assert.match(words[1], /could not be fetched/);
  assert.equal(words[2], "There is no such column.");
});
