/** The ancestor that is written beside a name tells it from what looks alike. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { taxonRow, tellingAncestor } from "../../../static/js/fields/taxonrow.js";

const taxon = (name, ...above) => ({ id: name.length, name, lineage: [...above, name] });

test("it is the nearest that the name does not hold already", () => {
  const species = taxon("Calanus finmarchicus", "Crustacea", "Copepoda", "Calanidae", "Calanus");
  assert.equal(tellingAncestor(species, [species]), "Calanidae");
  const egg = taxon("egg<Copepoda", "Crustacea", "Copepoda");
  assert.equal(tellingAncestor(egg, [egg]), "Crustacea");
});

test("namesakes get one that only they are below", () => {
  const [one, other] = [
    taxon("larvae<Polychaeta", "Animalia", "Annelida", "Polychaeta"),
    taxon("larvae<Asteroidea", "Animalia", "Echinodermata", "Asteroidea"),
  ];
  assert.equal(tellingAncestor(one, [one, other]), "Annelida");
  const [near, far] = [taxon("Oithona<one", "Animalia", "Copepoda", "shared"), taxon("Oithona<other", "Animalia", "Mollusca", "shared")];
  assert.equal(tellingAncestor(near, [near, far]), "Copepoda");
  assert.equal(tellingAncestor(far, [near, far]), "Mollusca");
});

test("without a lineage there is none", () => {
  assert.equal(tellingAncestor({ id: 1, name: "Oithona" }, []), "");
});

test("a row says by which name it was found; a genus and a species are in italics", () => {
  const species = { ...taxon("Calanus finmarchicus", "Copepoda", "Calanidae", "Calanus"), rank: "Species", synonym: "Cetochilus septentrionalis" };
  assert.deepEqual(taxonRow(species, [species]), {
    value: species,
    name: "Calanus finmarchicus",
    isLatin: true,
    beside: "for Cetochilus septentrionalis · Calanidae",
  });
  assert.equal(taxonRow({ ...taxon("Copepoda", "Crustacea"), rank: "Subclass" }, []).isLatin, false);
});
