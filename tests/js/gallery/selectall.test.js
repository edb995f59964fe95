/** Ctrl + A, also on what the gallery has forgotten. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { selectAll } from "../../../static/js/gallery/selectall.js";

/** A gallery of the vignettes that are in the document, those that come back when `back` is called, and those that nobody has seen. */
function galleryOf({ present, absent = [], unseen = [] }) {
  let selection = [];
  let back = () => {};
  const isSeen = (v) => !unseen.includes(v);
  const gallery = {
    count: 0,
    all: () => present,
    seenAmong: () => present.filter(isSeen),
    isSelected: (v) => selection.includes(v),
    only(vignettes) {
      selection = [...vignettes];
      this.count = selection.length;
    },
    pages: {
      whenThere: (coming, act) => coming.then(act),
      fetchAll: () =>
        absent.length
          ? new Promise((resolve) => {
              back = () => {
                present.push(...absent.splice(0));
                resolve(null);
              };
            })
          : null,
    },
  };
  return { gallery, selected: () => selection.join(""), back: () => back() };
}

test("what has been seen is selected at once, what was forgotten of it when it is back", async () => {
  const { gallery, selected, back } = galleryOf({ present: ["a", "b"], absent: ["c"] });
  const words = selectAll(gallery);
  assert.equal(selected(), "ab");
  back();
  assert.equal(await words, "");
  assert.equal(selected(), "abc");
});

test("where nothing of what is in the document has been seen, what was forgotten of it is selected when it is back", async () => {
  const { gallery, selected, back } = galleryOf({ present: ["a"], absent: ["b"], unseen: ["a"] });
  const words = selectAll(gallery);
  assert.equal(selected(), "");
  back();
  assert.match(await words, /the 1 that have been/);
  assert.equal(selected(), "b");
});

test("again takes all that are loaded, and the first time says that there are more", async () => {
  const { gallery, selected, back } = galleryOf({ present: ["a", "b"], absent: ["c", "d"], unseen: ["b", "d"] });
  const words = selectAll(gallery);
  back();
  assert.match(await words, /the 2 that have been on the screen\. 2 more are loaded/);
  assert.equal(selected(), "ac");
  assert.equal(await selectAll(gallery), "");
  assert.equal(selected(), "abcd");
});

test("who has selected the only one that has been seen has not pressed it twice", async () => {
  const { gallery, selected } = galleryOf({ present: ["a", "b"], unseen: ["b"] });
  gallery.only(["a"]);
  await selectAll(gallery);
  assert.equal(selected(), "a");
  await selectAll(gallery);
  assert.equal(selected(), "ab");
});

test("again takes all, though more have been seen since", async () => {
  const unseen = ["b", "c"];
  const { gallery, selected } = galleryOf({ present: ["a", "b", "c"], unseen });
  await selectAll(gallery);
  unseen.shift();
  await selectAll(gallery);
  assert.equal(selected(), "abc");
});

test("who has gone on meanwhile keeps their selection", async () => {
  const { gallery, selected, back } = galleryOf({ present: ["a", "b"], absent: ["c"] });
  const words = selectAll(gallery);
  gallery.only(["b"]);
  back();
  assert.equal(await words, "");
  assert.equal(selected(), "b");
});

test("where all that has been seen is forgotten, it is selected when it is back", async () => {
  const { gallery, selected, back } = galleryOf({ present: ["a"], absent: ["b"], unseen: ["a"] });
  const words = selectAll(gallery);
  back();
  assert.match(await words, /the 1 that have been on the screen\. 1 more/);
  assert.equal(selected(), "b");
});
