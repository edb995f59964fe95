/** What a long list on a page proposes for what is typed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceCalled, matchingChoices, orNone } from "../../../static/js/fields/choices.js";

const CHOICES = [{ name: "Anna Kovač", beside: "anna" }, { name: "Tow 12, Roscoff" }, { name: "12 Café" }, { name: "Resnet 18", beside: "small" }];
const names = (text) => matchingChoices(CHOICES, text).map(({ name }) => name);

test("every word is held, in any order, with or without accents and capitals", () => {
  assert.deepEqual(names("roscoff TOW"), ["Tow 12, Roscoff"]);
  assert.deepEqual(names("kovac"), ["Anna Kovač"]);
  assert.deepEqual(names("small"), ["Resnet 18"]);
  assert.deepEqual(names("tow anna"), []);
});

test("what begins with it comes first, and nothing typed leaves the order of the page", () => {
  assert.deepEqual(names("12"), ["12 Café", "Tow 12, Roscoff"]);
  assert.deepEqual(
    names("  "),
    CHOICES.map(({ name }) => name),
  );
});

test("what is called so comes before what begins so", () => {
  const taxa = [{ name: "Decapoda larvae" }, { name: "Décapoda" }];
  assert.equal(matchingChoices(taxa, "decapoda")[0].name, "Décapoda");
});

test("no more are drawn than are read", () => {
  const many = Array.from({ length: 5000 }, (_, i) => ({ name: `column ${i}` }));
  assert.equal(matchingChoices(many, "column").length, 100);
  assert.deepEqual(matchingChoices(many, "4999"), [{ name: "column 4999" }]);
});

test("a name that is typed whole is that one, a part of it is none", () => {
  assert.equal(choiceCalled(CHOICES, " 12 cafe ")?.name, "12 Café");
  assert.equal(choiceCalled(CHOICES, "12"), undefined);
});

test("where there is none, a row says so that takes nothing", () => {
  assert.deepEqual(
    orNone([]).map(({ value }) => value),
    [null],
  );
  assert.equal(orNone([{ value: 3, name: "three" }])[0].value, 3);
});
