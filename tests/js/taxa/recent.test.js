import assert from "node:assert/strict";
import { test } from "node:test";
import { tellingPart } from "../../../static/js/taxa/recent.js";

test("of names that begin alike the digits show what tells them apart", () => {
  const names = ["chaetognath_other", "chaetognath_sagitta", "Calanus finmarchicus", "Calanus hyperboreus", "Oithona"];
  const parts = names.map((name) => tellingPart(name, names));
  assert.deepEqual(parts, ["…other", "…sagitta", "…finmarchicus", "…hyperboreus", "Oithona"]);
});

test("a name that another goes on from, and one that shares only letters, are parts whole", () => {
  const names = ["copepod", "copepod_calanoid", "copepodite", "copepod_calanoid_eggs"];
  assert.deepEqual(
    names.map((name) => tellingPart(name, names)),
    ["copepod", "…calanoid", "copepodite", "…calanoid_eggs"],
  );
});

test("little that is shared stays", () => {
  assert.equal(tellingPart("egg_a", ["egg_a", "egg_b"]), "egg_a");
});
