// What Alt and a digit give: what a model says of the vignette in hand beside its name, as it was fetched with the page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Choices } from "../../../static/js/review/choices.js";

const [ACARTIA, CALANUS, OITHONA] = ["Acartia", "Calanus", "Oithona"].map((name, at) => ({ id: at + 1, name, is_italic: true }));
const BEST = [CALANUS, ACARTIA, OITHONA].map((taxon) => ({ taxon, score: 0.3 }));

/** The choices of a page with one vignette that is predicted to be Calanus, and the addresses that were asked for. */
async function choicesOf() {
  const vignette = /** @type {any} */ ({ dataset: { id: "7", version: "1", taxon: "2", state: "predicted" } });
  const requests = [];
  const server = { get: async (path) => requests.push(path) && [{ id: 7, best: BEST }] };
  const gallery = { element: /** @type {any} */ (new EventTarget()), framed: vignette, all: () => [vignette] };
  const choices = new Choices(null, gallery, { vignette: null }, /** @type {any} */ (server));
  await choices.fetch();
  return { choices, vignette, requests };
}

test("what the vignette is called already has no digit", async () => {
  const { choices, vignette } = await choicesOf();
  assert.deepEqual(
    [1, 2, 3].map((digit) => choices.taxonOn(digit)),
    [ACARTIA, OITHONA, null],
  );
  vignette.dataset.taxon = String(ACARTIA.id);
  vignette.dataset.state = "validated";
  vignette.dataset.version = "2"; // by the person's own label
  assert.deepEqual(choices.taxonOn(1), CALANUS);
});

test("where a model says something else by now no digit gives what it said before, and that is fetched", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { choices, vignette, requests } = await choicesOf();
  vignette.dataset.version = "2";
  assert.equal(choices.taxonOn(1), null);
  assert.equal(choices.taxonOn(1), null);
  t.mock.timers.tick(500);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(requests, ["choices/?ids=7", "choices/?ids=7"]);
  assert.deepEqual(choices.taxonOn(1), ACARTIA);
});

test("what has come with a page needs no request of its own", async () => {
  const { choices, vignette, requests } = await choicesOf();
  vignette.dataset.version = "2";
  choices.take([{ id: 7, version: 2, best: [{ taxon: OITHONA, score: 0.9 }] }]);
  assert.deepEqual(choices.taxonOn(1), OITHONA);
  assert.deepEqual(requests, ["choices/?ids=7"]);
});

test("what no model has looked at has no choices", async () => {
  const { choices, vignette } = await choicesOf();
  vignette.dataset.id = "8";
  assert.equal(choices.taxonOn(1), null);
});
