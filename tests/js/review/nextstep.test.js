import assert from "node:assert/strict";
import { test } from "node:test";
import { nextStep, roomFor } from "../../../static/js/review/nextstep.js";

const CALANUS = { is_mixed: false, proposal: { taxon: { name: "Calanus" } } };
const MIXED = { is_mixed: true, proposal: null };
const NAMELESS = { is_mixed: false, proposal: null };

for (const [counts, page, text] of /** @type {const} */ ([
  [{ seen: 12, unseen: 0, out: 3 }, CALANUS, "Accept 12 as Calanus"],
  [{ seen: 9, unseen: 91, out: 0 }, CALANUS, "Accept 9 as Calanus"],
  [{ seen: 12, unseen: 0, out: 0 }, MIXED, "Accept 12, each as named"],
  [{ seen: 12, unseen: 0, out: 0 }, NAMELESS, "Name 12…"],
  [{ seen: 0, unseen: 1200, out: 4 }, CALANUS, "Look at 1,200 more"],
  [{ seen: 0, unseen: 0, out: 4 }, MIXED, "Set 4 aside"],
]))
  test(`with ${JSON.stringify(counts)} it says ${text}`, () => {
    const step = nextStep(counts, page);
    assert.deepEqual([step.text, step.isDisabled], [text, false]);
    assert.match(step.title, /Enter/);
  });

test("when all has an answer the next page comes by itself", () => {
  assert.deepEqual(nextStep({ seen: 0, unseen: 0, out: 0 }, MIXED), { text: "The next page comes", title: "", isDisabled: true });
});

test("there is room for what it says of all of them, looked at or not", () => {
  assert.equal(roomFor(1200, CALANUS), "Look at 1,200 more\nAccept 1,200 as Calanus");
  assert.equal(roomFor(12, MIXED), "Look at 12 more\nAccept 12, each as named");
});
