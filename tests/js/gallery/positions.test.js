/** What is read out of where a vignette stands. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { numberVignette, numberVignettes } from "../../../static/js/gallery/positions.js";

/** A gallery of such pages: of vignettes by their names, or of the numbers of those that were forgotten. */
function galleryOf(pages, { isMore = false } = {}) {
  const made = pages.map((each) => {
    const page = typeof each[0] === "number" ? { ids: each.map(String), children: [] } : { ids: null, children: each.map(vignette) };
    for (const v of page.children) v.closest = () => page;
    return page;
  });
  return /** @type {any} */ ({ pages: made, querySelector: () => (isMore ? {} : null), querySelectorAll: () => made });
}

/** One that was reviewed has a name that ends with a full stop. */
function vignette(name) {
  const attributes = new Map();
  const isLeaving = name.endsWith(".");
  return {
    name,
    getAttribute: (key) => attributes.get(key) ?? null,
    setAttribute: (key, value) => attributes.set(key, value),
    classList: { contains: () => isLeaving },
    words: () => `${name} ${attributes.get("aria-posinset")} of ${attributes.get("aria-setsize")}`,
  };
}

test("those that were forgotten count", () => {
  const gallery = galleryOf([["a", "b"], [3, 4, 5], ["f"]]);
  numberVignettes(gallery);
  assert.deepEqual(
    gallery.pages.flatMap(({ children }) => children.map((v) => v.words())),
    ["a 1 of 6", "b 2 of 6", "f 6 of 6"],
  );
});

test("how many there are is not known while more are to come", () => {
  const gallery = galleryOf([["a"]], { isMore: true });
  numberVignettes(gallery);
  assert.equal(gallery.pages[0].children[0].words(), "a 1 of -1");
});

test("the one that gets the focus has its place though another before it has left", () => {
  const gallery = galleryOf([["a", "b", "c"]]);
  numberVignettes(gallery);
  const [page] = gallery.pages;
  page.children.shift();
  numberVignette(gallery, page.children[1]);
  assert.equal(page.children[1].words(), "c 2 of 2");
});

test("those that were reviewed and are hidden don't count", () => {
  const gallery = galleryOf([
    ["a.", "b"],
    ["c", "d.", "e"],
  ]);
  numberVignettes(gallery);
  const visible = gallery.pages.flatMap(({ children }) => children.filter(({ name }) => !name.endsWith(".")));
  assert.deepEqual(
    visible.map((v) => v.words()),
    ["b 1 of 3", "c 2 of 3", "e 3 of 3"],
  );
  numberVignette(gallery, visible[2]);
  assert.equal(visible[2].words(), "e 3 of 3");
});
