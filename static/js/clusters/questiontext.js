/** What the page of a cluster says: from where the server is with it, and what is taken out on the page. */

const CLEAR = 0.6; // the share of typical members from which on their taxon is proposed

/** @type {Record<string, string>} */
const QUESTIONS = {
  validate: "Do they belong together? Click what does not.",
  grow: "Do these belong, too? Click what does not.",
  name: "What is it?",
  named: "Named.",
  held: "Somebody else is at it.",
  gone: "It was merged into another cluster, or split.",
};

/** What most of it is, or is predicted as, where that is clear; null before it waits for its name.
 * @param {Pick<ClusterQuestion, "phase"|"mostly">} question */
export function proposalOf({ phase, mostly }) {
  return phase === "name" && mostly && mostly.share >= CLEAR ? mostly.taxon : null;
}

/** @param {ClusterQuestion} question */
export function questionOf(question) {
  const { phase, candidates, taxon, holder } = question;
  if (phase === "grow" && !candidates) return "It is validated: let it grow.";
  if (phase === "named" && taxon) return `It is ${taxon.name}.`;
  if (phase === "held" && holder) return `${holder} has it open.`;
  const proposal = proposalOf(question);
  return proposal ? `${proposal.name}?` : QUESTIONS[phase];
}

/** @param {ClusterQuestion} question */
export function aboutOf({ phase, candidates, settled_elsewhere: elsewhere, mostly }) {
  if (candidates) return whereOf(candidates);
  if (phase === "named" || phase === "gone") return "";
  return [mostly && `Most often ${mostly.taxon.name}, ${Math.round(100 * mostly.share)} %`, elsewhere && `${words(elsewhere, "member")} labelled elsewhere`]
    .filter(Boolean)
    .join(" · ");
}

/** What Enter does.
 * @param {ClusterQuestion} question
 * @param {number} out how many are taken out on the page
 * @param {number} unsaved how many more of them than the server knows */
export function acceptanceOf(question, out, unsaved) {
  const { phase, candidates, waiting, next } = question;
  if (phase === "validate") return `${out ? "The other" : "All"} ${count(waiting - unsaved)} belong together`;
  if (phase === "grow") return candidates ? candidatesAccepted(question.objects.length, out) : "Let it grow";
  if (phase === "name") return nameAccepted(waiting - out, proposalOf(question));
  return next ? "Next cluster" : "All clusters";
}

/** @param {number} candidates
 * @param {number} out */
function candidatesAccepted(candidates, out) {
  return out ? `The other ${count(candidates - out)} belong` : `All ${count(candidates)} belong`;
}

/** @param {number} members
 * @param {Taxon|null} proposal */
function nameAccepted(members, proposal) {
  return `Name ${count(members)}${proposal ? ` as ${proposal.name}` : "…"}`;
}

/** Where the border is looked for.
 * @param {ClusterCandidates} candidates */
function whereOf({ number, pages, good, bad, is_single: isSingle }) {
  const where = `Page ${count(number + 1)} of ${count(pages)} of candidates, the nearest first`;
  if (isSingle) return `${where} · beyond the border: as long as some belong`;
  return bad < pages ? `${where} · the border lies between ${count(good)} and ${count(bad + 1)}` : where;
}

/** @param {number} number */
export function count(number) {
  return number.toLocaleString("en");
}

/** @param {number} number
 * @param {string} noun */
export function words(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}
