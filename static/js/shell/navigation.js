/** The bar on top of every page: its menus close by themselves, the projects are fetched when they are asked for, and the
 * way to the bench leads back to where it was left (place.js), from whichever page. Ctrl+K goes anywhere (goto.js). */
import { textOf, whyNone } from "../page/answers.js";
import { OnDemand } from "../page/ondemand.js";
import { leftAt, RETURNING } from "./place.js";

const AWAY = "The projects could not be fetched: the server cannot be reached. Try it again in a moment.";
const bar = document.querySelector(".top");
const help = document.getElementById("help"); // of the bench
/** @type {HTMLElement|null} */
const tab = document.querySelector(".tabs [aria-current]");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - 40; // on a phone it may lie beyond the edge

/** @returns {NodeListOf<HTMLDetailsElement>} */
const openMenus = () => bar.querySelectorAll("details[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
});
bar.addEventListener("keydown", (event) => {
  const menu = /** @type {Element} */ (event.target).closest("details");
  if (!menu?.open) return;
  if (event.key === "Escape") close(menu);
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(menu, event.key === "ArrowDown" ? 1 : -1);
  else return;
  event.preventDefault();
  event.stopPropagation();
});
bar.addEventListener("focusout", (event) => {
  const menu = /** @type {Element} */ (event.target).closest("details");
  const next = /** @type {Node|null} */ (event.relatedTarget);
  if (menu && next && !menu.contains(next)) menu.open = false;
});

/** @param {HTMLDetailsElement} menu */
function close(menu) {
  menu.open = false;
  menu.querySelector("summary").focus();
}

/** To the link after or before the one in focus, round at the ends.
 * @param {HTMLDetailsElement} menu
 * @param {1|-1} by */
function step(menu, by) {
  const items = [...menu.querySelectorAll("a, button")];
  const place = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const next = place < 0 ? (by > 0 ? 0 : items.length - 1) : (place + by + items.length) % items.length;
  items[next]?.focus();
}

for (const link of document.querySelectorAll("a[data-bench]")) {
  if (!(link instanceof HTMLAnchorElement) || new URL(link.href).search) continue;
  const lead = () => (link.href = link.pathname + leftAt(link.dataset.bench).query + RETURNING);
  lead();
  link.addEventListener("click", lead); // the bench itself keeps its query after this has run
}

/** @type {HTMLDetailsElement|null} */
const switcher = bar.querySelector(".switcher");
switcher?.addEventListener("toggle", fetchProjects);

async function fetchProjects() {
  const list = switcher.querySelector("[data-part=projects]");
  if (!switcher.open || list.querySelector("a")) return;
  const response = await fetch(switcher.dataset.projects).catch(() => null);
  const html = response && (await textOf(response)?.catch(() => null));
  if (html) list.innerHTML = html;
  else list.replaceChildren(Object.assign(document.createElement("li"), { className: "hint", role: "alert", textContent: whyNone(response, AWAY) }));
}

/** @type {HTMLElement} */
const opener = bar.querySelector(".go-to");
/** @type {OnDemand|null} */
let places = null;
opener.addEventListener("click", goTo);
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault(); // of browsers that search then
  if (!document.querySelector("dialog:modal")) goTo();
});

function goTo() {
  places ??= later("go-to", "Go to", ["shell/goto"], async (dialog) => new (await import("./goto.js")).GoTo(dialog, opener.dataset));
  places.use((part) => part.open());
}

/** @type {OnDemand|null} */
let keys = null;
document.addEventListener("keydown", (event) => {
  const { target } = event;
  const isTyping = target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), select, textarea");
  if (event.key === "?" && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping && !help && !document.querySelector("dialog:modal")) showKeys();
});
bar.querySelector("[data-keys]")?.addEventListener("click", showKeys);

/** The bench has a dialog of its own, where they can be changed. */
function showKeys() {
  if (help) return help.click();
  keys ??= later("keys", "Keys", ["page/dialogs", "keyboard/keys"], async (dialog) => new (await import("../keyboard/pagekeys.js")).PageKeys(dialog));
  keys.use((part) => part.open());
}

/** A dialog that is made when it is first used. */
function later(id, label, sheets, load) {
  const dialog = Object.assign(document.createElement("dialog"), { id, ariaLabel: label });
  document.body.append(dialog);
  const say = (words) => document.getElementById("messages").append(Object.assign(document.createElement("p"), { className: "error", textContent: words }));
  return new OnDemand(
    () => load(dialog),
    (part) => part,
    { dialog, sheets, say },
  );
}
