// The map of objects: what comes over the wire, what lies where, what a lasso encloses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { boundsOf, shadeOf, visibleOn } from "../../../static/js/objectmap/colours/colours.js";
import { isInside, simplified } from "../../../static/js/objectmap/lines.js";
import { Points } from "../../../static/js/objectmap/points.js";
import { readPoints } from "../../../static/js/objectmap/pointstream.js";
import { bothOf } from "../../../static/js/objectmap/query.js";
import { Rectangle } from "../../../static/js/objectmap/rectangle.js";
import { View } from "../../../static/js/objectmap/view.js";
import { Pace } from "../../../static/js/objectmap/webgl/pace.js";

const GROUPS = { projection: 3, title: "state", has_places: true, groups: [{ key: 1, name: "validated", colour: "#000000", branch: "", query: "" }] };

/** As annotations/maps/points.py writes it. */
function written(header, blocks, end = true) {
  const text = new TextEncoder().encode(JSON.stringify(header));
  /** @type {ArrayBufferView[]} */
  const parts = [new Uint32Array([text.length]), text];
  for (const { start, deltas, values, x, y } of blocks)
    parts.push(new Uint32Array([x.length]), new Float64Array([start]), new Int32Array(deltas), new Uint16Array(values), new Uint16Array(x), new Uint16Array(y));
  if (end) parts.push(new Uint32Array([0]));
  return Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
}

function inPieces(bytes, size) {
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => new Uint8Array(bytes.subarray(i * size, (i + 1) * size)));
  return new ReadableStream({
    pull: (controller) => (pieces.length ? controller.enqueue(pieces.shift()) : controller.close()),
  });
}

const BLOCK = { start: 2 ** 40, deltas: [0, 5, -2], values: [0, 0, 0], x: [1, 2, 65535], y: [3, 4, 5] };

for (const size of [1, 7, 1000])
  test(`points are read in pieces of ${size} bytes`, async () => {
    const read = new Points();
    await readPoints(
      inPieces(written(GROUPS, [BLOCK, BLOCK]), size),
      (header) => assert.equal(header.projection, 3),
      (block) => read.add(block),
    );
    assert.deepEqual([...read.ids.slice(0, 3)], [2 ** 40, 2 ** 40 + 5, 2 ** 40 + 3]);
    assert.deepEqual([read.length, read.x[5], read.y[3]], [6, 65535, 3]);
  });

test("a stream that is cut off is no map", async () => {
  const cut = inPieces(written(GROUPS, [BLOCK], false), 9);
  await assert.rejects(
    readPoints(
      cut,
      () => {},
      () => {},
    ),
    TypeError,
  );
});

function grid() {
  const points = new Points();
  const n = 40;
  const all = Array.from({ length: n * n }, (_, i) => [(i % n) * 1600, Math.floor(i / n) * 1600]);
  points.add({
    ids: Float64Array.from(all, (_, i) => i + 1),
    values: new Uint16Array(n * n),
    x: Uint16Array.from(all, ([x]) => x),
    y: Uint16Array.from(all, ([, y]) => y),
  });
  return points;
}

test("the nearest point is found, and none that is too far or hidden", () => {
  const points = grid();
  const at = (id) => id !== points.placeOf(42);
  assert.equal(points.ids[points.nearest(1650, 1500, 500, () => true)], 42);
  assert.equal(points.nearest(1650, 1500, 500, at), -1);
  assert.equal(
    points.nearest(800, 800, 500, () => true),
    -1,
  );
});

test("a lasso has what every single point says of it", () => {
  const points = grid();
  /** @type {[number, number][]} */
  const heart = [
    [32000, 10000],
    [60000, 40000],
    [45000, 60000],
    [32000, 45000],
    [15000, 62000],
    [2000, 40000],
  ];
  const within = new Set(points.inside(heart, () => true));
  for (let i = 0; i < points.length; i += 1) assert.equal(within.has(i), isInside(heart, points.x[i], points.y[i]));
  assert.ok(within.size > 100 && within.size < points.length);
});

test("what a line goes round twice is enclosed", () => {
  /** @type {[number, number][]} */
  const square = [
    [0, 0],
    [10, 0],
    [10, 10],
    [0, 10],
  ];
  assert.ok(isInside([...square, ...square], 5, 5));
  assert.ok(!isInside([...square, ...square], 15, 5));
});

test("what lies on a line is enclosed, as the bench's filter has it", () => {
  /** @type {[number, number][]} */
  const kite = [
    [0, 0],
    [8, 0],
    [8, 8],
    [4, 12],
    [0, 8],
  ];
  for (const [x, y] of [...kite, [4, 0], [8, 4], [0, 4], [6, 10], [2, 10]]) assert.ok(isInside(kite, x, y), `${x}, ${y}`);
  for (const [x, y] of [
    [9, 0],
    [-1, 8],
    [7, 10],
    [4, 13],
    [9, 8],
  ])
    assert.ok(!isInside(kite, x, y), `${x}, ${y}`);
});

test("the bench finds what was selected within the page's filter, not what either finds", () => {
  assert.equal(bothOf("taxon=3&taxon=4&score=>0.5", "taxon=7&descendants=0"), "score=%3E0.5&taxon=7&descendants=0");
  assert.equal(bothOf("state=predicted", "state=validated"), "state=validated");
  assert.equal(bothOf("taxon=3", "on_map=1:0,0_9,0_9,9"), "taxon=3&on_map=1%3A0%2C0_9%2C0_9%2C9");
  assert.equal(bothOf("on_map=1:0,0_9,0_9,9", "on_map=1:0,0_5,0_5,5"), "");
  assert.equal(bothOf("taxon=3", ""), "");
});

test("a long line keeps its shape with few corners", () => {
  const circle = Array.from({ length: 1000 }, (_, i) => /** @type {[number, number]} */ ([Math.cos(i / 159) * 100, Math.sin(i / 159) * 100]));
  const few = simplified(circle, 120);
  assert.ok(few.length <= 120 && few.length > 50);
  assert.deepEqual(few[0], circle[0]);
});

test("what lies under the pointer stays there when one looks closer", () => {
  const view = new View();
  view.resize(800, 600);
  const before = view.placeAt(200, 450);
  view.zoomAt(3, 200, 450);
  const after = view.placeAt(200, 450);
  assert.ok(Math.hypot(before[0] - after[0], before[1] - after[1]) < 1e-9);
  assert.deepEqual(view.pixelOf(...after).map(Math.round), [200, 450]);
});

test("numbers between the hundredths have all the colours", () => {
  const values = [...Array.from({ length: 1000 }, (_, i) => i), 1e9, Number.NaN];
  const bounds = boundsOf(values, values.length);
  assert.ok(bounds[1] < 1000);
  assert.deepEqual([shadeOf(-5, bounds), shadeOf(1e9, bounds), shadeOf(Number.NaN, bounds)], [0, 254, 255]);
});

test("another colour's values come to their objects, whatever the order and whoever is missing", () => {
  const points = new Points();
  points.add({ ids: Float64Array.of(7, 3, 9, 5), values: Uint16Array.of(0, 0, 0, 0), x: new Uint16Array(4), y: new Uint16Array(4) });
  const values = points.emptyValues(4);
  points.place(values, { ids: Float64Array.of(7, 3, 8, 5), values: Uint16Array.of(0, 1, 2, 2) });
  assert.deepEqual([...values], [0, 1, 3, 2]);
  assert.deepEqual([points.placeOf(9), points.placeOf(8)], [2, -1]);
});

test("the rectangle of the keys stays within the map and says where it lies", () => {
  const rectangle = new Rectangle(300, 300);
  assert.equal(rectangle.inWords(), "middle centre, 33 % wide, 33 % high");
  for (let i = 0; i < 20; i += 1) rectangle.press({ key: "ArrowRight", shiftKey: false });
  for (let i = 0; i < 20; i += 1) rectangle.press({ key: "ArrowUp", shiftKey: true });
  assert.deepEqual(rectangle.corners[2], [300, 120]);
  assert.equal(rectangle.inWords(), "middle right, 33 % wide, 7 % high");
  assert.equal(rectangle.press({ key: "x", shiftKey: false }), false);
});

test("the rectangle stays over its part of the map when the frame is lowered, and comes in where it would lie outside", () => {
  const rectangle = new Rectangle(300, 300);
  rectangle.press({ key: "ArrowUp", shiftKey: false });
  assert.deepEqual(rectangle.corners[0], [100, 80]);
  rectangle.resizeRoom(300, 220);
  assert.deepEqual(rectangle.corners[0], [100, 40]);
  assert.deepEqual(rectangle.corners[2], [200, 140]);
  rectangle.resizeRoom(300, 60);
  assert.deepEqual(
    [rectangle.corners[0], rectangle.corners[2]],
    [
      [100, 0],
      [200, 60],
    ],
  );
});

test("a shade that would vanish on its ground comes nearer to the ink, the others stay", () => {
  const [white, black] = [
    [255, 255, 255],
    [0, 0, 0],
  ];
  assert.deepEqual(visibleOn([0, 114, 178], white, black), [0, 114, 178]);
  const pale = visibleOn([250, 240, 220], white, black);
  assert.ok(pale[0] < 230 && pale[0] > pale[2], "darker, of its own hue");
  assert.ok(visibleOn([0, 20, 40], black, white)[2] > 60);
});

test("slow frames draw fewer points, down to some; quick ones more again; a map that stands draws more at a time", () => {
  const pace = new Pace();
  const first = pace.budget(true);
  pace.learn(60);
  assert.ok(pace.budget(true) < first);
  for (let i = 0; i < 50; i += 1) pace.learn(300);
  const least = pace.budget(true);
  assert.ok(least >= 10_000 && pace.budget(false) > 2 * least);
  for (let i = 0; i < 50; i += 1) pace.learn(16);
  assert.ok(pace.budget(true) > 1_000_000);
});
