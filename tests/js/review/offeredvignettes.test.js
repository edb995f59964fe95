import assert from "node:assert/strict";
import { test } from "node:test";
import { OfferedVignettes } from "../../../static/js/review/offeredvignettes.js";

const afterAll = () => new Promise((resolve) => setImmediate(resolve));

test("vignettes that don't come are asked for until they do, and meanwhile it is said why nothing happens", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const answers = [new Response("", { status: 500 }), { redirected: true, status: 200, ok: true }, new Response("<b>vignettes</b>")];
  globalThis.fetch = async () => /** @type {any} */ (answers.shift());
  const lines = [""];
  const notice = { replace: (/** @type {string} */ before, /** @type {string} */ now) => before === lines.at(-1) && lines.push(now) };
  const fetching = new OfferedVignettes(/** @type {any} */ (null), "/vignettes/", notice).fetch([1]);
  for (let turn = 0; turn < 2; turn += 1) {
    await afterAll();
    assert.match(lines.at(-1), /signed out/);
    t.mock.timers.tick(1000);
  }
  assert.equal(await fetching, "<b>vignettes</b>");
  assert.equal(lines.at(-1), "");
});
