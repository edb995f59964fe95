/** The dialog with every filter: fetched when it is first opened, so that the page stays light. */
import { drawPlaces } from "./map.js";

/** @param {Visits} visits to which the chosen filters lead */
export function openFilters(button, dialog, visits) {
  button.addEventListener("click", async () => {
    if (!dialog.firstElementChild) await load(dialog, visits);
    dialog.showModal();
  });
}

async function load(dialog, visits) {
  const answer = await fetch(dialog.dataset.url + location.search);
  dialog.innerHTML = await answer.text();
  const form = dialog.querySelector("form");
  const refusal = Object.assign(document.createElement("p"), { className: "error", role: "alert" });
  form.lastElementChild.before(refusal);
  visits.submitThrough(form, (words) => (refusal.textContent = words));
  form.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("input", () => form.querySelectorAll(".comparisons").forEach(keepAnEmptyLine));
  const map = form.querySelector("#map");
  if (map) drawPlaces(map, JSON.parse(form.querySelector("#places").textContent), form.querySelector("#box"));
}

/** There is always one more line for a comparison, of a trait or of a free column. */
function keepAnEmptyLine(lines) {
  if (!lines.lastElementChild.querySelector("input").value) return;
  const line = lines.lastElementChild.cloneNode(true);
  line.querySelector("input").value = "";
  lines.append(line);
}
