// The sorting bench: joins the parts. Each part is a module of its own; those that nobody needs before their first act
// are fetched then (ondemand.js). What keeps labels safe without a network is here from the start.
import { Composer } from "../discussions/composer.js";
import { Gallery, writeInItalics } from "../gallery/gallery.js";
import { Layout } from "../gallery/layout.js";
import { move, moveByScreen, moveToEnd, moveToUnsettled } from "../gallery/movefocus.js";
import { selectAll } from "../gallery/selectall.js";
import { keepZoom } from "../gallery/zoom.js";
import { Keyboard } from "../keyboard/keyboard.js";
import { Strokes } from "../keyboard/strokes.js";
import { Labels } from "../labels/labels.js";
import { Live } from "../live/live.js";
import { listenToMouse } from "../mouse/mouse.js";
import { loadWhereNeeded } from "../page/htmx.js";
import { atFirstAct, OnDemand, prefetchSheet, whenIdle } from "../page/ondemand.js";
import { Preferences } from "../page/preferences.js";
import { Notice, Server } from "../page/server.js";
import { Toasts } from "../page/toast.js";
import { Place } from "../shell/place.js";
import { Visits } from "../shell/visit.js";
import { Recent } from "../taxa/recent.js";
import { Slots } from "../taxa/slots.js";
import { findInPanel, openDrawers, submitOnChange } from "./panel.js";
import { SelectionActions } from "./selectionactions.js";

const root = document.getElementById("bench");
const gallery = new Gallery(document.getElementById("gallery"));
findInPanel(document.getElementById("find-taxon"));
openDrawers(root);
const detail = document.getElementById("detail");
const selectionActions = new SelectionActions(root, gallery);
const composer = new Composer(detail, document.getElementById("about"), gallery);

const actions = {
  move: (key) => move(gallery, key),
  extend: (key) => move(gallery, key),
  toggle: () => gallery.focused() && gallery.toggle(gallery.focused()),
  all: async () => {
    const words = await selectAll(gallery);
    if (words) toasts.done(words);
  },
  none: () => gallery.only([]),
  next: () => moveToUnsettled(gallery),
  down: () => moveByScreen(gallery, +1),
  up: () => moveByScreen(gallery, -1),
  first: () => moveToEnd(gallery, 0),
  last: () => moveToEnd(gallery, -1),
  find: () => document.getElementById("find-taxon").focus(),
  larger: () => zoom(+10),
  smaller: () => zoom(-10),
  look: () => gallery.targets().length && detailView.use((part) => part.open()),
  truesize: () => layout.toggleTrueSize(),
  panel: () => selectionActions.togglePanel(),
  similar: () => alike.use((part) => part.like()),
  alsolike: () => alike.use((part) => part.likeToo()),
  unlike: () => alike.use((part) => part.unlike()),
  goto: () => {}, // navigation.js hears it, on every page
  help: () => keysDialog.use((part) => part.open()),
};
const notice = new Notice(document.getElementById("notice"));
const server = new Server(root, notice);
const toasts = new Toasts(document.getElementById("toasts"), gallery);
const visits = new Visits(root.dataset.detail, toasts);
visits.submitThrough(document.getElementById("filters"));
submitOnChange(document.getElementById("filters"));
const parts = [];
/** A part that is fetched when it is first used: the elements' id is that of its dialog. */
const later = (load, make, { dialog = "", sheets = [] } = {}) => {
  const shell = /** @type {HTMLDialogElement} */ (document.getElementById(dialog));
  parts.push(new OnDemand(load, make, { dialog: shell, sheets, say: (words) => toasts.error(words) }));
  return parts.at(-1);
};
const on = (id, action) => document.getElementById(id)?.addEventListener("click", action);
const filters = later(
  () => import("../search/filters.js"),
  ({ Filters }) => new Filters(document.getElementById("filter-dialog"), visits, (words) => toasts.error(words)),
  { dialog: "filter-dialog", sheets: ["search/filters"] },
);
on("more-filters", () => filters.use((part) => part.open()));
const preferences = new Preferences(server, document.getElementById("preferences"));
const layout = new Layout(gallery, preferences, document.getElementById("scale"), root.dataset.project);
const zoom = keepZoom(gallery.element, document.getElementById("zoom"), () => layout.show());
// what draws marks is fetched when somebody looks closely
const drawMarks = (detailView) => import("../marks/marks.js").then(({ Marks }) => new Marks(detailView, root));
const detailView = later(
  () => import("../object/detailview.js"),
  ({ DetailView }) => new DetailView(document.getElementById("detail-view"), gallery, root.dataset.detail, drawMarks),
  { dialog: "detail-view", sheets: ["object/detailview", "marks/marks"] },
);
const look = later(
  () => import("../gallery/lookdialog.js"),
  ({ Look }) => new Look(document.getElementById("look-dialog"), layout, server),
  { dialog: "look-dialog", sheets: ["gallery/look"] },
);
on("look", () => look.use((part) => part.open()));
const chooser = later(
  () => import("../search/choosing.js"),
  ({ Choosing }) => new Choosing(document.getElementById("chooser"), server, visits),
  { dialog: "chooser", sheets: ["fields/combobox"] },
);
on("order", () => chooser.use((part) => part.openOrders(document.getElementById("order"))));
on("sample", () => chooser.use((part) => part.openSamples(document.getElementById("sample"))));
// what the panel and its discussions do, and how they look
const objectPanel = later(
  () => import("../object/objectpanel.js"),
  ({ ObjectPanel }) =>
    new ObjectPanel(document.querySelectorAll("#about, #detail-view [data-part=detail]"), root.dataset.detail, gallery, sortingTrait ? null : give, (words) =>
      toasts.done(words),
    ),
  { sheets: ["object/panel", "discussions/discussions"] },
);
// what fetches all about the object in hand, into what acts from the moment in which it is there
const following = later(
  () => Promise.all([import("../object/detail.js"), objectPanel.fetch()]),
  ([{ followSelection }]) => followSelection(gallery, detail, document.getElementById("about"), root.dataset.detail),
);
for (const [element, name] of [
  [gallery.element, "look"],
  [detail, "drawer"],
])
  element.addEventListener(name, () => following.prefetch());
if (localStorage.getItem(`seston.tones.${root.dataset.person}`)) import("../object/tones.js").catch(() => {}); // no network
const alike = later(
  () => import("../search/similarity.js"),
  ({ Similarity }) => new Similarity(gallery, visits),
);
// one page needs no forgetting
const pages = later(
  () => import("../gallery/pages.js"),
  ({ Pages }) => new Pages(gallery, root.dataset.detail, (words) => toasts.error(words)),
);
gallery.element.addEventListener("htmx:afterSettle", () => pages.prefetch());
loadWhereNeeded(gallery.element);
const traits = JSON.parse(document.getElementById("traits").textContent);
const sortingTrait = traits.find(({ key }) => key === root.dataset.traitValues);
const traitValues = sortingTrait && (await import("../traits/traitvalues.js")); // the page is sorted by a trait: its values are given at once
const labels = sortingTrait ? new traitValues.TraitValues(root, gallery, server, toasts, sortingTrait) : new Labels(root, gallery, server, toasts);
labels.start();
new Live(root, gallery, labels, document.getElementById("people"));
let picker = null;
let slots = null;
let give = null;
let pointing = null;

if (root.dataset.mayLabel) {
  let last = null;
  give = (taxon, vignettes) => {
    last = taxon;
    if (taxon.is_italic) writeInItalics(taxon.id);
    slots.use(taxon);
    labels.give({ taxon }, vignettes);
  };
  slots = Slots.ofPage(server);
  picker = later(
    () => import("../taxa/picker.js"),
    ({ Picker }) => new Picker(root.dataset.complete, give, slots, { gallery, own: preferences.own, counts: () => server.get("counts/") }),
    { dialog: "picker", sheets: ["fields/combobox"] },
  );
  const pick = (count, ...about) => count && picker.use((part) => part.open(count, ...about)); // counted while the vignettes have the focus
  const palette = traits.length
    ? later(
        () => Promise.all([import("../traits/palette.js"), import("../traits/traitsorting.js")]),
        ([{ Palette }, { giveBeside, TraitSorting, traitsOf }]) => ({
          palette: new Palette(document.getElementById("palette"), traits, (ids) => traitsOf(server, ids)),
          giveBeside,
          TraitSorting,
        }),
        { dialog: "palette", sheets: ["traits/palette"] },
      )
    : null;
  const traitParts = sortingTrait && (await palette.fetch());
  const recent = sortingTrait ? null : new Recent(document.getElementById("recent"), slots, give);
  const chooseTaxon = (count, then, letter = "") => pick(count, letter, (taxon) => then({ taxon }));
  const chooseValue = (_, then) => traitParts.palette.openAt(sortingTrait, [], (_, label) => then(label));
  const matching = later(
    () => import("../labels/matching.js"),
    ({ Matching }) => new Matching(document.getElementById("matching"), labels, sortingTrait ? chooseValue : chooseTaxon),
    { dialog: "matching", sheets: ["labels/matching"] },
  );
  Object.assign(actions, {
    pick: (_, letter = "") => pick(gallery.targets().length, letter),
    recent: (key) => recent.use(Number(key)),
    ...(recent && {
      pin: () => slots.togglePin(),
      choice: (key, vignettes = gallery.targets()) => objectPanel.use((part) => part.choose(Number(key.at(-1)), vignettes)),
    }),
    again: (_, vignettes) => last && give(last, vignettes),
    accept: (_, vignettes) => labels.give({ state: "validated" }, vignettes),
    dubious: (_, vignettes) => labels.give({ state: "dubious" }, vignettes),
    unclassify: (_, vignettes) => labels.give({ state: "unclassified" }, vignettes),
    matching: () => matching.use((part) => part.open()),
    comment: () => composer.open(),
    ...(palette && { trait: () => gallery.targets().length && palette.use((part) => part.giveBeside(labels, gallery, part.palette)) }),
    undo: () => labels.undo(),
    redo: () => labels.redo(),
    actions: () => document.getElementById("actions").click(),
  });
  const byTrait = sortingTrait && new traitParts.TraitSorting(labels, gallery, traitParts.palette, document.getElementById("recent"));
  if (sortingTrait) Object.assign(actions, byTrait.actions());
  on("assign", () => actions.pick());
  on("set-trait", () => actions.trait());
  for (const id of ["accept", "dubious", "undo", "redo", "matching"]) on(id === "matching" ? "all-matching" : id, () => actions[id]());
  if (root.dataset.reviewing) {
    const { Review } = await (root.dataset.reviewing === "cluster" ? import("../clusters/clusterbench.js") : import("../review/review.js"));
    const review = new Review(root, gallery, labels, server, toasts, chooseTaxon, slots, palette);
    pointing = review.pointing;
    Object.assign(actions, review.actions({ choice: actions.choice, give }));
  } else if (sortingTrait || root.dataset.review) new (await import("../gallery/manybuttons.js")).ManyButtons(gallery, labels);
  listenToMouse(gallery, sortingTrait ? null : give, actions.look);
  const few = () =>
    sortingTrait
      ? byTrait.values.map((value) => ({ ...value, key: value.digit }))
      : slots.inOrder().map(({ number, taxon }) => ({ text: taxon.name, act: () => give(taxon), key: String(number) }));
  const menu = later(
    () => import("../mouse/menu.js"),
    ({ Menu, groupsOf }) =>
      new Menu(document.getElementById("menu"), gallery, () => groupsOf(actions, (id) => keyboard.keyOf(id), few(), Boolean(sortingTrait), gallery)),
    { sheets: ["mouse/menu"] },
  );
  gallery.element.addEventListener("contextmenu", (event) => {
    if (!event.target.closest(".vignette")) return;
    event.preventDefault();
    menu.use((part) => part.open(event));
  });
} else {
  listenToMouse(gallery, null, actions.look);
}
const strokes =
  give && !sortingTrait
    ? new Strokes(gallery, {
        goOn: (vignettes) => labels.goOn(vignettes),
        isName: (text) => slots.isName(text),
        spell: (text) => actions.pick("", text),
      })
    : null;
const keyboard = new Keyboard(actions, preferences.own, sortingTrait ? null : give, strokes, pointing);
const keysDialog = later(
  () => import("../keyboard/keysdialog.js"),
  ({ KeysDialog }) => new KeysDialog(document.getElementById("keys"), keyboard, preferences, picker),
  { dialog: "keys", sheets: ["keyboard/keys"] },
);
on("help", actions.help);
root.addEventListener("keyboard", (/** @type {CustomEvent} */ { detail: use }) => use(keyboard)); // what Ctrl+K offers to do
atFirstAct(() => {
  prefetchSheet("page/toast"); // of what is answered to it
  for (const part of parts) part.prefetch();
});
if (new URLSearchParams(location.search).has("id") && gallery.all().length === 1) gallery.focus(gallery.all()[0]); // led here
if (!root.dataset.reviewing) new Place(root.dataset, gallery); // which page of a review is next, the server knows
root.dataset.ready = "1";
// after the vignettes: the ground that goes on around them, how answers look
whenIdle(() => {
  layout.followPictures();
  for (const name of ["live/live", "page/toast"]) prefetchSheet(name);
});
