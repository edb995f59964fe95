/** The taxon panel: finding a taxon in it, and the panels as drawers on small screens. */
import { chosenEarly } from "../shell/visit.js";

export function findInPanel(input) {
  const filter = () => {
    const text = input.value.trim().toLowerCase();
    for (const taxon of document.querySelectorAll("#panel .tree li > [data-name]")) {
      taxon.parentElement.hidden = !taxon.getAttribute("data-name").toLowerCase().includes(text);
    }
  };
  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") document.querySelector("#panel .tree li:not([hidden]) a")?.click();
    if (event.key === "Escape") {
      input.value = "";
      input.blur();
      filter();
    }
  });
  document.body.addEventListener("htmx:afterSettle", (event) => event.detail.target.id === "panel" && filter());
  document.addEventListener("recounted", filter);
  if (input.value) filter(); // typed before this came
}

export function openDrawers(root) {
  for (const button of root.querySelectorAll("[data-drawer]")) {
    const drawer = document.getElementById(button.dataset.drawer);
    button.addEventListener("click", () => {
      button.setAttribute("aria-expanded", drawer.classList.toggle("open"));
      drawer.dispatchEvent(new CustomEvent("drawer", { bubbles: true }));
    });
  }
}

/** A filter acts as soon as it is chosen, or at once where it was before this came; the button stays for pages without scripts. */
export function submitOnChange(form) {
  form.addEventListener("change", (event) => event.target.matches("[name]") && form.requestSubmit());
  if (chosenEarly(form)) form.requestSubmit();
}
