/** Boxes of degrees, the graticule, points that coincide, and the land around a meridian. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { clustersOf, inWords } from "../../../static/js/map/clusters.js";
import { boxBetween, cornersOf, extentOf, isInside, near, parseBox, problemOf, ringsBetween, widthOf, writeBox } from "../../../static/js/map/geobox.js";
import { linesBetween, meridian, parallel, stepOf } from "../../../static/js/map/graticule.js";
import { coastsOf, landAround, ringOf } from "../../../static/js/map/land.js";

const FIJI = { west: 170, south: -20, east: -170, north: -10 };

test("a box is read and written as the filter has it", () => {
  assert.deepEqual(parseBox("170,-20,-170,-10"), FIJI);
  assert.equal(writeBox(FIJI), "170,-20,-170,-10");
  assert.deepEqual(parseBox("7.5 43 8 44"), { west: 7.5, south: 43, east: 8, north: 44 });
  for (const text of ["", "7,43,8", "7,43,8,x", "7,43,8,44,1"]) assert.equal(parseBox(text), null, text);
});

test("what is wrong with the four numbers is said at the one to mend", () => {
  const numbers = { west: "170", south: "-20", east: "-170", north: "-10" };
  assert.equal(problemOf(numbers), null);
  assert.equal(problemOf({ west: "", south: "", east: "", north: " " }), null);
  assert.deepEqual(problemOf({ ...numbers, south: "", east: "" }), {
    edge: "south",
    words: "The box has no south and no east. Fill all four numbers, or none.",
  });
  assert.equal(problemOf({ ...numbers, south: "5" })?.edge, "south");
});

test("a box across the 180th meridian holds both of its sides", () => {
  assert.equal(widthOf(FIJI), 20);
  assert.ok(isInside(FIJI, -15, 175) && isInside(FIJI, -15, -175) && isInside(FIJI, -10, 180));
  assert.ok(!isInside(FIJI, -15, 0) && !isInside(FIJI, -5, 175));
  assert.ok(!isInside({ west: 7, south: 43, east: 8, north: 44 }, 43.5, 170));
});

test("two corners make the same box in any order, as fine as a pixel", () => {
  const box = { west: 7.12, south: 43.1, east: 8.99, north: 44 };
  const corners = [
    { lat: 43.1003, lng: 7.1204 },
    { lat: 44.0001, lng: 8.9899 },
  ];
  assert.deepEqual(boxBetween(corners[0], corners[1], 0.02), box);
  assert.deepEqual(boxBetween(corners[1], corners[0], 0.02), box);
  assert.deepEqual(boxBetween({ lat: 44.0001, lng: 7.1204 }, { lat: 43.1003, lng: 8.9899 }, 0.02), box);
});

test("corners beyond 180° are brought back, and latitudes end at the poles", () => {
  assert.deepEqual(boxBetween({ lat: -20, lng: 170 }, { lat: -10, lng: 190 }, 1), FIJI);
  assert.deepEqual(boxBetween({ lat: -20, lng: -190 }, { lat: -10, lng: -170 }, 1), FIJI);
  assert.deepEqual(boxBetween({ lat: 60, lng: 170 }, { lat: 95, lng: 180 }, 1), { west: 170, south: 60, east: 180, north: 90 });
  assert.deepEqual(boxBetween({ lat: 0, lng: -180 }, { lat: 1, lng: -170 }, 1), { west: -180, south: 0, east: -170, north: 1 });
  assert.deepEqual(boxBetween({ lat: -90, lng: -185 }, { lat: 90, lng: 190 }, 1), { west: -180, south: -90, east: 180, north: 90 });
});

test("a box lies on the map where its middle is nearest to the centre", () => {
  const at = (/** @type {number} */ centre) => cornersOf(FIJI, centre).map(({ lng }) => lng);
  assert.deepEqual(at(170), [170, 190]);
  assert.deepEqual(at(-170), [-190, -170]);
  assert.deepEqual(boxBetween(...cornersOf(FIJI, -170), 1), FIJI);
  assert.equal(near(-179, 178), 181);
  assert.equal(near(10, 0), 10);
  const wests = ringsBetween(cornersOf(FIJI, 0)).map(([ring]) => ring[0][1]);
  assert.equal(new Set(wests.map((west) => (west + 720) % 360)).size, 1);
  assert.ok(wests.includes(170) && wests.includes(-190));
});

test("samples on both sides of the 180th meridian are neighbours", () => {
  /** @type {SamplePlace[]} */
  const places = [
    ["a", -15, 179, 1],
    ["b", -16, -178, 1],
    ["c", -17, 175, 1],
  ];
  assert.deepEqual(extentOf(places), { west: 175, south: -17, east: 182, north: -15 });
  assert.deepEqual(extentOf(places.slice(0, 1)), { west: 179, south: -15, east: 179, north: -15 });
  assert.deepEqual(
    extentOf([
      ["d", 0, -20, 1],
      ["e", 5, 35, 1],
    ]),
    { west: -20, south: 0, east: 35, north: 5 },
  );
});

test("lines stand at round degrees and are named as on a chart", () => {
  assert.deepEqual([360, 20, 1.1, 0.04].map(stepOf), [60, 5, 0.2, 0.01]);
  assert.deepEqual(linesBetween(6.9, 7.5, 0.2), [7, 7.2, 7.4]);
  assert.deepEqual(linesBetween(-0.3, 0.3, 0.1), [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
  assert.deepEqual([7.2, -7.2, 0, 180, 190, -190, 360].map(meridian), ["7.2° E", "7.2° W", "0°", "180°", "170° W", "170° E", "0°"]);
  assert.deepEqual([43.5, -10, 0].map(parallel), ["43.5° N", "10° S", "0°"]);
});

test("samples that coincide are one point, and none is lost", () => {
  /** @type {SamplePlace[]} */
  const places = [
    ["a", 0, 0, 1200],
    ["b", 0, 0, 1],
    ["c", 0, 9, 5],
    ["d", 0, 11, 6],
    ["e", 0, 40, 1],
  ];
  const clusters = clustersOf(places, ([, y, x]) => ({ x, y }), 10);
  assert.deepEqual(
    clusters.map((cluster) => cluster.places.map(([name]) => name).join("")),
    ["abc", "d", "e"],
  );
  assert.equal(inWords(clusters[2].places), "e: 1 object");
  assert.equal(inWords(clusters[0].places), "3 samples, 1,206 objects: a, b, c");
  assert.equal(inWords(places.concat(places)).split(": ")[1], "a, b, c, d, e and 5 more");
});

test("steps become degrees", () => {
  assert.deepEqual(ringOf([1000, 4300, 50, -25, -50, 0], 100), [
    [43, 10],
    [42.75, 10.5],
    [42.75, 10],
  ]);
});

test("the land that is brought along has the continents, around any meridian", () => {
  /** @type {Land} */
  const land = JSON.parse(readFileSync(new URL("../../../static/vendor/land.json", import.meta.url), "utf8"));
  const isLand = (/** @type {number} */ centre, /** @type {[number, number]} */ point) => landAround(land, centre).some(([ring]) => surrounds(ring, point));
  assert.ok(isLand(0, [46, 2]) && isLand(0, [-25, 134]) && isLand(0, [-85, 0]), "France, Australia, Antarctica");
  assert.ok(!isLand(0, [43.6, 7.5]) && !isLand(0, [0, -150]), "off Villefranche, the Pacific");
  assert.ok(isLand(180, [46, 242]) && isLand(180, [66, 185]), "America and Chukotka east of the 180th meridian");
  const asia = landAround(land, 0).find(([ring]) => surrounds(ring, [50, 90]));
  assert.ok(asia && surrounds(asia[1], [42, 51]), "the Caspian Sea is a hole in Asia");
  assert.ok(landAround(land, 180).every(([ring]) => ring.some(([, longitude]) => longitude >= 0 && longitude <= 360)));
});

test("no coast runs along the cut of the map", () => {
  /** @type {[number, number][]} */
  const ring = [
    [60, 170],
    [70, 180],
    [65, 180],
    [60, 170],
  ];
  assert.deepEqual(coastsOf(ring), [
    [
      [60, 170],
      [70, 180],
    ],
    [
      [65, 180],
      [60, 170],
    ],
  ]);
  assert.equal(coastsOf(ring.map(([lat, lng]) => [lat, lng - 5])).length, 1);
  assert.deepEqual(
    coastsOf([
      [-70, 0],
      [-80, 200],
      [-70, 360],
      [-90, 360],
      [-90, 0],
      [-70, 0],
    ]),
    [
      [
        [-70, 0],
        [-80, 200],
        [-70, 360],
      ],
    ],
  );
});

/** Whether a ray from the point crosses the ring an odd number of times.
 * @param {[number, number][]} ring
 * @param {[number, number]} point */
function surrounds(ring, [lat, lng]) {
  const crossings = ring.filter(([south, west], n) => {
    const [north, east] = ring[(n + 1) % ring.length];
    return south > lat !== north > lat && lng < west + ((lat - south) / (north - south)) * (east - west);
  });
  return crossings.length % 2 === 1;
}
