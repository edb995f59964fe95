import assert from "node:assert/strict";
import { test } from "node:test";

const visited = [];
globalThis.document = /** @type {any} */ ({ querySelector: (selector) => (selector.includes("/delete/") ? { pathname: "/projects/3/delete/" } : null) });
globalThis.location = /** @type {any} */ ({ assign: (address) => visited.push(address) });
const { groupsOf } = await import("../../../static/js/mouse/menu.js");

/** Of the group that leads to pages of their own, its lines. */
function linesOf(gallery) {
  const groups = groupsOf({}, () => undefined, [], false, gallery);
  return groups.find(({ name }) => name === "Elsewhere")?.entries ?? [];
}

test("what is deleted are those that the menu was opened on, also when they have left the page since", () => {
  let targets = [{ dataset: { id: "5" } }, { dataset: { id: "7" } }];
  const [line] = linesOf({ targets: () => targets });
  targets = [];
  line.act();
  assert.deepEqual(visited, ["/projects/3/delete/?id=5&id=7"]);
});

test("where there are none nothing leads to a page that would take all of the project", () => {
  assert.deepEqual(linesOf({ targets: () => [] }), []);
});
