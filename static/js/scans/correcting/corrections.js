// @ts-check
/** Corrections of outlines as the server makes them, one after the other, and what of them this page can take back. */
import { newKey, PASSING } from "../../page/server.js";

const AWAY = "The server cannot be reached. Try again when it answers: nothing is done twice.";
const BUSY = "The correction before it is still on its way. Nothing was changed; try again when it is there.";
const CONFLICT = 409;

/** @typedef {{kind: string, objects: {id: number, revision: number}[], line?: Point[], taxon?: number | null}} Request */
/** @typedef {{request: Request, created: number[]}} Undone with the objects that it had made, which are in the bin */
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
    /** @type {{text: string, key: string} | null} */
    this.unanswered = null; // it may have been made all the same: made again, it has the same key
    this.mayRetry = false; // the latest, as it was: the server did not look at it
    /** @type {{id: number, request: Request}[]} of this page, the latest last */
    this.made = [];
    /** @type {Undone[]} the latest last */
    this.undone = [];
  }

  /** @param {Request} request
   * @param {Undone[]} undone what can be made again after it
   * @param {number[]} created objects that it made the first time */
  async make(request, undone = [], created = []) {
    const answer = await this.post(this.path, request);
    if (!answer) return null;
    this.made.push({ id: answer.id, request });
    const former = new Set(request.objects.map(({ id }) => id));
    const added = answer.objects.filter(({ id }) => !former.has(id));
    const successors = new Map(created.map((id, place) => [id, added[place]?.id ?? id]));
    this.undone = undone.map((one) => upToDate(one, answer.objects, successors));
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
    if (entry) this.undone.push({ request: entry.request, created: answer.removed });
    this.undone = this.undone.map((one) => upToDate(one, answer.objects));
    this.hears.changed(answer, "undone");
    return answer;
  }

  /** What was undone last is made again. */
  async redo() {
    const last = this.undone.at(-1);
    return last ? this.make(last.request, this.undone.slice(0, -1), last.created) : null;
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
    const text = path + JSON.stringify(body);
    const key = this.unanswered?.text === text ? this.unanswered.key : newKey();
    const response = await this.server.request(path, body, "POST", key).catch(() => null);
    const answer = await response?.json().catch(() => null);
    this.setBusy(false);
    this.mayRetry = isLost(response, answer);
    this.unanswered = this.mayRetry ? { text, key } : null;
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

/** Its objects have other revisions since it was undone, and what was made again is another object.
 * @param {Undone} undone
 * @param {ScanObject[]} objects
 * @param {Map<number, number>} successors
 * @returns {Undone} */
function upToDate({ request, created }, objects, successors = new Map()) {
  const revisions = new Map(objects.map(({ id, revision }) => [id, revision]));
  const current = request.objects.map(({ id, revision }) => {
    const successor = successors.get(id) ?? id;
    return { id: successor, revision: revisions.get(successor) ?? revision };
  });
  return { request: { ...request, objects: current }, created };
}

/** Whether nobody knows what became of the request: no answer came, half of one, or one of somebody before the server.
 * @param {Response | null} response
 * @param {object | null} answer */
function isLost(response, answer) {
  return !response || PASSING.includes(response.status) || (response.ok && !answer);
}

/** @param {Response | null} response
 * @param {Record<string, unknown> | null} answer
 * @returns {string} */
function reasonOf(response, answer) {
  if (!response || response.ok) return AWAY;
  if (typeof answer?.detail === "string") return answer.detail;
  const sentences = Object.values(answer ?? {}).flat();
  return sentences.length ? sentences.join(" ") : `The server failed at this (error ${response.status}).`;
}
