/** Asks a model about images that are dropped, chosen or pasted, and about objects: one after the other. */

import { byId, copyOf, inside, required } from "../page/elements.js";

/** @typedef {{card: HTMLElement, file?: File, object?: number}} Question
 * @typedef {{id: number, name: string, score: number}} ScoredTaxon
 * @typedef {{value: string|number|string[]|null, score: number|null}} ScoredValue
 * @typedef {{is_novel: boolean, novelty: number|null, taxa: ScoredTaxon[], candidates: {name: string}[], is_nine_in_ten: boolean,
 *   label: ScoredTaxon|null, traits: Record<string, ScoredValue>}} ModelAnswer */

const root = document.getElementById("trying");
/** @type {Question[]} */
const waiting = [];
let isAsking = false;
let answered = 0;

if (root) listen();

function listen() {
  const files = field("files");
  files.addEventListener("change", () => {
    take(files.files);
    files.value = ""; // the same again asks again
  });
  take(files.files); // chosen before this came
  files.value = "";
  document.addEventListener("paste", (event) => event.clipboardData && take(event.clipboardData.files));
  byId("by-object").addEventListener("submit", (event) => {
    event.preventDefault();
    const object = field("object");
    enqueue({ object: Number(object.value), card: card(`Object ${object.value}`) });
    object.value = "";
  });
}

/** @param {string} id */
function field(id) {
  return byId(id, HTMLInputElement);
}

/** @param {FileList|null} files */
function take(files) {
  for (const file of files ?? []) {
    const answerCard = card(file.name);
    show(answerCard, URL.createObjectURL(file));
    enqueue({ file, card: answerCard });
  }
}

/** @param {string} title */
function card(title) {
  const answerCard = copyOf(byId("answer", HTMLTemplateElement));
  inside(answerCard, "h2").textContent = title;
  byId("answers").prepend(answerCard);
  return answerCard;
}

/** @param {HTMLElement} answerCard
 * @param {string} url */
function show(answerCard, url) {
  const image = inside(answerCard, "img", HTMLImageElement);
  image.addEventListener("error", () => image.parentElement?.remove()); // a browser shows no TIFF
  image.src = url;
}

/** @param {Question} question */
async function enqueue(question) {
  waiting.push(question);
  if (isAsking) return;
  isAsking = true;
  const progress = byId("progress");
  while (waiting.length) {
    progress.textContent = `Looking at ${waiting.length === 1 ? "an image" : `${waiting.length} images`} …`;
    const [next] = waiting.splice(0, 1);
    showAnswer(next.card, await ask(next));
    answered += 1;
  }
  isAsking = false;
  progress.textContent = `${answered} ${answered === 1 ? "image" : "images"} looked at.`;
}

/** What the model says, or {error}.
 * @param {Question} question
 * @returns {Promise<ModelAnswer|{error: string}>} */
async function ask({ file, object, card }) {
  const response = await fetch(required(root?.dataset.url, "data-url"), { method: "POST", ...(file ? upload(file) : named(object)) }).catch(() => null);
  if (!response) return { error: "The server cannot be reached. Try again when it answers." };
  const answer = await response.json().catch(() => ({ detail: "The server refused this." }));
  if (!response.ok) return { error: answer.detail };
  if (object) await showObject(card, object);
  return answer[0];
}

/** @param {File} file */
function upload(file) {
  const body = new FormData();
  body.append("images", file, file.name || "pasted.png");
  const scale = field("pixel_um").value.trim().replace(",", ".");
  if (scale) body.append("pixel_um", scale);
  return { body, headers: { "X-CSRFToken": token() } };
}

/** @param {number} [object] */
function named(object) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
  return { body: JSON.stringify({ objects: [object] }), headers };
}

/** @param {HTMLElement} answerCard
 * @param {number} object */
async function showObject(answerCard, object) {
  const response = await fetch(required(root?.dataset.objects, "data-objects").replace("/0/", `/${object}/`)).catch(() => null); // without it there is no picture
  const { images } = response?.ok ? await response.json().catch(() => ({ images: [] })) : { images: [] };
  if (images.length) show(answerCard, images[0].url);
}

function token() {
  return JSON.parse(required(document.body.getAttribute("hx-headers"), "hx-headers"))["X-CSRFToken"];
}

/** @param {HTMLElement} answerCard
 * @param {ModelAnswer|{error: string}} answer */
function showAnswer(answerCard, answer) {
  inside(answerCard, ".wait").remove();
  if ("error" in answer) return say(answerCard, ".error", answer.error);
  if (answer.is_novel) say(answerCard, ".novel", "Unlike anything that it has learnt: do not trust its taxa.");
  else if (answer.novelty !== null)
    say(answerCard, ".nearness", `Further from what it has learnt than ${percent(answer.novelty)} of the objects it was tried on.`);
  inside(answerCard, ".taxa").append(...answer.taxa.map(bar));
  say(answerCard, ".written", written(answer));
  const others = answer.candidates.map(({ name }) => name).join(", ");
  say(answerCard, ".candidates", others && !answer.is_novel ? `${chance(answer)} ${others}.` : "");
  inside(answerCard, ".traits").append(...Object.entries(answer.traits).flatMap(trait));
}

/** @param {HTMLElement} answerCard
 * @param {string} where
 * @param {string} text */
function say(answerCard, where, text) {
  const element = inside(answerCard, where);
  element.textContent = text;
  element.hidden = !text;
}

/** @param {Pick<ModelAnswer, "candidates"|"is_nine_in_ten">} answer */
function chance({ candidates, is_nine_in_ten: isSure }) {
  if (!isSure) return "Not sure. It may be";
  return `Nine times in ten it is ${candidates.length > 1 ? "one of these" : "this"}:`;
}

/** @param {Pick<ModelAnswer, "label"|"taxa">} answer */
function written({ label, taxa }) {
  if (!label) return "Not sure enough to label it: a prediction would leave it for people.";
  return label.id === taxa[0]?.id ? "" : `A prediction would label it ${label.name} (${percent(label.score)}).`;
}

/** @param {ScoredTaxon} taxon */
function bar({ name, score }) {
  const line = document.createElement("li");
  const meter = element("span", "meter");
  meter.style.setProperty("--share", String(score));
  meter.ariaHidden = "true";
  line.append(element("span", "name", name), meter, element("span", "score number", percent(score)));
  return line;
}

/** @param {[key: string, value: ScoredValue]} entry */
function trait([key, { value, score }]) {
  const words = Array.isArray(value) ? value.join(", ") : typeof value === "number" ? value.toPrecision(3) : value;
  if (words === null || words === "") return [];
  const meaning = element("dd", "", `${String(words).replaceAll("_", " ")} `);
  if (score !== null) meaning.append(element("span", "score number", percent(score)));
  return [element("dt", "", key.replaceAll("_", " ")), meaning];
}

/** @param {string} kind
 * @param {string} className */
function element(kind, className, textContent = "") {
  return Object.assign(document.createElement(kind), { className, textContent });
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(share > 0.995 || share < 0.005 ? 1 : 0)} %`;
}
