// A blind second reading: the bench's gallery, keys and picker, but names go to the reading and nothing else is shown.
import { Gallery, breakable } from "./gallery.js";
import { Keyboard } from "./keyboard.js";
import { listenToMouse } from "./mouse.js";
import { move, moveByScreen } from "./move.js";
import { Picker } from "./picker.js";
import { Recent } from "./recent.js";
import { Notice, Server } from "./server.js";
import { keepZoom } from "./zoom.js";

const CANT_TELL = { id: null, name: "can't tell" };
const root = document.getElementById("reading");
const gallery = new Gallery(document.getElementById("gallery"));
const server = new Server(root, new Notice(document.getElementById("notice")));
const zoom = keepZoom(gallery.element, document.getElementById("zoom"), () => {});
const done = []; // names before each action, to be undone
let queue = Promise.resolve();

/** @param {{id: number|null, name: string}|null} taxon null takes the name back */
function show(vignette, taxon) {
  vignette.dataset.taxon = taxon?.id ?? "";
  vignette.dataset.state = taxon ? "validated" : "unclassified";
  const label = vignette.querySelector(".label");
  label.title = taxon?.name ?? "";
  label.replaceChildren(...breakable(label.title));
  vignette.querySelector(".statetext").textContent = taxon ? "named" : "waits";
}

function nameOf({ dataset, ...vignette }) {
  return dataset.state === "validated" ? { id: dataset.taxon || null, name: vignette.label } : null;
}

function give(taxon, vignettes = gallery.targets()) {
  if (!vignettes.length) return;
  done.push(vignettes.map((v) => [v, nameOf({ dataset: v.dataset, label: v.querySelector(".label").title })]));
  const all = gallery.all();
  const behind = all.slice(all.indexOf(vignettes.at(-1)) + 1).filter((v) => !vignettes.includes(v));
  const next = behind.find((v) => v.dataset.state === "unclassified") ?? behind[0];
  save(vignettes, taxon);
  gallery.set(vignettes, false);
  if (next) gallery.focus(next);
  gallery.anchor = next ?? null;
}

function save(vignettes, taxon) {
  for (const v of vignettes) show(v, taxon);
  const body = { objects: vignettes.map((v) => Number(v.dataset.id)) };
  if (taxon) body.taxon = taxon.id === null ? null : Number(taxon.id);
  else body.is_cleared = true;
  queue = queue.then(() => server.post(`/readings/${root.dataset.reading}/choices/`, body));
  count();
}

function undo() {
  const before = done.pop();
  if (!before) return;
  for (const [v, taxon] of before) save([v], taxon);
  gallery.focus(before[0][0]);
}

function count() {
  const named = gallery.all().filter((v) => v.dataset.state === "validated").length;
  document.getElementById("done").textContent = named;
  document.getElementById("progress").value = named;
  document.getElementById("hand-in").disabled = named < gallery.all().length;
  document.getElementById("undo").disabled = !done.length;
}

const picker = new Picker(root.dataset.complete, (taxon) => {
  recent.show();
  give(taxon);
});
const recent = new Recent(document.getElementById("recent"), picker, give);
const actions = {
  move: (key) => move(gallery, key),
  extend: (key) => move(gallery, key),
  toggle: () => gallery.focused() && gallery.toggle(gallery.focused()),
  all: () => gallery.only(gallery.all()),
  none: () => gallery.only([]),
  down: () => moveByScreen(gallery, +1),
  up: () => moveByScreen(gallery, -1),
  pick: (key, letter = "") => gallery.targets().length && picker.open(gallery.targets().length, letter),
  recent: (key) => recent.use(Number(key) - 1),
  dubious: () => give(CANT_TELL),
  undo,
  larger: () => zoom(+10),
  smaller: () => zoom(-10),
};
new Keyboard(actions, { keys: {}, quick: {} }, give);
listenToMouse(gallery, null, () => {});
document.getElementById("assign").addEventListener("click", () => actions.pick());
document.getElementById("cant-tell").addEventListener("click", () => give(CANT_TELL));
document.getElementById("undo").addEventListener("click", undo);
document.getElementById("hand-in").form.addEventListener("submit", (event) => {
  event.preventDefault();
  queue.then(() => event.target.submit());
});
root.dataset.ready = "1";
