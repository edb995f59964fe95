/** The bar on top of every page: its menus close by themselves, the projects are fetched when they are asked for, and the
 * way to the bench leads back to where it was left (place.js), from whichever page. Ctrl+K goes anywhere (goto.js). */
import { OnDemand } from "./ondemand.js";
import { leftAt, RETURNING } from "./place.js";

const bar = document.querySelector(".top");

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
  const place = items.findIndex((item) => item === document.activeElement);
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
  if (!switcher.open || list.childElementCount) return;
  const response = await fetch(switcher.dataset.projects).catch(() => null);
  if (response?.ok) list.innerHTML = await response.text();
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
  places ??= whereToGo();
  places.use((part) => part.open());
}

function whereToGo() {
  const dialog = document.createElement("dialog");
  dialog.id = "go-to";
  dialog.setAttribute("aria-label", "Go to");
  document.body.append(dialog);
  const say = (words) => document.getElementById("messages").append(Object.assign(document.createElement("p"), { className: "error", textContent: words }));
  const make = ({ GoTo }) => new GoTo(dialog, opener.dataset);
  return new OnDemand(() => import("./goto.js"), make, { dialog, sheets: ["goto"], say });
}
