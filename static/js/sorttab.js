// The tab Sort leads back to the project's bench as it was left (place.js), from whichever page.
import { leftAt, RETURNING } from "./place.js";

/** @type {HTMLAnchorElement|null} */
const tab = document.querySelector("[data-sort-tab]");
if (tab) {
  const lead = () => (tab.href = tab.pathname + leftAt(tab.dataset.sortTab).query + RETURNING);
  lead();
  tab.addEventListener("click", lead); // the bench itself keeps its query after this has run
}
