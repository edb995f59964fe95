// Pictures of the next page are fetched while one looks at this one: once a page, and no guess outlives the next.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ComingPictures } from "../../../static/js/review/comingpictures.js";

/** Answers of the server, in the order in which they are asked for; each has the addresses of pictures. */
function serving() {
  const [requests, answers] = [[], []];
  const vignettes = (html) => ({ querySelector: () => null, querySelectorAll: () => html.split(" ").map((src) => ({ src })) });
  Object.assign(globalThis, {
    location: { search: "?by=risk" },
    devicePixelRatio: 1,
    DOMParser: class {
      parseFromString = vignettes;
    },
    Image: class {},
    fetch: (address) => requests.push(address) && new Promise((resolve) => answers.push(resolve)),
  });
  return { requests, answer: (html, more = {}) => answers.shift()?.({ ok: true, text: async () => html, ...more }) };
}

const gallery = /** @type {any} */ ({ dataset: { layout: "rows" }, style: { getPropertyValue: () => "1" } });
const addresses = (coming) => coming.images.map(({ src }) => src);

test("they are asked for once a page, in the order and the filter of the review, and fetched after all else", async () => {
  const { requests, answer } = serving();
  const coming = new ComingPictures("/coming/", gallery);
  const first = coming.fetch(1);
  coming.fetch(1);
  answer("/a.png /b.png");
  await first;
  assert.deepEqual(requests, ["/coming/?by=risk"]);
  assert.deepEqual(addresses(coming), ["/a.png", "/b.png"]);
  assert.equal(coming.images[0].fetchPriority, "low");
});

test("what comes when another page is looked at by now is forgotten", async () => {
  const { answer } = serving();
  const coming = new ComingPictures("/coming/", gallery);
  const fetching = [coming.fetch(1), coming.fetch(2)];
  answer("/late.png");
  answer("/b.png");
  await Promise.all(fetching);
  assert.deepEqual(addresses(coming), ["/b.png"]);
});

test("who is signed out meanwhile, or has no address to ask, fetches nothing", async () => {
  const { requests, answer } = serving();
  const coming = new ComingPictures("/coming/", gallery);
  const fetching = coming.fetch(1);
  answer("/logo.png", { redirected: true });
  await fetching;
  assert.deepEqual(addresses(coming), []);
  await new ComingPictures(undefined, gallery).fetch(1);
  assert.equal(requests.length, 1);
});
