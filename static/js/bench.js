// The sorting bench: joins the parts. Each part is a module of its own.
import { Gallery } from "./gallery.js";
import { Labels } from "./labels.js";
import { Picker } from "./picker.js";
import { listenToKeys } from "./keyboard.js";
import { listenToMouse } from "./mouse.js";
import { followSelection } from "./detail.js";
import { dropEmptyOnSubmit, openFilters } from "./filters.js";
import { findInPanel, openDrawers, submitOnChange } from "./panel.js";
import { Recent } from "./recent.js";
import { keepZoom } from "./zoom.js";

const root = document.getElementById("bench");
const gallery = new Gallery(document.getElementById("gallery"));
const zoom = keepZoom(gallery.element, document.getElementById("zoom"));
findInPanel(document.getElementById("find-taxon"));
openDrawers(root);
submitOnChange(document.getElementById("filters"));
dropEmptyOnSubmit(document.getElementById("filters"));
openFilters(document.getElementById("more-filters"), document.getElementById("filter-dialog"));
followSelection(gallery, document.getElementById("detail"), root.dataset.detail);

if (root.dataset.mayLabel) {
  const labels = new Labels(root, gallery);
  const give = (taxon) => {
    labels.give({ taxon });
    recent.show();
  };
  const picker = new Picker(root.dataset.complete, give);
  const recent = new Recent(document.getElementById("recent"), picker, give);
  const actions = {
    pick: (letter) => gallery.targets().length && picker.open(gallery.targets().length, letter),
    accept: () => labels.give({ state: "validated" }),
    dubious: () => labels.give({ state: "dubious" }),
    undo: () => labels.undo(),
    redo: () => labels.redo(),
    recent: (place) => recent.use(place),
    zoom,
    help: () => document.getElementById("keys").showModal(),
  };
  listenToKeys(gallery, actions);
  listenToMouse(gallery, (taxon) => labels.give({ taxon }));
  const on = (id, action) => document.getElementById(id)?.addEventListener("click", action);
  on("assign", () => actions.pick(""));
  on("accept", actions.accept);
  on("dubious", actions.dubious);
  on("undo", actions.undo);
  on("redo", actions.redo);
  on("help", actions.help);
  on("accept-shown", () => labels.give({ state: "validated" }, gallery.all()));
  on("accept-others", () => labels.give({ state: "validated" }, gallery.all().filter((v) => !gallery.isSelected(v))));
} else {
  listenToKeys(gallery, { zoom, help: () => document.getElementById("keys").showModal() });
  listenToMouse(gallery, null);
}
