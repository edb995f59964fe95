// What a person chose is kept: what was changed, in the order in which it was.
import assert from "node:assert/strict";
import { test } from "node:test";

const { Preferences } = await import("../../../static/js/page/preferences.js");

/** A server that answers when it is told to. */
class SlowServer {
  constructor() {
    this.posts = [];
    this.late = [];
    this.answers = [];
  }

  post(path, body) {
    this.posts.push(body);
    return new Promise((resolve) => this.answers.push(() => resolve({ path })));
  }

  postLate(_, body) {
    this.late.push(body);
  }
}

function preferencesOf(t, server) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const page = new EventTarget();
  Object.assign(globalThis, { window: page });
  const textContent = JSON.stringify({ quick: { v: { id: 1, name: "old" } }, layout: {} });
  return { page, preferences: new Preferences(server, { textContent }) };
}

const afterAll = () => new Promise((resolve) => setImmediate(resolve));

test("what was not changed here is not sent: another page may have changed it", (t) => {
  const server = new SlowServer();
  const { preferences } = preferencesOf(t, server);
  preferences.own.layout = { 1: { border: "light" } };
  preferences.save("layout");
  t.mock.timers.tick(300);
  return afterAll().then(() => assert.deepEqual(server.posts, [{ layout: { 1: { border: "light" } } }]));
});

test("the second goes out when the first is answered", async (t) => {
  const server = new SlowServer();
  const { preferences } = preferencesOf(t, server);
  for (const border of ["dark", "light"]) {
    preferences.own.layout = { 1: { border } };
    preferences.save("layout");
    t.mock.timers.tick(300);
    await afterAll();
  }
  assert.deepEqual(server.posts, [{ layout: { 1: { border: "dark" } } }]);
  server.answers[0]();
  await afterAll();
  assert.deepEqual(server.posts[1], { layout: { 1: { border: "light" } } });
});

test("what has no answer when the page goes is sent once more", async (t) => {
  const server = new SlowServer();
  const { page, preferences } = preferencesOf(t, server);
  preferences.own.keys = { next: ["n"] };
  preferences.save("keys");
  t.mock.timers.tick(300);
  await afterAll();
  page.dispatchEvent(new Event("pagehide"));
  assert.deepEqual(server.late, [{ keys: { next: ["n"] } }]);
  server.answers[0]();
  await afterAll();
  page.dispatchEvent(new Event("pagehide"));
  assert.equal(server.late.length, 1);
});
