/** Letters that label are first letters of names, too: which was meant shows in what follows. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { element, openPage } from "../page.js";

const { window, document } = openPage();
const { Strokes } = await import("../../../static/js/keyboard/strokes.js");

const PAUSE = 400; // milliseconds without a key

/** A bench with a row of vignettes: labels as they are given, and where the work stands. */
class Bench {
  /** @param {string[]} names of the project's taxa */
  constructor(...names) {
    this.vignettes = Array.from({ length: 12 }, (_, i) => element({ id: String(i) }));
    this.place = 0;
    /** @type {HTMLElement[]} */
    this.selection = [];
    /** @type {string[]} */
    this.labels = [];
    this.spelt = "";
    this.names = names;
    this.strokes = new Strokes(this.gallery(), {
      goOn: () => {
        this.selection = [];
        this.place += 1;
      },
      isName: (text) => this.names.some((name) => name.startsWith(text)),
      spell: (text) => {
        this.spelt = text;
      },
    });
  }

  /** @returns {TargetGallery} */
  gallery() {
    return {
      targets: () => (this.selection.length ? this.selection : [this.vignettes[this.place]]),
      isSelected: (vignette) => this.selection.includes(vignette),
      set: (vignettes, isSelected) => {
        this.selection = isSelected ? vignettes : [];
      },
      focus: (vignette) => {
        this.place = this.vignettes.indexOf(vignette);
      },
    };
  }

  /** @param {string} letters that each give the taxon of that name */
  type(letters) {
    for (const letter of letters) {
      const act = (vignettes = []) => this.labels.push(...vignettes.map(({ dataset }) => `${dataset.id}${letter}`));
      this.strokes.press(letter, { act, labels: true, writes: true, says: letter });
    }
  }
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

test("a letter labels its object when nothing follows, not before", () => {
  const bench = new Bench();
  bench.type("a");
  assert.deepEqual(bench.labels, []);
  assert.equal(bench.vignettes[0].dataset.pending, "a", "the object shows what it would get");
  mock.timers.tick(PAUSE);
  assert.deepEqual(bench.labels, ["0a"]);
  assert.equal(bench.vignettes[0].dataset.pending, undefined);
});

test("letters in a row label one object after the other", () => {
  const bench = new Bench("nauplius");
  bench.type("ab");
  mock.timers.tick(PAUSE - 1);
  bench.type("a");
  mock.timers.tick(PAUSE);
  assert.deepEqual(bench.labels, ["0a", "1b", "2a"]);
});

test("four letters that begin a name of the project are a word: nothing is labelled, and the work goes back", () => {
  const bench = new Bench("copepoda");
  bench.type("cope");
  assert.equal(bench.spelt, "cope");
  assert.deepEqual(bench.labels, []);
  assert.equal(bench.place, 0);
  mock.timers.tick(PAUSE);
  assert.deepEqual(bench.labels, [], "not later either");
});

test("a letter that labels nothing makes a word of those before it", () => {
  const bench = new Bench();
  bench.type("co");
  bench.strokes.spell("x");
  assert.equal(bench.spelt, "cox");
  assert.deepEqual(bench.labels, []);
});

test("eight letters in a row are sorting, whatever they spell", () => {
  const bench = new Bench();
  bench.type("abababab");
  assert.equal(bench.labels.length, 8);
  assert.ok(!bench.strokes.isOpen());
});

test("Escape gives up what waits, and selects again what was selected", () => {
  const bench = new Bench();
  bench.selection = bench.vignettes.slice(2, 5);
  bench.type("a");
  assert.ok(bench.strokes.drop());
  assert.deepEqual(bench.selection, bench.vignettes.slice(2, 5));
  assert.ok(!bench.strokes.drop(), "there is nothing any more");
  mock.timers.tick(PAUSE);
  assert.deepEqual(bench.labels, []);
});

for (const [what, leave] of /** @type {[string, () => void][]} */ ([
  ["a press of the pointer", () => window.dispatchEvent(new Event("pointerdown"))],
  ["a page that goes", () => window.dispatchEvent(new Event("pagehide"))],
  [
    "a tab that is left",
    () => {
      document.hidden = true;
      document.dispatchEvent(new Event("visibilitychange"));
      document.hidden = false;
    },
  ],
])) {
  test(`${what} ends the letters before it: they label`, () => {
    const bench = new Bench();
    bench.type("ab");
    leave();
    assert.deepEqual(bench.labels, ["0a", "1b"]);
  });
}
