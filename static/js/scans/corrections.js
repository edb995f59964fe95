// @ts-check
/** Corrections of outlines as the server makes them, one after the other, and what of them this page can take back. */
import { newKey } from "../server.js";

const AWAY = "The server cannot be reached. Nothing was changed; try again when it answers.";
const BUSY = "The correction before it is still on its way. Nothing was changed; try again when it is there.";
const CONFLICT = 409;
const UNAVAILABLE = 503;

/** @typedef {{kind: string, objects: {id: number, revision: number}[], line?: Point[], taxon?: number | null}} Request */
/** @typedef {{id: number, kind: string, words: string, objects: ScanObject[], removed: number[]}} Correction */

export class Corrections {
  /** @param {Pick<Server, "request">} server
   * @param {string} path of the scan's corrections
   * @param {{busy: (isBusy: boolean) => void, changed: (answer: Correction, kind: string) => void, refused: (words: string, isConflict: boolean) => void}} hears */
  constructor(server, path, hears) {
    this.server = server;
    this.path = path;
    this.hears = hears;
    this.isBusy = false;
    this.mayRetry = false; // the latest, as it was: the server did not look at it
    /** @type {{id: number, request: Request}[]} of this page, the latest last */
    this.made = [];
    /** @type {Request[]} that were undone, the latest last */
    this.undone = [];
  }

  /** @param {Request} request
   * @param {Request[]} undone what can be made again after it */
  async make(request, undone = []) {
    const answer = await this.post(this.path, request);
    if (!answer) return null;
    this.made.push({ id: answer.id, request });
    this.undone = undone.map((one) => withRevisions(one, answer.objects));
    this.hears.changed(answer, "made");
    return answer;
  }

  /** The latest of this page, or the one of that number.
   * @param {number | undefined} id */
  async undo(id = this.made.at(-1)?.id) {
    if (id === undefined) return null;
    const answer = await this.post(`${this.path}${id}/undo/`, {});
    if (!answer) return null;
    const entry = this.made.find((one) => one.id === id);
    this.made = this.made.filter((one) => one !== entry);
    this.undone = [...this.undone, ...(entry ? [entry.request] : [])].map((one) => withRevisions(one, answer.objects));
    this.hears.changed(answer, "undone");
    return answer;
  }

  /** What was undone last is made again. */
  async redo() {
    const request = this.undone.at(-1);
    return request ? this.make(request, this.undone.slice(0, -1)) : null;
  }

  /** The answer, or null where there is none: then it was said why.
   * @param {string} path
   * @param {object} body
   * @returns {Promise<Correction | null>} */
  async post(path, body) {
    this.mayRetry = true;
    if (this.isBusy) {
      this.hears.refused(BUSY, false);
      return null;
    }
    this.setBusy(true);
    const response = await this.server.request(path, body, "POST", newKey()).catch(() => null);
    const answer = await response?.json().catch(() => null);
    this.setBusy(false);
    this.mayRetry = !response || response.status === UNAVAILABLE;
    if (response?.ok && answer) return answer;
    this.hears.refused(reasonOf(response, answer), response?.status === CONFLICT);
    return null;
  }

  /** @param {boolean} isBusy */
  setBusy(isBusy) {
    this.isBusy = isBusy;
    this.hears.busy(isBusy);
  }
}

/** Its objects have other revisions since it was undone.
 * @param {Request} request
 * @param {ScanObject[]} objects
 * @returns {Request} */
function withRevisions(request, objects) {
  const revisions = new Map(objects.map(({ id, revision }) => [id, revision]));
  return { ...request, objects: request.objects.map(({ id, revision }) => ({ id, revision: revisions.get(id) ?? revision })) };
}

/** @param {Response | null | undefined} response
 * @param {Record<string, unknown> | null} answer
 * @returns {string} */
function reasonOf(response, answer) {
  if (!response) return AWAY;
  if (typeof answer?.detail === "string") return answer.detail;
  const sentences = Object.values(answer ?? {}).flat();
  return sentences.length ? sentences.join(" ") : `The server failed at this (error ${response.status}).`;
}
