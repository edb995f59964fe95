/** A recipe tried on a crop: what is set is looked for at once, drawn over the crop, and kept in the address. */

import { byId, inside, required } from "../page/elements.js";
import { moved } from "./cropplace.js";
import { pathsOf, sentence } from "./drawing.js";
import { isFillable, valuesOf } from "./formvalues.js";

/** @typedef {{width: number, height: number, picture?: string, objects: number, area_share: number, threshold: number|null,
 *   outlines: import("./drawing.js").Outline[]}} TrialAnswer */

const PAUSE = 200; // ms after the last change of a field
/** @type {Record<string, [right: number, down: number]>} parts of the crop */
const STEPS = { ArrowLeft: [-0.25, 0], ArrowRight: [0.25, 0], ArrowUp: [0, -0.25], ArrowDown: [0, 0.25] };
const SVG = "http://www.w3.org/2000/svg";

const root = byId("trial");
const form = /** @type {HTMLFormElement} */ (document.getElementById("settings"));
const whole = { width: Number(root.dataset.width), height: Number(root.dataset.height) };
let questions = 0; // of answers that come late only the last counts
let pictureOf = ""; // which crop the picture shows
let hasOverview = false;
let timer = 0;

/** @param {string} name */
function field(name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** What the address says: every setting and the crop. */
function query() {
  const params = new URLSearchParams();
  for (const element of form.elements) {
    const { name, type, value, checked } = /** @type {HTMLInputElement} */ (element);
    if (!isFillable({ name, type })) continue;
    params.set(name, type === "checkbox" ? String(checked) : value);
  }
  return params;
}

function change() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    history.pushState(null, "", `?${query()}`);
    look();
  }, PAUSE);
}

/** Fields as the address has them: after Back and Forward. */
function restore() {
  for (const [name, value] of new URLSearchParams(location.search)) {
    const element = field(name);
    if (!element) continue;
    if (element.type === "checkbox") element.checked = value === "true";
    else element.value = value;
  }
  look();
}

async function look() {
  const number = ++questions;
  const { x, y, side, ...settings } = valuesOf(/** @type {Iterable<HTMLInputElement>} */ (form.elements));
  const place = [x, y, side].join();
  drawFrame();
  byId("crop").classList.add("is-stale");
  const answer = await ask({ settings, x, y, side: Number(side), has_picture: place !== pictureOf, has_overview: !hasOverview });
  if (answer.overview) showOverview(answer.overview);
  if (number !== questions) return;
  if (answer.detail) return refuse(answer.detail);
  if (answer.picture) pictureOf = place;
  draw(answer);
}

/** The answer, or {detail}.
 * @param {object} question */
async function ask(question) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
  const response = await fetch(required(root.dataset.url, "data-url"), { method: "POST", headers, body: JSON.stringify(question) }).catch(() => null);
  if (!response) return { detail: "The server cannot be reached. Try again when it answers." };
  const body = await response.json().catch(() => ({ detail: "The server did not answer in a way that can be read." }));
  return response.ok ? body : { detail: body.detail ?? Object.values(body).flat().join(" ") };
}

function token() {
  return JSON.parse(required(document.body.getAttribute("hx-headers"), "hx-headers"))["X-CSRFToken"];
}

/** @param {string} detail */
function refuse(detail) {
  byId("numbers").textContent = detail;
  byId("outlines", SVGSVGElement).replaceChildren();
}

/** @param {TrialAnswer} answer */
function draw(answer) {
  const picture = /** @type {HTMLImageElement} */ (document.getElementById("crop-picture"));
  if (answer.picture) {
    picture.src = answer.picture;
    picture.width = answer.width;
    picture.height = answer.height;
  }
  const svg = byId("outlines", SVGSVGElement);
  svg.setAttribute("viewBox", `0 0 ${answer.width} ${answer.height}`);
  svg.replaceChildren(...pathsOf(answer.outlines).flatMap(linesOf));
  byId("crop").classList.remove("is-stale");
  byId("numbers").textContent = sentence(answer);
}

/** @param {{d: string, isSeveral: boolean}} path */
function linesOf({ d, isSeveral }) {
  return ["ground", isSeveral ? "several" : "one"].map((kind) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", kind);
    return path;
  });
}

function crop() {
  const side = Number(field("side").value);
  const place = { x: Number(field("x").value) || 0, y: Number(field("y").value) || 0 };
  return { ...place, width: Math.min(side, whole.width), height: Math.min(side, whole.height) };
}

function drawFrame() {
  const rect = inside(document, "#frame rect", SVGRectElement);
  for (const [name, value] of Object.entries(moved(crop(), 0, 0, whole))) rect.setAttribute(name, String(value));
}

/** @param {{x: number, y: number}} at */
function moveTo({ x, y }) {
  field("x").value = String(Math.round(x));
  field("y").value = String(Math.round(y));
  drawFrame();
  change();
}

function listen() {
  form.addEventListener("input", change);
  for (const element of form.elements) element.addEventListener("keydown", keepOpen);
  for (const name of ["x", "y", "side"]) field(name).addEventListener("input", change);
  const overview = byId("overview");
  overview.addEventListener("click", (event) => {
    if (!event.detail) return; // Enter and Space, which point nowhere
    const box = overview.getBoundingClientRect();
    const at = { x: ((event.clientX - box.left) / box.width) * whole.width, y: ((event.clientY - box.top) / box.height) * whole.height };
    const now = crop();
    moveTo(moved(now, at.x - now.x - now.width / 2, at.y - now.y - now.height / 2, whole));
  });
  overview.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const now = crop();
    moveTo(moved(now, step[0] * now.width, step[1] * now.height, whole));
  });
  byId("before").addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    const isTyping = /** @type {HTMLElement} */ (event.target).closest("input, select, textarea");
    if (event.key === "b" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) toggle();
  });
  addEventListener("popstate", restore);
}

/** Enter behind a number looks at once, and does not save what is only tried.
 * @param {Event} event */
function keepOpen(event) {
  const { key, target } = /** @type {KeyboardEvent} */ (event);
  if (key !== "Enter" || !(target instanceof HTMLInputElement) || target.name === "name") return;
  event.preventDefault();
  change();
}

function toggle() {
  const button = byId("before");
  const isBefore = button.ariaPressed !== "true";
  button.ariaPressed = String(isBefore);
  byId("crop").classList.toggle("is-before", isBefore);
}

/** @param {string} address */
function showOverview(address) {
  hasOverview = true;
  /** @type {HTMLImageElement} */ (document.getElementById("overview-picture")).src = address;
}

listen();
drawFrame();
look();
