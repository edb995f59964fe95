import assert from "node:assert/strict";
import { test } from "node:test";
import { isMet } from "../../../static/js/clusters/traits.js";

test("a trait that asks for another one is offered when that is chosen so", () => {
  const eggs = { only_if: "egg_sac", only_if_choices: ["yes"] };
  const chosen = (value) => new Map([["egg_sac", { value }]]);
  assert.equal(isMet({ only_if: null }, new Map()), true);
  assert.equal(isMet(eggs, new Map()), false);
  assert.equal(isMet(eggs, chosen(["no"])), false);
  assert.equal(isMet(eggs, chosen({ hidden: true })), false);
  assert.equal(isMet(eggs, chosen(["yes"])), true);
});
