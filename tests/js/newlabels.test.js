// Labels that change while the map's colours are on their way.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NewLabels } from "../../static/js/objectmap/newlabels.js";

function labelling() {
  const requests = [];
  const colours = {
    header: { title: "taxon", groups: [{}, {}] },
    byKey: new Map([[4, 0]]),
    requested: "score",
    text: "taxon",
    use: (text) => requests.push(text),
    regroup() {},
    shadeAnew() {},
  };
  const scatter = /** @type {any} */ ({ colours, points: { placeOf: () => 0 }, pictures: { forget() {} } });
  return { labels: new NewLabels(scatter, /** @type {any} */ ({})), colours, requests };
}

test("a label that comes while another colour is fetched neither gets lost nor takes the choice back", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { labels, colours, requests } = labelling();
  labels.changed(7, 4, "validated");
  t.mock.timers.tick(5000);
  assert.deepEqual(requests, ["score"]);
  colours.requested = null;
  labels.changed(7, 4, "validated");
  t.mock.timers.tick(5000);
  assert.deepEqual(requests, ["score"], "its own colour says it");
  labels.refresh();
  t.mock.timers.tick(5000);
  assert.deepEqual(requests, ["score", "taxon"]);
});
