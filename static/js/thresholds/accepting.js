/** Accepts all above the threshold as machine-validated, and takes it back. */
import { inside } from "../page/elements.js";
import { newKey } from "../page/server.js";

/** @typedef {{batch: number|null, changed: number}} AcceptanceOutcome */

const AWAY = "The server cannot be reached: nothing is certain to have been accepted. Try again: nothing is accepted twice.";
const EVERY = 1500; // milliseconds between two looks at a job
/** @param {number} count */
export const objects = (count) => `${count.toLocaleString("en")} object${count === 1 ? "" : "s"}`;

export class Accepting {
  /** @param {HTMLElement} element holds the button
   * @param {import("./threshold.js").ThresholdSlider} slider
   * @param {Server} server
   * @param {Toasts} toasts
   * @param {(threshold?: number) => Promise<void>} reload draws the page anew */
  constructor(element, slider, server, toasts, reload) {
    this.button = inside(element, "button", HTMLButtonElement);
    this.taxon = Number(element.dataset.taxon);
    this.slider = slider;
    this.server = server;
    this.toasts = toasts;
    this.reload = reload;
    this.key = newKey();
    this.isAtWork = false;
    this.hasMoved = false; // the slider, while something was sent
    element.hidden = false;
    this.button.addEventListener("click", ({ detail: clicks }) => clicks < 2 && this.accept());
    slider.form.addEventListener("moved", () => this.follow());
    this.follow();
  }

  /** What is another request has another key; what is sent again because nobody answered has the same. */
  follow() {
    this.hasMoved = this.isAtWork;
    if (this.isAtWork) return;
    this.key = newKey();
    this.button.disabled = !this.count();
    this.button.textContent = this.count() ? this.words() : this.noneInWords();
  }

  count() {
    return this.slider.above();
  }

  words() {
    return `Accept ${objects(this.count())} as machine-validated`;
  }

  /** What to do next, where the button can do nothing. */
  noneInWords() {
    return "None is so sure: lower the threshold";
  }

  /** What is sent: the rule, and how many objects are seen to be its. */
  body() {
    return { taxon: this.taxon, threshold: this.slider.threshold(), objects: this.count() };
  }

  async accept() {
    this.isAtWork = this.button.disabled = true;
    const body = this.body();
    const outcome = await this.send("machine-validations/", body, this.key);
    if (!outcome) return;
    await this.reload();
    const { batch } = outcome;
    if (!batch) return this.toasts.done("None were accepted: somebody else was at it.");
    const words = `${objects(outcome.changed)} ${outcome.changed === 1 ? "is" : "are"} machine-validated.`;
    this.toasts.done(words, { act: "Undo", onAct: () => this.undo(batch, body.threshold) });
  }

  /** The slider goes back to where it was.
   * @param {number} batch
   * @param {number} threshold */
  async undo(batch, threshold) {
    const outcome = await this.send(`/batches/${batch}/undo/`, {}, newKey());
    if (!outcome) return;
    await this.reload(threshold);
    this.toasts.done(`${objects(outcome.changed)} wait${outcome.changed === 1 ? "s" : ""} for a person again.`);
  }

  /** What came of it, of a job when it is done; null where nothing was done, which is said.
   * @param {string} path
   * @param {object} body
   * @param {string} key
   * @returns {Promise<AcceptanceOutcome|null>} */
  async send(path, body, key) {
    const { answer, waits, refused } = await this.server.attempt(path, body, { key });
    if (answer?.job) return this.resultOf(answer.job);
    if (answer) return answer;
    this.toasts.error(waits ? AWAY : (refused ?? AWAY));
    this.isAtWork = this.button.disabled = false;
    if (this.hasMoved) this.follow();
    if (!waits) await this.reload(this.slider.threshold());
    return null;
  }

  /** Of a job, when it has ended: until then the button says how far it is.
   * @param {number} number
   * @returns {Promise<AcceptanceOutcome|null>} */
  async resultOf(number) {
    if (!this.button.isConnected) this.toasts.done("A worker takes it back: the numbers follow when it is done.");
    for (;;) {
      const job = await this.server.get(`/jobs/${number}/`);
      if (job?.finished) return this.ended(job);
      this.button.textContent = job?.total ? `${job.done.toLocaleString("en")} of ${objects(job.total)}` : "Waiting for a worker";
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  }

  /** @param {{state: string, result: AcceptanceOutcome, message: string}} job */
  async ended({ state, result, message }) {
    if (state === "done") return result;
    this.toasts.error(`It ended early. ${message}`);
    await this.reload(this.slider.threshold());
    return null;
  }
}
