/** A folder is packed on its way: what unpacks zips everywhere finds in it what was in the folder. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checksum, packed, packedFolders } from "../../../static/js/uploads/packing.js";

const file = (text, name) => new File([text], name, { lastModified: Date.UTC(2026, 3, 12, 10, 15, 6) });
const READ =
  "import json, sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(json.dumps([z.testzip(), {i.filename: [z.read(i).decode(), list(i.date_time)] for i in z.infolist()}]))";

test("Python's zipfile reads the files, their folders, names and times", async () => {
  const zip = await packed("tow.zip", [
    { path: "tow/Calanus/é.txt", file: file("two", "é.txt") },
    { path: "tow/a.tsv", file: file("", "a.tsv") },
  ]);
  const folder = mkdtempSync(join(tmpdir(), "packing-"));
  const path = join(folder, "tow.zip");
  writeFileSync(path, new Uint8Array(await zip.arrayBuffer()));
  const [broken, files] = JSON.parse(execFileSync("python3", ["-c", READ, path], { encoding: "utf8" }));
  rmSync(folder, { recursive: true });
  assert.equal(broken, null);
  const moment = [2026, 4, 12, 10, 15, 6];
  assert.deepEqual(files, { "tow/Calanus/é.txt": ["two", moment], "tow/a.tsv": ["", moment] });
});

test("the same folder is the same file, in whatever order it was read", async () => {
  const entries = [
    { path: "tow/b", file: file("b", "b") },
    { path: "tow/a", file: file("a", "a") },
  ];
  const [one, other] = [await packed("tow.zip", entries), await packed("tow.zip", entries.toReversed())];
  assert.deepEqual(await one.arrayBuffer(), await other.arrayBuffer());
  assert.deepEqual([one.name, one.lastModified], ["tow.zip", Date.UTC(2026, 3, 12, 10, 15, 6)]);
});

test("the checksum is CRC-32", async () => {
  assert.equal(await checksum(new Blob(["123456789"])), 0xcbf43926);
});

test("what is too large for one zip is refused in words", async () => {
  const large = /** @type {File} */ ({ size: 5e9 });
  await assert.rejects(packed("leg.zip", [{ path: "leg/a", file: large }]), /leg has more than 4 GB/);
});

test("folders that cannot be packed are named, each, and those behind them are packed", async () => {
  const large = /** @type {File} */ ({ size: 5e9 });
  const unreadable = /** @type {File} */ (
    /** @type {unknown} */ ({
      size: 1,
      lastModified: 0,
      stream: () => {
        throw new DOMException("gone", "NotFoundError");
      },
    })
  );
  const folders = new Map([
    ["leg", [{ path: "leg/a", file: large }]],
    ["tow", [{ path: "tow/a", file: file("a", "a") }]],
    ["net", [{ path: "net/a", file: unreadable }]],
    ["haul", [{ path: "haul/a", file: file("a", "a") }]],
  ]);
  const packing = [];
  const { zips, refusals } = await packedFolders(folders, (name, count) => packing.push([name, count]));
  assert.deepEqual(
    zips.map(({ name }) => name),
    ["tow.zip", "haul.zip"],
  );
  assert.match(refusals[0], /^leg has more than 4 GB/);
  assert.match(refusals[1], /^A file of net cannot be read/);
  assert.deepEqual(packing, [
    ["leg", 1],
    ["tow", 1],
    ["net", 1],
    ["haul", 1],
  ]);
});
