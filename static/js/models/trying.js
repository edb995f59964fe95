/** Asks a model about images that are dropped, chosen or pasted, and about objects: one after the other. */

const root = document.getElementById("trying");
const progress = document.getElementById("progress");
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
  document.addEventListener("paste", (event) => take(event.clipboardData.files));
  document.getElementById("by-object").addEventListener("submit", (event) => {
    event.preventDefault();
    const object = field("object");
    enqueue({ object: Number(object.value), card: card(`Object ${object.value}`) });
    object.value = "";
  });
}

function field(id) {
  return /** @type {HTMLInputElement} */ (document.getElementById(id));
}

function take(files) {
  for (const file of files) {
    const answerCard = card(file.name);
    show(answerCard, URL.createObjectURL(file));
    enqueue({ file, card: answerCard });
  }
}

function card(title) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById("answer"));
  const answerCard = /** @type {HTMLElement} */ (template.content.firstElementChild.cloneNode(true));
  answerCard.querySelector("h2").textContent = title;
  document.getElementById("answers").prepend(answerCard);
  return answerCard;
}

function show(answerCard, url) {
  const image = answerCard.querySelector("img");
  image.addEventListener("error", () => image.parentElement.remove()); // a browser shows no TIFF
  image.src = url;
}

async function enqueue(question) {
  waiting.push(question);
  if (isAsking) return;
  isAsking = true;
  while (waiting.length) {
    progress.textContent = `Looking at ${waiting.length === 1 ? "an image" : `${waiting.length} images`} …`;
    const next = waiting.shift();
    showAnswer(next.card, await ask(next));
    answered += 1;
  }
  isAsking = false;
  progress.textContent = `${answered} ${answered === 1 ? "image" : "images"} looked at.`;
}

/** What the model says, or {error}. */
async function ask({ file, object, card }) {
  const response = await fetch(root.dataset.url, { method: "POST", ...(file ? upload(file) : named(object)) }).catch(() => null);
  if (!response) return { error: "The server cannot be reached. Try again when it answers." };
  const answer = await response.json().catch(() => ({ detail: "The server refused this." }));
  if (!response.ok) return { error: answer.detail };
  if (object) await showObject(card, object);
  return answer[0];
}

function upload(file) {
  const body = new FormData();
  body.append("images", file, file.name || "pasted.png");
  const scale = field("pixel_um").value.trim().replace(",", ".");
  if (scale) body.append("pixel_um", scale);
  return { body, headers: { "X-CSRFToken": token() } };
}

function named(object) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
  return { body: JSON.stringify({ objects: [object] }), headers };
}

async function showObject(answerCard, object) {
  const response = await fetch(root.dataset.objects.replace("/0/", `/${object}/`)).catch(() => null); // without it there is no picture
  const { images } = response?.ok ? await response.json().catch(() => ({ images: [] })) : { images: [] };
  if (images.length) show(answerCard, images[0].url);
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

function showAnswer(answerCard, answer) {
  answerCard.querySelector(".wait").remove();
  if (answer.error) return say(answerCard, ".error", answer.error);
  if (answer.is_novel) say(answerCard, ".novel", "Unlike anything that it has learnt: do not trust its taxa.");
  else if (answer.novelty !== null)
    say(answerCard, ".nearness", `Further from what it has learnt than ${percent(answer.novelty)} of the objects it was tried on.`);
  answerCard.querySelector(".taxa").append(...answer.taxa.map(bar));
  say(answerCard, ".written", written(answer));
  const others = answer.candidates.map(({ name }) => name).join(", ");
  say(answerCard, ".candidates", others && !answer.is_novel ? `${chance(answer)} ${others}.` : "");
  answerCard.querySelector(".traits").append(...Object.entries(answer.traits).flatMap(trait));
}

function say(answerCard, where, text) {
  const element = answerCard.querySelector(where);
  element.textContent = text;
  element.hidden = !text;
}

function chance({ candidates, is_nine_in_ten: isSure }) {
  if (!isSure) return "Not sure. It may be";
  return `Nine times in ten it is ${candidates.length > 1 ? "one of these" : "this"}:`;
}

function written({ label, taxa }) {
  if (!label) return "Not sure enough to label it: a prediction would leave it for people.";
  return label.id === taxa[0]?.id ? "" : `A prediction would label it ${label.name} (${percent(label.score)}).`;
}

function bar({ name, score }) {
  const line = document.createElement("li");
  const meter = element("span", "meter");
  meter.style.setProperty("--share", score);
  meter.ariaHidden = "true";
  line.append(element("span", "name", name), meter, element("span", "score number", percent(score)));
  return line;
}

function trait([key, { value, score }]) {
  const words = Array.isArray(value) ? value.join(", ") : typeof value === "number" ? value.toPrecision(3) : value;
  if (words === null || words === "") return [];
  const meaning = element("dd", "", `${String(words).replaceAll("_", " ")} `);
  if (score !== null) meaning.append(element("span", "score number", percent(score)));
  return [element("dt", "", key.replaceAll("_", " ")), meaning];
}

function element(kind, className, textContent = "") {
  return Object.assign(document.createElement(kind), { className, textContent });
}

function percent(share) {
  return `${(100 * share).toFixed(share > 0.995 || share < 0.005 ? 1 : 0)} %`;
}
