import assert from "node:assert/strict";
import { test } from "node:test";
import { Accepting } from "../../../static/js/thresholds/accepting.js";

class Button {
  disabled = false;
  textContent = "";
  addEventListener() {}
}
Object.assign(globalThis, { HTMLButtonElement: Button });

/** A slider with so many objects above it, and a server that cannot be reached. */
function acceptingOf(above) {
  const button = new Button();
  const slider = /** @type {any} */ ({ objects: above, form: new EventTarget(), above: () => slider.objects, threshold: () => slider.objects / 10 });
  const sent = [];
  const server = /** @type {any} */ ({
    async attempt(_, body, { key }) {
      sent.push({ body, key });
      server.meanwhile();
      return { waits: "away" };
    },
    meanwhile() {},
  });
  const element = /** @type {any} */ ({ dataset: { taxon: "7" }, querySelector: () => button });
  const accepting = new Accepting(element, slider, server, /** @type {any} */ ({ error() {} }), null);
  const moveTo = (count) => {
    slider.objects = count;
    slider.form.dispatchEvent(new Event("moved"));
  };
  return { accepting, button, sent, server, moveTo };
}

test("what nobody answered is sent again under the same key", async () => {
  const { accepting, sent } = acceptingOf(6);
  await accepting.accept();
  await accepting.accept();
  assert.deepEqual(sent[1], sent[0]);
});

test("what was chosen while the server did not answer is another request, as the button says", async () => {
  const { accepting, button, sent, server, moveTo } = acceptingOf(6);
  server.meanwhile = () => moveTo(8);
  await accepting.accept();
  assert.equal(button.textContent, "Accept 8 objects as machine-validated");
  await accepting.accept();
  assert.equal(sent[1].body.objects, 8);
  assert.notEqual(sent[1].key, sent[0].key);
});

test("where none is above the button says what would help", () => {
  const { button, moveTo } = acceptingOf(6);
  moveTo(0);
  assert.deepEqual([button.textContent, button.disabled], ["None is so sure: lower the threshold", true]);
});
