// A blind second reading: the bench's gallery, keys, picker and palette, but answers go to the reading and nothing else
// is shown. An answer is {said, name}: what the API is told, and the same in words; null takes it back.
import { Gallery, breakable } from "./gallery.js";
import { Keyboard } from "./keyboard.js";
import { listenToMouse } from "./mouse.js";
import { move, moveByScreen } from "./move.js";
import { Palette } from "./palette.js";
import { Picker } from "./picker.js";
import { Recent } from "./recent.js";
import { inWords } from "./scores.js";
import { Scoring } from "./scoring.js";
import { Notice, Server } from "./server.js";
import { keepZoom } from "./zoom.js";

const CANT_TELL = { said: { taxon: null }, name: "can't tell" };
const root = document.getElementById("reading");
const gallery = new Gallery(document.getElementById("gallery"));
const server = new Server(root, new Notice(document.getElementById("notice")));
const zoom = keepZoom(gallery.element, document.getElementById("zoom"), () => {});
const trait = JSON.parse(document.getElementById("trait")?.textContent ?? "null");
const done = []; // answers before each action, to be undone
let queue = Promise.resolve();

function show(vignette, answer) {
  vignette.dataset.said = answer ? JSON.stringify(answer.said) : "";
  vignette.dataset.state = answer ? "validated" : "unclassified";
  const label = vignette.querySelector(".label");
  label.title = answer?.name ?? "";
  label.replaceChildren(...breakable(label.title));
  vignette.querySelector(".statetext").textContent = answer ? "named" : "waits";
}

function answerOf(vignette) {
  const { said } = vignette.dataset;
  return said ? { said: JSON.parse(said), name: vignette.querySelector(".label").title } : null;
}

function give(answer, vignettes = gallery.targets()) {
  if (!vignettes.length) return;
  done.push(vignettes.map((v) => [v, answerOf(v)]));
  const all = gallery.all();
  const behind = all.slice(all.indexOf(vignettes.at(-1)) + 1).filter((v) => !vignettes.includes(v));
  const next = behind.find((v) => v.dataset.state === "unclassified") ?? behind[0];
  save(vignettes, answer);
  gallery.set(vignettes, false);
  if (next) gallery.focus(next);
  gallery.anchor = next ?? null;
}

function save(vignettes, answer) {
  for (const v of vignettes) show(v, answer);
  const objects = vignettes.map((v) => Number(v.dataset.id));
  const body = { objects, ...(answer ? answer.said : { is_cleared: true }) };
  queue = queue.then(() => server.post(`/readings/${root.dataset.reading}/choices/`, body));
  count();
}

function undo() {
  const before = done.pop();
  if (!before) return;
  for (const [v, answer] of before) save([v], answer);
  gallery.focus(before[0][0]);
}

function count() {
  const named = gallery.all().filter((v) => v.dataset.state === "validated").length;
  document.getElementById("done").textContent = named;
  document.getElementById("progress").value = named;
  document.getElementById("hand-in").disabled = named < gallery.all().length;
  document.getElementById("undo").disabled = !done.length;
}

/** Taxa: a letter opens the picker, digits give the recent ones. */
function byTaxon() {
  const giveTaxon = ({ id, name }) => give({ said: { taxon: Number(id) }, name });
  const picker = new Picker(root.dataset.complete, (taxon) => {
    recent.show();
    giveTaxon(taxon);
  });
  const recent = new Recent(document.getElementById("recent"), picker, giveTaxon);
  document.getElementById("cant-tell").addEventListener("click", () => give(CANT_TELL));
  return {
    pick: (key, letter = "") => gallery.targets().length && picker.open(gallery.targets().length, letter),
    recent: (key) => recent.use(Number(key) - 1),
    dubious: () => give(CANT_TELL),
  };
}

/** A trait: digits give its values, 0 is “not visible”; numbers and several choices have the palette. */
function byTrait() {
  const palette = new Palette(document.getElementById("palette"), [trait], null);
  const giveValue = ({ value }) => give(value === undefined ? null : { said: { value }, name: inWords(trait, value) });
  const scoring = new Scoring({ definition: trait, give: giveValue }, gallery, palette, document.getElementById("recent"));
  const { pick, recent, hidden } = scoring.actions();
  return { pick, recent, hidden };
}

const actions = {
  move: (key) => move(gallery, key),
  extend: (key) => move(gallery, key),
  toggle: () => gallery.focused() && gallery.toggle(gallery.focused()),
  all: () => gallery.only(gallery.all()),
  none: () => gallery.only([]),
  down: () => moveByScreen(gallery, +1),
  up: () => moveByScreen(gallery, -1),
  ...(trait ? byTrait() : byTaxon()),
  undo,
  larger: () => zoom(+10),
  smaller: () => zoom(-10),
};
new Keyboard(actions, { keys: {}, quick: {} }, null);
listenToMouse(gallery, null, () => {});
document.getElementById("assign").addEventListener("click", () => actions.pick());
document.getElementById("undo").addEventListener("click", undo);
document.getElementById("hand-in").form.addEventListener("submit", (event) => {
  event.preventDefault();
  queue.then(() => event.target.submit());
});
root.dataset.ready = "1";
