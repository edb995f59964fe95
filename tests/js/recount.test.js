// A part of the page that is counted anew: the last answer is of after the last question.
import assert from "node:assert/strict";
import { test } from "node:test";
import { recount } from "../../static/js/recount.js";

test("what is asked for while an answer is on its way is asked once more, in the place of what is there then", async () => {
  const parts = { panel: { outerHTML: "" } };
  const [answers, events] = [[], []];
  Object.assign(globalThis, {
    location: { search: "?state=predicted" },
    document: { getElementById: (id) => parts[id], dispatchEvent: ({ detail }) => events.push(detail) },
    fetch: (address) => new Promise((resolve) => answers.push((text) => resolve({ ok: true, text: async () => `${address} ${text}` }))),
  });
  const first = recount("panel", "/panel/");
  recount("panel", "/panel/");
  recount("panel", "/panel/");
  assert.equal(answers.length, 1);
  parts.panel = { outerHTML: "" }; // another has come meanwhile
  answers[0]("before");
  while (answers.length < 2) await new Promise(setImmediate);
  assert.equal(parts.panel.outerHTML, "/panel/?state=predicted before");
  answers[1]("after");
  await first;
  assert.equal(parts.panel.outerHTML, "/panel/?state=predicted after");
  assert.deepEqual([answers.length, events], [2, ["panel", "panel"]]);
});

test("who is signed out meanwhile gets no form to sign in in the place of the counts", async () => {
  const panel = { outerHTML: "counts" };
  Object.assign(globalThis, {
    location: { search: "" },
    document: { getElementById: () => panel, dispatchEvent() {} },
    fetch: async () => ({ ok: true, redirected: true, text: async () => "User name, password" }),
  });
  await recount("panel", "/panel/");
  assert.equal(panel.outerHTML, "counts");
});
