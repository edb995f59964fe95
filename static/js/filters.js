/** The dialog with every filter: fetched when it is first opened, so that the page stays light. */
import { drawPlaces } from "./map.js";

export function openFilters(button, dialog) {
  button.addEventListener("click", async () => {
    if (!dialog.firstElementChild) await load(dialog);
    dialog.showModal();
  });
}

async function load(dialog) {
  const answer = await fetch(dialog.dataset.url + location.search);
  dialog.innerHTML = await answer.text();
  const form = dialog.querySelector("form");
  dropEmptyOnSubmit(form);
  form.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("input", () => form.querySelectorAll(".comparisons").forEach(keepAnEmptyLine));
  const map = form.querySelector("#map");
  if (map) drawPlaces(map, JSON.parse(form.querySelector("#places").textContent), form.querySelector("#box"));
}

/** What is not asked for is not in the URL. */
export function dropEmptyOnSubmit(form) {
  form.addEventListener("submit", () => {
    for (const input of form.elements) if (input.name && !input.value) input.disabled = true;
  });
  window.addEventListener("pageshow", () => {
    for (const input of form.elements) input.disabled = false;
  });
}

/** There is always one more line for a comparison, of a trait or of a free column. */
function keepAnEmptyLine(lines) {
  if (!lines.lastElementChild.querySelector("input").value) return;
  const line = lines.lastElementChild.cloneNode(true);
  line.querySelector("input").value = "";
  lines.append(line);
}

/** The same view, with what is most like the object first. */
export function sortByLikeness(id) {
  const query = new URLSearchParams(location.search);
  query.set("order", `similar:${id}`);
  location.search = query;
}
