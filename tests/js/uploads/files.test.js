/** What is said of files before they are sent. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { accepts, byFolder, filesOf, joined, sizeInWords } from "../../../static/js/uploads/files.js";

test("sizes are in the unit that people would say", () => {
  assert.deepEqual([0, 999, 1000, 12_345, 34_900_000, 120_000_000, 2_500_000_000].map(sizeInWords), [
    "0 B",
    "999 B",
    "1.0 kB",
    "12.3 kB",
    "34.9 MB",
    "120 MB",
    "2.5 GB",
  ]);
});

test("a field takes the endings and types that it names, and all where it names none", () => {
  assert.ok(accepts(".zip,application/zip", { name: "Tow 3.ZIP", type: "" }));
  assert.ok(accepts(".zip,application/zip", { name: "tow", type: "application/zip" }));
  assert.ok(accepts("image/*,.tif", { name: "a.png", type: "image/png" }));
  assert.ok(!accepts("image/*, .tif", { name: "a.txt", type: "text/plain" }));
  assert.ok(accepts("", { name: "a.txt", type: "" }));
});

test("what is chosen twice is there once", () => {
  const one = { name: "a.zip", size: 3, lastModified: 5 };
  const other = { name: "a.zip", size: 4, lastModified: 5 };
  assert.deepEqual(joined([one], [{ ...one }, other]), [one, other]);
});

/** As browsers hand out a folder: a part of its entries at a time, then none. */
function folder(...parts) {
  return { isDirectory: true, isFile: false, createReader: () => ({ readEntries: (resolve) => resolve(parts.shift() ?? []) }) };
}

const entry = (path) => ({ isDirectory: false, isFile: true, fullPath: `/${path}`, file: (resolve) => resolve({ name: path.split("/").at(-1) }) });

test("a folder that is dropped is all the files in it, however deep", async () => {
  const inner = folder([entry("tow/in/deep.png")]);
  const dropped = folder([entry("tow/a.png"), inner], [entry("tow/b.png")]);
  const transfer = { items: [{ webkitGetAsEntry: () => dropped }, { webkitGetAsEntry: () => entry("c.png") }], files: [] };
  const files = await filesOf(/** @type {DataTransfer} */ (/** @type {unknown} */ (transfer)));
  assert.deepEqual(
    files.map(({ path }) => path),
    ["tow/a.png", "tow/in/deep.png", "tow/b.png", "c.png"],
  );
  const { folders, single } = byFolder(files);
  assert.deepEqual([[...folders.keys()], folders.get("tow").length, single.length], [["tow"], 3, 1]);
});
