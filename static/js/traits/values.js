/** Values of traits, in words and as the outbox has them. */
export const HIDDEN = { hidden: true };

/** What the outbox knows a trait's values by. */
export function subjectOf(key) {
  return `trait.${key}`;
}

/** A value as people say it; as traits/values.py has it. */
export function inWords({ choices, unit, kind }, value) {
  if (value?.hidden) return "not visible";
  if (kind === "count" || kind === "measure") return `${value} ${unit}`.trim();
  if (kind === "text") return value;
  const name = (key) => choices.find((choice) => choice.key === key)?.name ?? key;
  return [value].flat().map(name).join(", ");
}
