/** Parts of a page that are asked for later: who has been signed out is sent the page to sign in, which is no part. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Selection } from "../../../static/js/objectmap/selection.js";
import { SIGNED_OUT, textOf, whyNone } from "../../../static/js/page/answers.js";

const answer = (more) => /** @type {any} */ ({ ok: true, redirected: false, text: async () => "<b>part</b>", ...more });

test("only what was asked for is put into the page", async () => {
  assert.equal(await textOf(answer()), "<b>part</b>");
  assert.equal(textOf(answer({ redirected: true })), null);
  assert.equal(textOf(answer({ ok: false })), null);
});

test("a person reads whether they are signed out or the server is away", () => {
  assert.equal(whyNone(answer({ redirected: true }), "Away."), SIGNED_OUT);
  for (const none of [null, answer({ ok: false }), answer({ ok: false, redirected: true })]) assert.equal(whyNone(none, "Away."), "Away.");
});

test("the page to sign in is not put below the map as if it were vignettes", async () => {
  const words = [];
  globalThis.fetch = async () => answer({ redirected: true, text: async () => "<form>Sign in</form>" });
  const selection = Object.assign(Object.create(Selection.prototype), {
    root: { dataset: { detail: "/vignettes/" } },
    more: {},
    ids: [1],
    loaded: 0,
    turn: 1,
    say: (text) => words.push(text),
    show: () => assert.fail("no vignettes"),
  });
  await selection.load();
  assert.deepEqual(words, [SIGNED_OUT]);
});
