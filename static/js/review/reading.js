// A blind second reading: the bench's gallery, keys, picker and palette, but answers go to the reading and nothing else
// is shown. An answer is {label, name}: what the API is told, and the same in words; null takes it back. It goes through
// the outbox: written down before it is shown, and not shown where the server refuses it.
import { breakable, Gallery } from "../gallery/gallery.js";
import { move, moveByScreen, moveToEnd } from "../gallery/movefocus.js";
import { selectAll } from "../gallery/selectall.js";
import { keepZoom } from "../gallery/zoom.js";
import { Keyboard } from "../keyboard/keyboard.js";
import { Unsaved } from "../labels/unsaved.js";
import { listenToMouse } from "../mouse/mouse.js";
import { Pointing } from "../mouse/pointing.js";
import { Outbox } from "../outbox/outbox.js";
import { Notice, Server } from "../page/server.js";
import { Picker } from "../taxa/picker.js";
import { Recent } from "../taxa/recent.js";
import { Slots } from "../taxa/slots.js";
import { Palette } from "../traits/palette.js";
import { TraitSorting } from "../traits/traitsorting.js";
import { inWords } from "../traits/values.js";

const NOT_YET = "Some of your answers could not be saved: try again, or give them up, before you submit.";
const CANT_TELL = { label: { taxon: null }, name: "can't tell" };
const root = document.getElementById("reading");
const undoButton = /** @type {HTMLButtonElement} */ (document.getElementById("undo"));
const submitButton = /** @type {HTMLButtonElement} */ (document.getElementById("submit-reading"));
const gallery = new Gallery(document.getElementById("gallery"));
const notice = new Notice(document.getElementById("notice"));
const server = new Server(root, notice);
const subject = `reading.${root.dataset.reading}`;
const outbox = new Outbox(server, root.dataset, { subjects: (other) => other === subject, resumed, saved, failed, lost: showNow });
new Unsaved(document.getElementById("unsaved"), outbox, gallery, (record) => record.subject === subject);
const zoom = keepZoom(gallery.element, document.getElementById("zoom"), () => {});
const trait = JSON.parse(document.getElementById("trait")?.textContent ?? "null");
let changes = 0; // of answers on this page so far
let isSubmitting = false; // until something is left to do, or the page comes back
const done = []; // answers before each action, to be undone

function show(vignette, answer) {
  vignette.dataset.answer = answer ? JSON.stringify(answer.label) : "";
  vignette.dataset.state = answer ? "validated" : "unclassified";
  const label = vignette.querySelector(".label");
  label.title = answer?.name ?? "";
  label.replaceChildren(...breakable(label.title));
  vignette.querySelector(".mark").ariaLabel = answer ? "named" : "waits";
}

function answerOf(vignette) {
  const { answer } = vignette.dataset;
  return answer ? { label: JSON.parse(answer), name: vignette.querySelector(".label").title } : null;
}

function give(answer, vignettes = gallery.targets()) {
  if (!vignettes.length) return;
  done.push(vignettes.map((v) => [v, answerOf(v)]));
  const all = gallery.all();
  const behind = all.slice(all.indexOf(vignettes.at(-1)) + 1).filter((v) => !vignettes.includes(v));
  const next = behind.find((v) => v.dataset.state === "unclassified") ?? behind[0];
  const stays = gallery.isInPointedHand(vignettes);
  save(vignettes, answer);
  gallery.set(vignettes, false);
  if (stays) return;
  if (next) gallery.focus(next);
  gallery.anchor = next ?? null;
}

/** Shows the answers when they are written down, not before. */
async function save(vignettes, answer) {
  changes += 1;
  const label = answer ? answer.label : { is_cleared: true };
  const path = `/readings/${root.dataset.reading}/choices/`;
  const words = `Second reading: ${answer?.name ?? "answer taken back"}`;
  await outbox.add({ subject, path, label, words, shows: answer, hasVersions: false }, () => vignettes.map((v) => ({ id: Number(v.dataset.id) })));
  for (const v of vignettes) showLabel(v, answer);
  count();
}

function showLabel(v, answer) {
  show(v, answer);
  v.classList.add("saving");
}

/** What an earlier page could not send. */
function resumed(records) {
  for (const { shows, objects } of records) for (const { id } of objects) if (gallery.by(id)) showLabel(gallery.by(id), shows);
  count();
}

function saved({ saved: objects, isShown }) {
  const ids = objects.map(({ id }) => id);
  for (const id of ids) gallery.by(id)?.classList.toggle("saving", outbox.waitsFor(id, subject));
  if (!isShown) showNow(ids);
}

function failed({ objects }) {
  return showNow(objects.map(({ id }) => id));
}

/** Shows the answers that the server has, but for those that are being saved. One that was given while they came may be saved,
 * and not among them: they are asked for once more. */
async function showNow(ids) {
  const before = changes;
  const now = (await server.get(`/readings/${root.dataset.reading}/objects/`)) ?? [];
  if (before !== changes) return showNow(ids);
  for (const entry of now) {
    const v = ids.includes(entry.id) && !outbox.waitsFor(entry.id, subject) ? gallery.by(entry.id) : null;
    if (!v) continue;
    show(v, asAnswer(entry));
    v.classList.remove("saving");
  }
  count();
}

/** As `reading_objects` of the API has it. */
function asAnswer({ is_named: isNamed, taxon, value }) {
  if (!isNamed) return null;
  if (trait) return { label: { value: value.value }, name: value.name };
  return taxon ? { label: { taxon: taxon.id }, name: taxon.name } : CANT_TELL;
}

function undo() {
  const before = done.pop();
  if (!before) return;
  for (const [v, answer] of before) save([v], answer);
  gallery.focus(before[0][0]);
}

/** @param {boolean} isBegun */
function submitting(isBegun) {
  isSubmitting = isBegun;
  count();
}

function count() {
  const named = gallery.all().filter((v) => v.dataset.state === "validated").length;
  document.getElementById("done").textContent = String(named);
  /** @type {HTMLProgressElement} */ (document.getElementById("progress")).value = named;
  submitButton.disabled = isSubmitting || named < gallery.all().length;
  undoButton.disabled = !done.length;
}

/** Taxa: a letter opens the picker, digits give those of the slots. */
function byTaxon() {
  const slots = Slots.ofPage(server);
  const giveTaxon = ({ id, name }) => {
    slots.use({ id, name });
    give({ label: { taxon: Number(id) }, name });
  };
  const picker = new Picker(root.dataset.complete, giveTaxon, slots, { gallery });
  const recent = new Recent(document.getElementById("recent"), slots, giveTaxon);
  document.getElementById("cant-tell").addEventListener("click", () => give(CANT_TELL));
  return {
    pick: (_, letter = "") => gallery.targets().length && picker.open(gallery.targets().length, letter),
    recent: (key) => recent.use(Number(key)),
    pin: () => slots.togglePin(),
    dubious: () => give(CANT_TELL),
  };
}

/** A trait: digits give its values, 0 is “not visible”; numbers and several choices have the palette. */
function byTrait() {
  const palette = new Palette(document.getElementById("palette"), [trait], null);
  const giveValue = ({ value }) => give(value === undefined ? null : { label: { value }, name: inWords(trait, value) });
  const sorting = new TraitSorting({ definition: trait, give: giveValue }, gallery, palette, document.getElementById("recent"));
  const { pick, recent, hidden } = sorting.actions();
  return { pick, recent, hidden };
}

/** @type {Record<string, KeyHandler>} */
const actions = {
  move: (key) => move(gallery, key),
  extend: (key) => move(gallery, key),
  toggle: () => gallery.focused() && gallery.toggle(gallery.focused()),
  all: async () => {
    const words = await selectAll(gallery);
    if (words) notice.say(words, 6000);
  },
  none: () => gallery.only([]),
  down: () => moveByScreen(gallery, +1),
  up: () => moveByScreen(gallery, -1),
  first: () => moveToEnd(gallery, 0),
  last: () => moveToEnd(gallery, -1),
  ...(trait ? byTrait() : byTaxon()),
  undo,
  larger: () => zoom(+10),
  smaller: () => zoom(-10),
};
new Keyboard(actions, { keys: {}, quick: {} }, null, null, new Pointing(gallery));
listenToMouse(gallery, null, () => {});
document.getElementById("assign").addEventListener("click", () => actions.pick());
undoButton.addEventListener("click", undo);
submitButton.form.addEventListener("submit", (event) => {
  event.preventDefault();
  submitting(true);
  outbox.after(() => {
    if (!outbox.failed().some((record) => record.subject === subject)) return submitButton.form.submit();
    notice.say(NOT_YET, 8000);
    submitting(false);
  });
});
window.addEventListener("pageshow", ({ persisted }) => persisted && submitting(false));
root.dataset.ready = "1";
