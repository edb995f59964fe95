// What is selected on the map when the page comes back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { savedState } from "../../../static/js/objectmap/mapstate.js";
import { Picking } from "../../../static/js/objectmap/picking.js";
import { Points } from "../../../static/js/objectmap/points.js";
import { View } from "../../../static/js/objectmap/view.js";

Object.assign(globalThis, {
  history: {
    state: null,
    replaceState(state) {
      this.state = state;
    },
  },
});

const LINE = /** @type {[number, number][]} */ ([
  [100, 100],
  [500, 100],
  [500, 500],
  [100, 500],
]);

/** Three objects in view, of groups 0, 1 and 1; `hidden` are groups. */
function opened(hidden = new Set()) {
  const points = new Points();
  points.add({ ids: Float64Array.of(7, 8, 9), values: Uint16Array.of(0, 1, 1), x: Uint16Array.of(3e4, 3e4, 3.2e4), y: Uint16Array.of(3e4, 3.2e4, 3e4) });
  const view = new View();
  view.resize(600, 600);
  const selected = { ids: [], query: "" };
  const colours = { header: { projection: 2 }, legend: { hidden }, isVisible: (i) => !hidden.has(points.values[i]) };
  const scatter = /** @type {any} */ ({ points, view, colours, drawAnew: () => {}, root: { dataset: { filter: "" } } });
  const selection = /** @type {any} */ ({ set: (ids, query) => Object.assign(selected, { ids: [...ids].sort(), query }) });
  return { picking: new Picking(scatter, selection), selected, hidden };
}

/** The page once more, as Back and a reload open it. */
function again(hidden) {
  const { picking, selected } = opened(hidden);
  picking.restore(savedState()?.selected);
  return selected;
}

test("what was selected while a group was hidden is selected again, however the groups are shown by then", () => {
  const { picking, selected, hidden } = opened(new Set([1]));
  picking.select(LINE);
  assert.deepEqual([selected.ids, selected.query], [[7], ""]);
  hidden.clear();
  assert.deepEqual(again(new Set()).ids, [7]);
  picking.selectInView();
  assert.deepEqual(selected.ids, [7, 8, 9]);
  const back = again(new Set([1]));
  assert.deepEqual([back.ids, back.query], [selected.ids, selected.query]);
  assert.match(back.query, /^on_map=2/);
});
