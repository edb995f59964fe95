// The map of a project's objects: joins the parts.

import { move } from "../gallery/movefocus.js";
import { Keyboard } from "../keyboard/keyboard.js";
import { listenToMouse } from "../mouse/mouse.js";
import { OnDemand } from "../page/ondemand.js";
import { Preferences } from "../page/preferences.js";
import { Notice, Server } from "../page/server.js";
import { Toasts } from "../page/toast.js";
import { chosenEarly } from "../shell/visit.js";
import { Slots } from "../taxa/slots.js";
import { MapLive } from "./maplive.js";
import { MapVisits } from "./mapvisits.js";
import { NewLabels } from "./newlabels.js";
import { Scatter } from "./scatter.js";
import { Selection } from "./selection.js";
import { MapGallery, MapLabels } from "./strip.js";

const root = document.getElementById("object-map");
const gallery = new MapGallery(document.getElementById("gallery"), (id, taxon, state) => newLabels?.changed(id, taxon, state));
const toasts = new Toasts(document.getElementById("toasts"), gallery);
const server = new Server(root, new Notice(document.getElementById("notice")));
const labels = new MapLabels(root, gallery, server, toasts);
const visits = new MapVisits(root.dataset.detail, toasts);
const choices = /** @type {HTMLFormElement} */ (document.getElementById("map-choices"));
visits.submitThrough(choices);
choices.addEventListener("change", (event) => choose(/** @type {HTMLSelectElement} */ (event.target)));
const selection = new Selection(root, gallery, (why) => toasts.error(why));
const scatter = root.dataset.points ? new Scatter(root, selection) : null;
const newLabels = scatter && new NewLabels(scatter, server);
scatter?.load().then(() => newLabels.drawn());
labels.start();
new MapLive(root, gallery, labels, document.getElementById("people"), newLabels);

const say = (words) => toasts.error(words);
const filterDialog = /** @type {HTMLDialogElement} */ (document.getElementById("filter-dialog"));
const filters = new OnDemand(
  () => import("../search/filters.js"),
  ({ Filters }) => new Filters(filterDialog, visits, say),
  { dialog: filterDialog, sheets: ["search/filters"], say },
);
const on = (id, action) => document.getElementById(id)?.addEventListener("click", action);
on("more-filters", () => filters.use((part) => part.open()));
on("close-selection", () => scatter.actions.clear());

const actions = {
  move: (key) => move(gallery, key),
  extend: (key) => move(gallery, key),
  toggle: () => gallery.focused() && gallery.toggle(gallery.focused()),
  all: () => gallery.only(gallery.all()),
  none: () => gallery.only([]),
  goto: () => {}, // navigation.js hears it, on every page
};
let give = null;

if (root.dataset.mayLabel) {
  const preferences = new Preferences(server, document.getElementById("preferences"));
  const slots = Slots.ofPage(server);
  let last = null;
  give = (taxon, vignettes) => {
    last = taxon;
    slots.use(taxon);
    labels.give({ taxon }, vignettes);
  };
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("picker"));
  const picker = new OnDemand(
    () => import("../taxa/picker.js"),
    ({ Picker }) => new Picker(root.dataset.complete, give, slots, { gallery, own: preferences.own, counts: () => server.get("counts/") }),
    { dialog, sheets: ["fields/combobox"], say },
  );
  const pick = (letter = "") => gallery.targets().length && picker.use((part) => part.open(gallery.targets().length, letter));
  Object.assign(actions, {
    pick: (_, letter) => pick(letter),
    recent: (key) => slots.at(Number(key)) && give(slots.at(Number(key))),
    again: (_, vignettes) => last && give(last, vignettes),
    accept: (_, vignettes) => labels.give({ state: "validated" }, vignettes),
    dubious: (_, vignettes) => labels.give({ state: "dubious" }, vignettes),
    unclassify: (_, vignettes) => labels.give({ state: "unclassified" }, vignettes),
    undo: () => labels.undo(),
    redo: () => labels.redo(),
  });
  on("assign", () => pick());
  for (const id of ["accept", "dubious", "undo", "redo"]) on(id, () => actions[id]());
  new Keyboard(actions, preferences.own, give);
}
listenToMouse(gallery, null, () => {});

/** Another colour comes into the page as it is; anything else is another view. */
async function choose(field) {
  if (field.name !== "colour" || !(await scatter?.colours.use(field.value))) choices.requestSubmit();
}

const early = chosenEarly(choices);
if (early) choose(early);
root.dataset.ready = "1";
