// Labels that change while the map's colours are on their way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NewLabels } from "../../static/js/objectmap/newlabels.js";

function labelling() {
  const asked = [];
  const colours = {
    header: { title: "taxon", groups: [{}, {}] },
    byKey: new Map([[4, 0]]),
    wanted: "score",
    text: "taxon",
    use: (text) => asked.push(text),
    regroup() {},
    shadeAnew() {},
  };
  const scatter = /** @type {any} */ ({ colours, points: { placeOf: () => 0 }, pictures: { forget() {} } });
  return { labels: new NewLabels(scatter, /** @type {any} */ ({})), colours, asked };
}

test("a label that comes while another colour is fetched neither gets lost nor takes the choice back", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { labels, colours, asked } = labelling();
  labels.changed(7, 4, "validated");
  t.mock.timers.tick(5000);
  assert.deepEqual(asked, ["score"]);
  colours.wanted = null;
  labels.changed(7, 4, "validated");
  t.mock.timers.tick(5000);
  assert.deepEqual(asked, ["score"], "its own colour says it");
  labels.refresh();
  t.mock.timers.tick(5000);
  assert.deepEqual(asked, ["score", "taxon"]);
});
