import assert from "node:assert/strict";
import { test } from "node:test";
import { Corrections } from "../../../../static/js/scans/correcting/corrections.js";
import { Crosshair } from "../../../../static/js/scans/correcting/crosshair.js";
import { Pinch } from "../../../../static/js/scans/correcting/pinch.js";

/** A server that answers with these, one after the other, and what it is sent. */
function serverWith(...answers) {
  /** @type {{path: string, body: any, key: string}[]} */
  const requests = [];
  const request = async (/** @type {string} */ path, /** @type {object} */ body, /** @type {string} */ _, /** @type {string} */ key) => {
    requests.push({ path, body, key });
    const answer = answers.shift();
    if (!answer) throw new TypeError("no network");
    return Response.json(answer.body, { status: answer.status ?? 200 });
  };
  return { server: /** @type {any} */ ({ request }), requests };
}

function listener() {
  /** @type {[string, boolean][]} */
  const refusals = [];
  /** @type {string[]} */
  const changes = [];
  return {
    refusals,
    changes,
    busy: () => {},
    changed: (/** @type {{words: string}} */ { words }, /** @type {string} */ kind) => void changes.push(`${kind}: ${words}`),
    refused: (/** @type {string} */ words, /** @type {boolean} */ isConflict) => void refusals.push([words, isConflict]),
  };
}

/** @param {number} id
 * @param {number} revision */
function answerOf(id, revision) {
  return { body: { id, kind: "cut", words: "1 object cut into 2", objects: [{ id: 12, revision }], removed: [] } };
}

test("what the server could not look at may be sent again, what it refused may not", async () => {
  const { server } = serverWith({ body: { detail: "Away." }, status: 503 }, { body: { detail: "No." }, status: 409 }, answerOf(7, 2));
  const hears = listener();
  const corrections = new Corrections(server, "scans/5/corrections/", hears);
  const mayRetry = [];
  for (let turn = 0; turn < 4; turn += 1) {
    await corrections.make({ kind: "draw", objects: [], line: [] });
    mayRetry.push(corrections.mayRetry);
  }
  assert.deepEqual(mayRetry, [true, false, false, true]);
  assert.equal(corrections.made.length, 1);
});

test("a correction whose answer got lost is made once, however often it is tried; another line is another", async () => {
  const { server, requests } = serverWith();
  const corrections = new Corrections(server, "scans/5/corrections/", listener());
  /** @type {[number, number][][]} */
  const lines = [[[1, 1]], [[1, 1]], [[2, 2]]];
  for (const line of lines) await corrections.make({ kind: "draw", objects: [], line });
  const [first, again, other] = requests.map(({ key }) => key);
  assert.equal(first, again);
  assert.notEqual(first, other);
});

test("a correction that somebody before the server, or half an answer, hides is made once, too", async () => {
  const halves = { body: null };
  const { server, requests } = serverWith({ body: {}, status: 504 }, halves, { body: { detail: "No." }, status: 409 }, answerOf(7, 2));
  const corrections = new Corrections(server, "scans/5/corrections/", listener());
  for (let turn = 0; turn < 4; turn += 1) await corrections.make({ kind: "draw", objects: [], line: [] });
  const [first, second, third, afterRefusal] = requests.map(({ key }) => key);
  assert.deepEqual([second, third], [first, first]);
  assert.notEqual(afterRefusal, first);
});

test("a correction behind one that is on its way is not dropped without a word", async () => {
  const { server, requests } = serverWith(answerOf(7, 2));
  const hears = listener();
  const corrections = new Corrections(server, "scans/5/corrections/", hears);
  const first = corrections.make({ kind: "draw", objects: [], line: [] });
  assert.equal(await corrections.make({ kind: "draw", objects: [], line: [] }), null);
  assert.ok(corrections.mayRetry && hears.refusals[0][0].includes("still on its way"));
  await first;
  assert.equal(requests.length, 1);
});

test("what was undone is made again upon the revisions that it left", async () => {
  const { server, requests } = serverWith(answerOf(7, 2), answerOf(7, 3), answerOf(8, 4));
  const hears = listener();
  const corrections = new Corrections(server, "scans/5/corrections/", hears);
  await corrections.make({ kind: "cut", objects: [{ id: 12, revision: 1 }], line: [] });
  await corrections.undo();
  assert.equal(requests[1].path, "scans/5/corrections/7/undo/");
  assert.equal(corrections.made.length, 0);
  await corrections.redo();
  assert.deepEqual(requests[2].body, { kind: "cut", objects: [{ id: 12, revision: 3 }], line: [] });
  assert.equal(await corrections.redo(), null);
  assert.deepEqual(
    hears.changes.map((words) => words.split(":")[0]),
    ["made", "undone", "made"],
  );
});

test("two of the same object are undone and made again, each upon the revision that the other left", async () => {
  const { server, requests } = serverWith(answerOf(7, 2), answerOf(8, 3), answerOf(8, 4), answerOf(7, 5), answerOf(9, 6), answerOf(10, 7));
  const corrections = new Corrections(server, "", listener());
  await corrections.make({ kind: "cut", objects: [{ id: 12, revision: 1 }], line: [] });
  await corrections.make({ kind: "reshape", objects: [{ id: 12, revision: 2 }], line: [] });
  await corrections.undo();
  await corrections.undo();
  await corrections.redo();
  await corrections.redo();
  assert.deepEqual(
    requests.slice(4).map(({ body }) => [body.kind, body.objects[0].revision]),
    [
      ["cut", 5],
      ["reshape", 6],
    ],
  );
});

test("what was done to a drawn object is made again of the one that is drawn again", async () => {
  const about = (/** @type {number} */ id, /** @type {number} */ object, /** @type {number} */ revision, removed = []) => ({
    body: { id, kind: "draw", words: "", objects: removed.length ? [] : [{ id: object, revision }], removed },
  });
  const answers = [about(1, 12, 1), about(2, 12, 2), about(2, 12, 3), about(1, 12, 3, [12]), about(3, 40, 1), about(4, 40, 2)];
  const { server, requests } = serverWith(...answers);
  const corrections = new Corrections(server, "", listener());
  await corrections.make({ kind: "draw", objects: [], line: [] });
  await corrections.make({ kind: "reshape", objects: [{ id: 12, revision: 1 }], line: [] });
  await corrections.undo();
  await corrections.undo();
  await corrections.redo();
  await corrections.redo();
  assert.deepEqual(requests.at(-1)?.body, { kind: "reshape", objects: [{ id: 40, revision: 1 }], line: [] });
});

test("a new correction leaves nothing to be made again", async () => {
  const { server } = serverWith(answerOf(1, 2), answerOf(1, 3), answerOf(2, 4));
  const corrections = new Corrections(server, "", listener());
  await corrections.make({ kind: "delete", objects: [{ id: 12, revision: 1 }] });
  await corrections.undo();
  await corrections.make({ kind: "draw", objects: [], line: [] });
  assert.deepEqual(corrections.undone, []);
});

test("a refusal is in the server's words, and says whether somebody else was faster", async () => {
  const { server } = serverWith({ status: 409, body: { detail: "Bob corrected it." } }, { status: 400, body: { line: ["The line misses the object."] } });
  const hears = listener();
  const corrections = new Corrections(server, "", hears);
  const request = { kind: "cut", objects: [{ id: 12, revision: 1 }] };
  assert.equal(await corrections.make(request), null);
  await corrections.make(request);
  await corrections.make(request);
  assert.deepEqual(hears.refusals.slice(0, 2), [
    ["Bob corrected it.", true],
    ["The line misses the object.", false],
  ]);
  assert.match(hears.refusals[2][0], /cannot be reached/);
  assert.equal(corrections.made.length, 0);
});

test("while one correction is on its way no other is sent", async () => {
  const { server, requests } = serverWith(answerOf(1, 2), answerOf(2, 3));
  const corrections = new Corrections(server, "", listener());
  const request = { kind: "delete", objects: [{ id: 12, revision: 1 }] };
  await Promise.all([corrections.make(request), corrections.make(request)]);
  assert.equal(requests.length, 1);
});

test("the crosshair goes as far as the eye sees, and never off the scan", () => {
  const crosshair = new Crosshair(1000, 800);
  crosshair.put([500, 400]);
  crosshair.press({ key: "ArrowRight", shiftKey: false }, 0.5);
  assert.deepEqual(crosshair.place, [508, 400]);
  crosshair.press({ key: "ArrowUp", shiftKey: false }, 8);
  assert.deepEqual(crosshair.place, [508, 399]);
  crosshair.press({ key: "ArrowLeft", shiftKey: true }, 0.05);
  assert.deepEqual(crosshair.place, [0, 399]);
  assert.equal(crosshair.press({ key: "x", shiftKey: false }, 1), false);
});

test("two fingers move the scan and come nearer, one does neither", () => {
  /** @type {[string, ...number[]][]} */
  const moves = [];
  const stage = {
    moveBy: (/** @type {number} */ right, /** @type {number} */ down) => moves.push(["move", right, down]),
    zoomAt: (/** @type {number} */ factor, /** @type {ScanPoint} */ { x, y }) => moves.push(["zoom", factor, x, y]),
  };
  const pinch = new Pinch(/** @type {any} */ (stage));
  const finger = (/** @type {number} */ pointerId) => /** @type {any} */ ({ pointerType: "touch", pointerId });
  assert.equal(pinch.add(finger(1), [0, 0]), false);
  assert.equal(pinch.move(finger(1), [0, 0]), false);
  assert.equal(pinch.add(finger(2), [100, 0]), true);
  assert.equal(pinch.move(finger(2), [200, 0]), true);
  assert.deepEqual(moves, [
    ["move", 50, 0],
    ["zoom", 2, 100, 0],
  ]);
});
