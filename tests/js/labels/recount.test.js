// A part of the page that is counted anew: the last answer is of after the last question.
import assert from "node:assert/strict";
import { test } from "node:test";
import { recount } from "../../../static/js/labels/recount.js";

/** A part of the page that may be pressed, or hold the focus. */
function partOf(isPressed = () => false, focused = null) {
  return { outerHTML: "counts", matches: isPressed, contains: (element) => element !== null && element === focused };
}

test("what is asked for while an answer is on its way is asked once more, in the place of what is there then", async () => {
  const parts = { panel: partOf() };
  const [answers, events] = [[], []];
  Object.assign(globalThis, {
    location: { search: "?state=predicted" },
    document: { activeElement: null, querySelector: () => null, getElementById: (id) => parts[id], dispatchEvent: ({ detail }) => events.push(detail) },
    fetch: (address) => new Promise((resolve) => answers.push((text) => resolve({ ok: true, text: async () => `${address} ${text}` }))),
  });
  const first = recount("panel", "/panel/");
  recount("panel", "/panel/");
  recount("panel", "/panel/");
  assert.equal(answers.length, 1);
  parts.panel = partOf(); // another has come meanwhile
  answers[0]("before");
  while (answers.length < 2) await new Promise(setImmediate);
  assert.equal(parts.panel.outerHTML, "/panel/?state=predicted before");
  answers[1]("after");
  await first;
  assert.equal(parts.panel.outerHTML, "/panel/?state=predicted after");
  assert.deepEqual([answers.length, events], [2, ["panel", "panel"]]);
});

test("who is signed out meanwhile gets no form to sign in in the place of the counts", async () => {
  const panel = partOf();
  Object.assign(globalThis, {
    location: { search: "" },
    document: { activeElement: null, querySelector: () => null, getElementById: () => panel, dispatchEvent() {} },
    fetch: async () => ({ ok: true, redirected: true, text: async () => "User name, password" }),
  });
  await recount("panel", "/panel/");
  assert.equal(panel.outerHTML, "counts");
});

test("a link is not exchanged while it is pressed, and keeps the focus when it is", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let isPressed = true;
  const focused = [];
  const link = { getAttribute: () => "?taxon=7" };
  const panel = partOf(() => isPressed, link);
  Object.assign(globalThis, {
    location: { search: "" },
    CSS: { escape: (text) => text },
    document: {
      activeElement: link,
      getElementById: () => panel,
      querySelector: (selector) => (selector === ".ghost" ? null : { focus: () => focused.push(selector) }),
      dispatchEvent() {},
    },
    fetch: async () => ({ ok: true, text: async () => "counted anew" }),
  });
  const isDone = recount("panel", "/panel/");
  await new Promise(setImmediate);
  assert.equal(panel.outerHTML, "counts");
  isPressed = false;
  t.mock.timers.tick(100);
  await isDone;
  assert.equal(panel.outerHTML, "counted anew");
  assert.deepEqual(focused, ['#panel [href="?taxon=7"]']);
});
