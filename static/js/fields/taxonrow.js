/** How a taxon stands in a list: its name, and which of the taxa above it says most beside that. */

const IN_ITALICS = new Set(["genus", "subgenus", "species", "subspecies", "variety", "forma"]);

/** @param {TaxonSuggestion} taxon
 * @param {TaxonSuggestion[]} others that are listed with it
 * @returns {ComboboxRow<TaxonSuggestion>} */
export function taxonRow(taxon, others) {
  const above = tellingAncestor(taxon, others);
  return {
    value: taxon,
    name: taxon.name,
    isLatin: IN_ITALICS.has((taxon.rank ?? "").toLowerCase()),
    beside: [taxon.synonym && `for ${taxon.synonym}`, above].filter(Boolean).join(" · "),
  };
}

/** The nearest that its name does not hold already; among those that begin with the same word, one that the others are not
 * below, where there is one.
 * @param {Taxon} taxon
 * @param {Taxon[]} others that are listed with it
 * @returns {string} "" where none is known */
export function tellingAncestor(taxon, others) {
  const above = ancestorsOf(taxon).filter((name) => !holds(taxon.name, name));
  const alike = others.filter((other) => other !== taxon && firstWord(other.name) === firstWord(taxon.name));
  const shared = new Set(alike.flatMap(ancestorsOf));
  return above.find((name) => !shared.has(name)) ?? above[0] ?? "";
}

/** The nearest first.
 * @param {Taxon} taxon */
function ancestorsOf({ lineage = [] }) {
  return lineage.slice(0, -1).reverse();
}

/** The genus of a species, the parent in `egg<Copepoda`.
 * @param {string} name
 * @param {string} ancestor */
function holds(name, ancestor) {
  return name.split(/[<\s]/).includes(ancestor.split("<")[0]);
}

/** @param {string} name */
function firstWord(name) {
  return name.split(/[<\s]/)[0].toLowerCase();
}
