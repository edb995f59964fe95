// The sorting bench: joins the parts. Each part is a module of its own.
import { Gallery } from "./gallery.js";
import { Labels } from "./labels.js";
import { Layout, openLook } from "./layout.js";
import { Live } from "./live.js";
import { ManyButtons, selectAll } from "./many.js";
import { Matching } from "./matching.js";
import { Menu } from "./menu.js";
import { Picker } from "./picker.js";
import { Keyboard } from "./keyboard.js";
import { KeysDialog } from "./keysdialog.js";
import { listenToMouse } from "./mouse.js";
import { Closer } from "./closer.js";
import { Composer } from "./composer.js";
import { followSelection } from "./detail.js";
import { openFilters } from "./filters.js";
import { Pages } from "./pages.js";
import { findInPanel, openDrawers, submitOnChange } from "./panel.js";
import { move, moveByScreen, moveToUnsettled } from "./move.js";
import { Place } from "./place.js";
import { Palette } from "./palette.js";
import { Preferences } from "./preferences.js";
import { Recent } from "./recent.js";
import { Scores } from "./scores.js";
import { scoreBeside, Scoring, traitsOf } from "./scoring.js";
import { Notice, Server } from "./server.js";
import { Slots } from "./slots.js";
import { Strokes } from "./strokes.js";
import { Toasts } from "./toast.js";
import { Visits } from "./visit.js";
import { keepZoom } from "./zoom.js";

const root = document.getElementById("bench");
const gallery = new Gallery(document.getElementById("gallery"));
findInPanel(document.getElementById("find-taxon"));
openDrawers(root);
submitOnChange(document.getElementById("filters"));
const detail = document.getElementById("detail");
followSelection(gallery, detail, document.getElementById("about"), root.dataset.detail);
const composer = new Composer(detail, document.getElementById("about"), gallery);

const actions = {
  move: (key) => move(gallery, key),
  extend: (key) => move(gallery, key),
  toggle: () => gallery.focused() && gallery.toggle(gallery.focused()),
  all: () => {
    const words = selectAll(gallery);
    if (words) toasts.done(words);
  },
  none: () => gallery.only([]),
  next: () => moveToUnsettled(gallery),
  down: () => moveByScreen(gallery, +1),
  up: () => moveByScreen(gallery, -1),
  find: () => document.getElementById("find-taxon").focus(),
  larger: () => zoom(+10),
  smaller: () => zoom(-10),
  look: () => closer.open(),
  similar: () => gallery.focused() && visits.sortByLikeness(gallery.focused().dataset.id),
  help: () => keysDialog.open(),
};
const notice = new Notice(document.getElementById("notice"));
const server = new Server(root, notice);
const toasts = new Toasts(document.getElementById("toasts"), gallery);
const visits = new Visits(root.dataset.detail, toasts);
visits.submitThrough(document.getElementById("filters"));
openFilters(document.getElementById("more-filters"), document.getElementById("filter-dialog"), visits);
const preferences = new Preferences(server, document.getElementById("preferences"));
const layout = new Layout(gallery, preferences, document.getElementById("scale"));
const zoom = keepZoom(gallery.element, document.getElementById("zoom"), () => layout.show());
// what draws marks is fetched when somebody looks closely: the page comes without it
const drawMarks = (closer) => import("./marks/marks.js").then(({ Marks }) => new Marks(closer, root));
const closer = new Closer(document.getElementById("closer"), gallery, root.dataset.detail, drawMarks);
new Pages(gallery, root.dataset.detail);
openLook(document.getElementById("look"), document.getElementById("look-dialog"), layout);
const on = (id, action) => document.getElementById(id)?.addEventListener("click", action);
const traits = JSON.parse(document.getElementById("traits").textContent);
const scoring = traits.find(({ key }) => key === root.dataset.scoring);
const labels = scoring ? new Scores(root, gallery, server, toasts, scoring) : new Labels(root, gallery, server, toasts);
labels.start();
new Live(root, gallery, labels, document.getElementById("people"));
let picker = null;
let give = null;

if (root.dataset.mayLabel) {
  let last = null;
  give = (taxon, vignettes) => {
    last = taxon;
    slots.use(taxon);
    labels.give({ taxon }, vignettes);
  };
  const slots = Slots.ofPage(server);
  picker = new Picker(root.dataset.complete, give, slots);
  const palette = traits.length ? new Palette(document.getElementById("palette"), traits, (ids) => traitsOf(server, ids)) : null;
  const recent = scoring ? null : new Recent(document.getElementById("recent"), slots, give);
  const chooseTaxon = (count, then) => picker.open(count, "", (taxon) => then({ taxon }));
  const chooseValue = (count, then) => palette.openAt(scoring, [], (_, said) => then(said));
  const matching = new Matching(document.getElementById("matching"), labels, scoring ? chooseValue : chooseTaxon);
  Object.assign(actions, {
    pick: (key, letter = "") => gallery.targets().length && picker.open(gallery.targets().length, letter),
    recent: (key) => recent.use(Number(key)),
    ...(recent && { pin: () => slots.togglePin() }),
    again: (key, vignettes) => last && give(last, vignettes),
    accept: (key, vignettes) => labels.give({ state: "validated" }, vignettes),
    dubious: (key, vignettes) => labels.give({ state: "dubious" }, vignettes),
    unclassify: (key, vignettes) => labels.give({ state: "unclassified" }, vignettes),
    matching: () => matching.open(),
    comment: () => composer.open(),
    trait: () => palette && scoreBeside(labels, gallery, palette),
    undo: () => labels.undo(),
    redo: () => labels.redo(),
    actions: () => document.getElementById("actions").click(),
  });
  const byTrait = scoring && new Scoring(labels, gallery, palette, document.getElementById("recent"));
  if (scoring) Object.assign(actions, byTrait.actions());
  on("assign", () => actions.pick());
  on("score", () => actions.trait());
  for (const id of ["accept", "dubious", "undo", "redo", "matching"]) on(id === "matching" ? "all-matching" : id, () => actions[id]());
  new ManyButtons(gallery, labels);
  listenToMouse(gallery, scoring ? null : give, actions.look);
  const few = () => (scoring ? byTrait.values : slots.inOrder().map(({ taxon }) => ({ text: taxon.name, act: () => give(taxon) })));
  new Menu(document.getElementById("menu"), gallery, () => [
    { text: scoring ? "Give a value…" : "Give a taxon…", act: () => actions.pick() },
    ...few(),
    ...(palette && !scoring ? [{ text: "Score a trait…", act: actions.trait }] : []),
    { text: "Validate as it is", act: actions.accept },
    { text: "Dubious", act: actions.dubious },
    { text: "Take the label away", act: actions.unclassify },
    { text: "Look closely", act: actions.look },
    { text: "Sort by likeness to it", act: actions.similar },
    { text: "Comment", act: actions.comment },
  ]);
} else {
  listenToMouse(gallery, null, actions.look);
}
const strokes =
  give && !scoring
    ? new Strokes(gallery, {
        goOn: (vignettes) => labels.goOn(vignettes),
        isName: (text) => picker.isName(text),
        spell: (text) => actions.pick("", text),
      })
    : null;
const keyboard = new Keyboard(actions, preferences.own, scoring ? null : give, strokes);
const keysDialog = new KeysDialog(document.getElementById("keys"), keyboard, preferences, picker);
on("help", () => keysDialog.open());
if (new URLSearchParams(location.search).has("id") && gallery.all().length === 1) gallery.focus(gallery.all()[0]); // led here
new Place(root.dataset, gallery);
root.dataset.ready = "1";
