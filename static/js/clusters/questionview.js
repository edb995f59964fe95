/** What stands above and below the vignettes of a cluster: the question, the steps, the buttons. */
import { byId } from "../page/elements.js";
import { aboutOf, acceptanceOf, count, questionOf, words } from "./questiontext.js";

const AT_WORK = ["validate", "grow", "name"]; // phases in which something is asked

/** @param {string} id */
export function part(id) {
  return byId(id);
}

/** @param {ClusterQuestion} question as the API gives it
 * @param {number} out how many are taken out on the page
 * @param {number} unsaved how many more of them than the server knows
 * @param {boolean} isEmpty whether there is no vignette */
export function showOffer(question, out, unsaved, isEmpty) {
  const { phase } = question;
  part("selected").textContent = `${count(out)} taken out`;
  part("cluster-name").textContent = question.name;
  part("cluster-size").textContent = words(phase === "named" ? question.size : question.waiting, "object");
  part("cluster-question").textContent = questionOf(question);
  part("cluster-about").textContent = aboutOf(question);
  part("cluster-yes").textContent = acceptanceOf(question, out, unsaved);
  part("kin").hidden = phase !== "name";
  part("offer-none").hidden = !isEmpty;
  showStep(phase);
  showButtons(question);
}

/** @param {string} phase */
function showStep(phase) {
  for (const step of /** @type {NodeListOf<HTMLElement>} */ (part("cluster-steps").querySelectorAll("[data-step]"))) {
    if (step.dataset.step === phase) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
}

/** @param {ClusterQuestion} question */
function showButtons({ phase, candidates }) {
  const isPageOfCandidates = phase === "grow" && Boolean(candidates);
  const isAt = AT_WORK.includes(phase);
  part("cluster-no").textContent = isPageOfCandidates ? "None of these" : "Skip it";
  const visible = {
    "cluster-more": phase === "validate" || phase === "name",
    "cluster-no": isAt, // afterwards Enter goes on
    "cluster-end": isPageOfCandidates,
    "cluster-anew": isPageOfCandidates || phase === "name",
    "cluster-split": isAt && !isPageOfCandidates,
    "offer-new": phase === "name",
    "set-trait": phase === "name",
    assign: isAt,
  };
  for (const [id, isVisible] of Object.entries(visible)) document.getElementById(id)?.toggleAttribute("hidden", !isVisible); // a project without traits has no button for them
}
