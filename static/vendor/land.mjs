/** Writes land.json, the land of the maps, from the npm package world-atlas (Natural Earth, 1:50 million): `make land`.
 * Its TopoJSON would need a reader in the browser, and its rings lie on a globe, while a map wants them flat. So each ring is
 * written as steps in hundredths of a degree, [east, north, east, north, …], the first one from 0° E, 0° N; it goes on beyond
 * 180° instead of jumping, and Antarctica, which goes around the globe, is closed along the edge of the map. */

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { feature } from "topojson-client";

const UNITS = 100; // in a degree: 1.1 km, finer than the coast lines are
const FEWEST = 4; // points of a ring, of which the last is the first
const TURN = 360 * UNITS;
const POLE = -90 * UNITS;

const { resolve } = createRequire(import.meta.url);
const topology = JSON.parse(readFileSync(resolve("world-atlas/land-50m.json"), "utf8"));
const polygons = feature(topology, topology.objects.land).features.flatMap(({ geometry }) =>
  geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates,
);
const land = polygons.map((rings) => rings.filter(isNoPole).map(flat).map(steps)).map((rings) => rings.filter((ring) => ring.length >= 2 * FEWEST));
const text = JSON.stringify({ units: UNITS, polygons: land.filter((rings) => rings.length) });
writeFileSync(new URL("land.json", import.meta.url), text);

/** The pole is a hole in Antarctica's ring.
 * @param {[number, number][]} ring degrees east and north */
function isNoPole(ring) {
  return ring.some(([, north]) => north > -89.9);
}

/** @param {[number, number][]} ring degrees east and north
 * @returns {[number, number][]} units */
function flat(ring) {
  const points = [];
  for (const [east, north] of ring) {
    const x = Math.round(east * UNITS);
    const [before] = points.at(-1) ?? [x];
    points.push([x + TURN * Math.round((before - x) / TURN), Math.round(north * UNITS)]);
  }
  const [[first, south], [last]] = [points[0], points.at(-1)];
  return centred(first === last ? points : [...points, [last, POLE], [first, POLE], [first, south]]);
}

/** Its middle within half a turn of Greenwich, so that a lake lies in its continent.
 * @param {[number, number][]} points */
function centred(points) {
  const easts = points.map(([east]) => east);
  const turns = Math.round((Math.min(...easts) + Math.max(...easts)) / 2 / TURN);
  return points.map(([east, north]) => [east - turns * TURN, north]);
}

/** @param {[number, number][]} points */
function steps(points) {
  const result = [];
  let [x, y] = [0, 0];
  for (const [east, north] of points) {
    if (result.length && east === x && north === y) continue; // nearer to the one before than a unit
    result.push(east - x, north - y);
    [x, y] = [east, north];
  }
  return result;
}
