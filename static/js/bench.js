// The sorting bench: joins the parts. Each part is a module of its own; those that nobody needs before their first act
// are fetched then (ondemand.js). What keeps labels safe without a network is here from the start.
import { Composer } from "./composer.js";
import { Gallery, writeInItalics } from "./gallery.js";
import { loadWhereNeeded } from "./htmx.js";
import { InHand } from "./inhand.js";
import { Keyboard } from "./keyboard.js";
import { Labels } from "./labels.js";
import { Layout } from "./layout.js";
import { Live } from "./live.js";
import { selectAll } from "./many.js";
import { listenToMouse } from "./mouse.js";
import { move, moveByScreen, moveToUnsettled } from "./move.js";
import { atFirstAct, OnDemand, prefetchSheet, whenIdle } from "./ondemand.js";
import { findInPanel, openDrawers, submitOnChange } from "./panel.js";
import { Place } from "./place.js";
import { Preferences } from "./preferences.js";
import { Recent } from "./recent.js";
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
const inHand = new InHand(root, gallery);
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
  look: () => gallery.targets().length && detailView.use((part) => part.open()),
  truesize: () => layout.toggleTrueSize(),
  panel: () => inHand.togglePanel(),
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
const parts = [];
/** A part that is fetched when it is first used: the elements' id is that of its dialog. */
const later = (load, make, { dialog = "", sheets = [] } = {}) => {
  const shell = /** @type {HTMLDialogElement} */ (document.getElementById(dialog));
  parts.push(new OnDemand(load, make, { dialog: shell, sheets, say: (words) => toasts.error(words) }));
  return parts.at(-1);
};
const on = (id, action) => document.getElementById(id)?.addEventListener("click", action);
const filters = later(
  () => import("./filters.js"),
  ({ Filters }) => new Filters(document.getElementById("filter-dialog"), visits, (words) => toasts.error(words)),
  { dialog: "filter-dialog", sheets: ["filters"] },
);
on("more-filters", () => filters.use((part) => part.open()));
const preferences = new Preferences(server, document.getElementById("preferences"));
const layout = new Layout(gallery, preferences, document.getElementById("scale"), root.dataset.project);
const zoom = keepZoom(gallery.element, document.getElementById("zoom"), () => layout.show());
// what draws marks is fetched when somebody looks closely
const drawMarks = (detailView) => import("./marks/marks.js").then(({ Marks }) => new Marks(detailView, root));
const detailView = later(
  () => import("./detailview.js"),
  ({ DetailView }) => new DetailView(document.getElementById("detail-view"), gallery, root.dataset.detail, drawMarks),
  { dialog: "detail-view", sheets: ["detailview", "marks"] },
);
const look = later(
  () => import("./look.js"),
  ({ Look }) => new Look(document.getElementById("look-dialog"), layout, server),
  { dialog: "look-dialog", sheets: ["look"] },
);
on("look", () => look.use((part) => part.open()));
const chooser = later(
  () => import("./choosing.js"),
  ({ Choosing }) => new Choosing(document.getElementById("chooser"), server, visits),
  { dialog: "chooser", sheets: ["combobox"] },
);
on("order", () => chooser.use((part) => part.openOrders(document.getElementById("order"))));
on("sample", () => chooser.use((part) => part.openSamples(document.getElementById("sample"))));
// what the panel and its discussions do, and how they look
const objectPanel = later(
  () => import("./objectpanel.js"),
  ({ ObjectPanel }) =>
    new ObjectPanel(document.querySelectorAll("#about, #detail-view [data-part=detail]"), root.dataset.detail, gallery, sortingTrait ? null : give, (words) =>
      toasts.done(words),
    ),
  { sheets: ["panel", "discussions"] },
);
// what fetches all about the object in hand, into what acts from the moment in which it is there
const following = later(
  () => Promise.all([import("./detail.js"), objectPanel.fetch()]),
  ([{ followSelection }]) => followSelection(gallery, detail, document.getElementById("about"), root.dataset.detail),
);
for (const [element, name] of [
  [gallery.element, "look"],
  [detail, "drawer"],
])
  element.addEventListener(name, () => following.prefetch());
if (localStorage.getItem(`seston.tones.${root.dataset.person}`)) import("./tones.js").catch(() => {}); // no network
const alike = later(
  () => import("./alike.js"),
  ({ Alike }) => new Alike(gallery, visits),
);
// one page needs no forgetting
const pages = later(
  () => import("./pages.js"),
  ({ Pages }) => new Pages(gallery, root.dataset.detail),
);
gallery.element.addEventListener("htmx:afterSettle", () => pages.prefetch());
loadWhereNeeded(gallery.element);
const traits = JSON.parse(document.getElementById("traits").textContent);
const sortingTrait = traits.find(({ key }) => key === root.dataset.traitValues);
const traitValues = sortingTrait && (await import("./traitvalues.js")); // the page is sorted by a trait: its values are given at once
const labels = sortingTrait ? new traitValues.TraitValues(root, gallery, server, toasts, sortingTrait) : new Labels(root, gallery, server, toasts);
labels.start();
new Live(root, gallery, labels, document.getElementById("people"));
let picker = null;
let slots = null;
let give = null;

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
    () => import("./picker.js"),
    ({ Picker }) => new Picker(root.dataset.complete, give, slots, { gallery, own: preferences.own, counts: () => server.get("counts/") }),
    { dialog: "picker", sheets: ["combobox"] },
  );
  const pick = (count, ...about) => count && picker.use((part) => part.open(count, ...about)); // counted while the vignettes have the focus
  const palette = traits.length
    ? later(
        () => Promise.all([import("./palette.js"), import("./traitsorting.js")]),
        ([{ Palette }, { giveBeside, TraitSorting, traitsOf }]) => ({
          palette: new Palette(document.getElementById("palette"), traits, (ids) => traitsOf(server, ids)),
          giveBeside,
          TraitSorting,
        }),
        { dialog: "palette", sheets: ["palette"] },
      )
    : null;
  const traitParts = sortingTrait && (await palette.fetch());
  const recent = sortingTrait ? null : new Recent(document.getElementById("recent"), slots, give);
  const chooseTaxon = (count, then, letter = "") => pick(count, letter, (taxon) => then({ taxon }));
  const chooseValue = (_, then) => traitParts.palette.openAt(sortingTrait, [], (_, label) => then(label));
  const matching = later(
    () => import("./matching.js"),
    ({ Matching }) => new Matching(document.getElementById("matching"), labels, sortingTrait ? chooseValue : chooseTaxon),
    { dialog: "matching", sheets: ["matching"] },
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
    const { Review } = await (root.dataset.reviewing === "cluster" ? import("./clusterbench.js") : import("./review.js"));
    Object.assign(actions, new Review(root, gallery, labels, server, toasts, chooseTaxon, slots, palette).actions());
  } else if (sortingTrait || root.dataset.review) new (await import("./manybuttons.js")).ManyButtons(gallery, labels);
  listenToMouse(gallery, sortingTrait ? null : give, actions.look);
  const few = () =>
    sortingTrait
      ? byTrait.values.map((value) => ({ ...value, key: value.digit }))
      : slots.inOrder().map(({ number, taxon }) => ({ text: taxon.name, act: () => give(taxon), key: String(number) }));
  const menu = later(
    () => import("./menu.js"),
    ({ Menu, groupsOf }) =>
      new Menu(document.getElementById("menu"), gallery, () => groupsOf(actions, (id) => keyboard.keyOf(id), few(), Boolean(sortingTrait), gallery)),
    { sheets: ["menu"] },
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
const keyboard = new Keyboard(actions, preferences.own, sortingTrait ? null : give, strokes);
const keysDialog = later(
  () => import("./keysdialog.js"),
  ({ KeysDialog }) => new KeysDialog(document.getElementById("keys"), keyboard, preferences, picker),
  { dialog: "keys", sheets: ["keys"] },
);
on("help", actions.help);
root.addEventListener("keyboard", (/** @type {CustomEvent} */ { detail: use }) => use(keyboard)); // what Ctrl+K offers to do
atFirstAct(() => {
  prefetchSheet("toast"); // of what is answered to it
  for (const part of parts) part.prefetch();
});
if (new URLSearchParams(location.search).has("id") && gallery.all().length === 1) gallery.focus(gallery.all()[0]); // led here
if (!root.dataset.reviewing) new Place(root.dataset, gallery); // which page of a review is next, the server knows
root.dataset.ready = "1";
// after the vignettes: the ground that goes on around them, how answers look
whenIdle(() => {
  layout.followPictures();
  for (const name of ["live", "toast"]) prefetchSheet(name);
});
