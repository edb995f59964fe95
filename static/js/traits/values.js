/** Values of traits, in words and as the outbox has them. */
export const HIDDEN = { hidden: true };

/** What the outbox knows a trait's values by.
 * @param {string} key */
export function subjectOf(key) {
  return `trait.${key}`;
}

/** A value as people say it; as traits/values.py has it.
 * @param {Pick<Trait, "choices"|"unit"|"kind">} trait
 * @param {TraitValue} value */
export function inWords({ choices, unit, kind }, value) {
  if (typeof value === "object" && "hidden" in value) return "not visible";
  if (kind === "count" || kind === "measure") return `${value} ${unit}`.trim();
  if (kind === "text") return String(value);
  const name = (/** @type {string|number} */ key) => choices.find((choice) => choice.key === key)?.name ?? String(key);
  return [value].flat().map(name).join(", ");
}
