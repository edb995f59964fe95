// The line above the vignettes: what holds is shown until who said it takes it back.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Notice, Server } from "../../../static/js/page/server.js";

const fetchBefore = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = fetchBefore;
});

function noticeOf() {
  const element = { textContent: "", hidden: true };
  return { element, notice: new Notice(/** @type {HTMLElement} */ (/** @type {unknown} */ (element))) };
}

/** @param {Notice} notice
 * @param {(() => Promise<Response>)[]} answers */
function serverOf(notice, answers) {
  globalThis.document = /** @type {any} */ ({ cookie: "csrftoken=t" });
  globalThis.fetch = () => answers.shift()?.() ?? Promise.reject(new TypeError("no network"));
  return new Server(/** @type {any} */ ({ dataset: { api: "/api/v1/", project: "1" } }), notice);
}

test("what went well hides nobody else's trouble", async () => {
  const { element, notice } = noticeOf();
  const server = serverOf(notice, [async () => Response.json({})]);
  notice.say("The server cannot be reached.");
  await server.post("preferences/");
  assert.equal(element.textContent, "The server cannot be reached.");
  assert.equal(element.hidden, false);
});

test("what passes gives way to what still holds", () => {
  const { element, notice } = noticeOf();
  notice.say("away");
  notice.say("Labelling …");
  assert.equal(element.textContent, "Labelling …");
  notice.takeBack("Labelling …");
  assert.equal(element.textContent, "away");
  notice.replace("away", "signed out");
  assert.equal(element.textContent, "signed out");
  notice.replace("signed out", "");
  assert.equal(element.hidden, true);
});

test("two who say the same both take it back before it goes", () => {
  const { element, notice } = noticeOf();
  notice.say("away");
  notice.say("away");
  notice.takeBack("away");
  assert.equal(element.hidden, false);
  notice.takeBack("away");
  assert.equal(element.hidden, true);
});

test("a refusal stands until something is answered", async () => {
  const { element, notice } = noticeOf();
  const answers = [async () => Response.json({ detail: "Not this one." }, { status: 400 }), async () => Response.json({ id: 1 })];
  const server = serverOf(notice, answers);
  assert.equal(await server.post("pages/"), null);
  assert.equal(element.textContent, "Not this one.");
  assert.deepEqual(await server.post("pages/"), { id: 1 });
  assert.equal(element.hidden, true);
});
