/** What a field with a long list lists: what the page carries, then what the server finds. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { rowsFor } from "../../../static/js/fields/options.js";

const CARRIED = [
  { value: "1", name: "Ada" },
  { value: "2", name: "Ben" },
];
const list = (text, address, rowOf = (option) => option) =>
  rowsFor({ address, text, carried: (typed) => CARRIED.filter(({ name }) => name.includes(typed)), rowOf });
const names = (rows) => rows.map(({ name }) => name);
const { fetch: before } = globalThis;
/** @type {string[]} */
let addresses = [];

/** @param {object[]|null} options null: there is no network */
function serve(options) {
  addresses = [];
  globalThis.fetch = async (address) => {
    addresses.push(String(address));
    if (!options) throw new TypeError("Failed to fetch");
    return Response.json(options);
  };
}

afterEach(() => {
  globalThis.fetch = before;
});

test("a list that the page carries whole asks nobody", async () => {
  serve([]);
  assert.deepEqual(names(await list("Be")), ["Ben"]);
  assert.deepEqual(addresses, []);
});

test("a longer one shows its first until something is typed, and says that there are more", async () => {
  serve([]);
  const rows = await list("", "/options/");
  assert.deepEqual(names(rows), ["Ada", "Ben", "Type to find others."]);
  assert.equal(rows[2].value, null);
  assert.deepEqual(addresses, []);
});

test("what is typed is asked of the server, whatever stands in the page", async () => {
  serve([{ value: "77", name: "Zoë & Co", beside: "" }]);
  assert.deepEqual(names(await list("zoë & co", "/options/")), ["Zoë & Co"]);
  assert.deepEqual(addresses, ["/options/?q=zo%C3%AB%20%26%20co"]);
});

test("what is chosen already is not listed again", async () => {
  serve([
    { value: "1", name: "Ada", beside: "" },
    { value: "3", name: "Adam", beside: "" },
  ]);
  assert.deepEqual(names(await list("ada", "/options/", (option) => (option.value === "1" ? null : option))), ["Adam"]);
});

test("without the server one row says so, and does nothing", async () => {
  serve(null);
  const [row] = await list("ada", "/options/");
  assert.match(row.name, /cannot be reached/);
  assert.equal(row.value, null);
});
