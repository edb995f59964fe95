/** Sends packages piece by piece (tus), one after the other, then has all imported: it goes on after a lost network, a server
 * that restarts, or a reload. */
import { byId, inside, required } from "../page/elements.js";
import { addScript } from "../page/ondemand.js";

const PIECE = 32 * 2 ** 20; // bytes: as much is sent again at most where a proxy holds pieces back
const PAUSES = [0, 1000, 3000, 5000, ...Array(2000).fill(10_000)]; // milliseconds; from the start after each piece that arrived
const PASSING = [0, 409, 423, 429]; // no answer, and such that another try settles
const SPAN = 10_000; // milliseconds over which the rate is measured
const AWAY = "The server cannot be reached. It goes on by itself as soon as it answers.";

const form = /** @type {HTMLFormElement} */ (document.getElementById("import"));
const part = (/** @type {string} */ id) => byId(id);
const progress = /** @type {HTMLProgressElement} */ (document.getElementById("sent"));
/** @type {TusUpload | null} */
let sending = null;
let stopped = () => {};
let isUnderWay = false; // from the first click: before a package is being sent, scripts are fetched

/** @param {string} name
 * @returns {HTMLInputElement} */
const field = (name) => inside(form, `[name="${name}"]`, HTMLInputElement);

form?.addEventListener("submit", async (event) => {
  const files = [...(field("package").files ?? [])];
  if (event.submitter?.getAttribute("name") === "upload" || !files.length) return;
  event.preventDefault();
  if (isUnderWay) return;
  isUnderWay = true;
  await sendAll(files).finally(() => {
    isUnderWay = false;
  });
});

/** @param {File[]} files */
async function sendAll(files) {
  if (!window.tus) await addScript("vendor/tus.min.js").catch(() => null);
  if (!window.tus) return form.submit(); // in one piece
  const addresses = [];
  for (const [i, file] of files.entries()) {
    part("sending-name").textContent = files.length > 1 ? `${i + 1} of ${files.length}: ${file.name}` : file.name;
    const address = await send(file);
    if (!address) return;
    addresses.push(address);
  }
  importThem(addresses);
}

/** @param {File} file
 * @returns {Promise<string|null>} the address of the upload; null where it was stopped or refused */
async function send(file) {
  show(true);
  const rate = new Rate();
  const { promise, resolve } = Promise.withResolvers();
  stopped = () => resolve(null);
  const upload = new (required(window.tus, "tus").Upload)(file, {
    endpoint: new URL(required(form.dataset.endpoint, "data-endpoint"), location.href).href,
    chunkSize: PIECE,
    retryDelays: PAUSES,
    metadata: { filename: file.name },
    headers: { "X-CSRFToken": field("csrfmiddlewaretoken").value },
    removeFingerprintOnSuccess: true,
    onShouldRetry: (/** @type {TusError} */ error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      const passes = PASSING.includes(status) || status >= 500;
      if (passes) say(AWAY);
      return passes;
    },
    onProgress: (/** @type {number} */ bytes, /** @type {number} */ all) => {
      say("");
      progress.value = (100 * bytes) / all;
      part("sending-rate").textContent = rate.inWords(bytes, all, performance.now());
    },
    onError: (/** @type {TusError} */ error) => stop(refusal(error)),
    onSuccess: () => resolve(upload.url),
  });
  sending = upload;
  const [before] = await upload.findPreviousUploads();
  if (sending !== upload) return promise; // stopped meanwhile
  if (before) upload.resumeFromPreviousUpload(before);
  upload.start();
  return promise;
}

/** @param {string[]} addresses */
function importThem(addresses) {
  for (const address of addresses) {
    const value = address.split("/").filter(Boolean).at(-1);
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "upload", value }));
  }
  field("package").disabled = true;
  form.submit();
}

document.getElementById("sending-stop")?.addEventListener("click", () => {
  sending?.abort();
  stop("Stopped. What has arrived is kept: import the same file again to go on.");
});

/** @param {string} words */
function stop(words) {
  sending = null;
  stopped();
  show(false);
  part("sending").hidden = false;
  say(words);
}

/** @param {boolean} isSending */
function show(isSending) {
  part("sending").hidden = !isSending;
  for (const id of ["sent", "sending-rate", "sending-stop"]) part(id).hidden = !isSending;
  /** @type {HTMLButtonElement} */ (form.querySelector("button.primary")).disabled = isSending;
}

/** @param {string} words */
function say(words) {
  if (part("sending-state").textContent !== words) part("sending-state").textContent = words;
}

/** The server's own sentence where it gives one.
 * @param {TusError} error */
function refusal(error) {
  try {
    return JSON.parse(error.originalResponse?.getBody() ?? "").detail;
  } catch {
    return "It could not be sent. Import it again: it goes on where it was.";
  }
}

/** How fast it was during the last seconds, and how long the rest takes. */
class Rate {
  /** @type {[time: number, bytes: number][]} */
  points = [];

  /** @param {number} bytes
   * @param {number} all
   * @param {number} now */
  inWords(bytes, all, now) {
    this.points = [...this.points.filter(([time]) => now - time <= SPAN), [now, bytes]];
    const [[time, start]] = this.points;
    const perSecond = now > time ? (1000 * (bytes - start)) / (now - time) : 0;
    const arrived = `${megabytes(bytes)} of ${megabytes(all)} MB`;
    if (!perSecond) return arrived;
    return `${arrived}, ${(perSecond / 1e6).toFixed(1)} MB/s, ${timeLeft((all - bytes) / perSecond)} left`;
  }
}

const megabytes = (/** @type {number} */ bytes) => Math.round(bytes / 1e6).toLocaleString("en");

/** @param {number} seconds */
function timeLeft(seconds) {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
