/** What stands above and below the vignettes of a cluster: the question, the steps, the buttons. */
import { aboutOf, acceptanceOf, count, questionOf, words } from "./questiontext.js";

const AT_WORK = ["validate", "grow", "name"]; // phases in which something is asked

export function part(id) {
  return document.getElementById(id);
}

/** @param {any} sitting as the API gives it
 * @param {number} out how many are taken out on the page
 * @param {number} unsaved how many more of them than the server knows
 * @param {boolean} isEmpty whether there is no vignette */
export function showOffer(sitting, out, unsaved, isEmpty) {
  const { phase } = sitting;
  part("selected").textContent = `${count(out)} taken out`;
  part("cluster-name").textContent = sitting.name;
  part("cluster-size").textContent = words(phase === "named" ? sitting.size : sitting.waiting, "object");
  part("cluster-question").textContent = questionOf(sitting);
  part("cluster-about").textContent = aboutOf(sitting);
  part("cluster-yes").textContent = acceptanceOf(sitting, out, unsaved);
  part("kin").hidden = phase !== "name";
  part("offer-none").hidden = !isEmpty;
  showStep(phase);
  showButtons(sitting);
}

function showStep(phase) {
  for (const step of /** @type {NodeListOf<HTMLElement>} */ (part("cluster-steps").querySelectorAll("[data-step]"))) {
    if (step.dataset.step === phase) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  }
}

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
  for (const [id, isVisible] of Object.entries(visible)) part(id)?.toggleAttribute("hidden", !isVisible); // a project without traits has no button for them
}
