/** Which of the taxa above a taxon says most beside its name. */

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

/** The nearest first. */
function ancestorsOf({ lineage = [] }) {
  return lineage.slice(0, -1).reverse();
}

/** The genus of a species, the parent in `egg<Copepoda`. */
function holds(name, ancestor) {
  return name.split(/[<\s]/).includes(ancestor.split("<")[0]);
}

function firstWord(name) {
  return name.split(/[<\s]/)[0].toLowerCase();
}
