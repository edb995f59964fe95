/** Talks to the project's API. Posts are tried again until the network answers; what is sent again is written once. */

const AWAY = "The server cannot be reached. Your work is kept here and saved as soon as it answers.";
const SIGNED_OUT = "You are signed out. Sign in again in another tab: your work is kept here, and saved then.";
const BUSY = "The server has too much to do. Your work is kept here and saved in a moment.";
const PATIENCE = 60_000; // milliseconds until an answer counts as lost
const IS_BUSY = [408, 425, 429];
export const PASSING = [502, 503, 504]; // somebody before the server, or the server itself, says: not now

export class Server {
  /** @param {HTMLElement} root has the addresses and the person
   * @param {Notice} notice */
  constructor(root, notice) {
    this.base = `${root.dataset.api}projects/${root.dataset.project}/`;
    this.root = root.dataset.api ?? "";
    this.person = root.dataset.person;
    this.notice = notice;
    this.refusal = ""; // that the notice shows
  }

  /** A path from / starts at the API's root, any other at the project.
   * @param {string} path */
  url(path) {
    return path.startsWith("/") ? this.root + path.slice(1) : this.base + path;
  }

  /** The answer, or null when there is none.
   * @param {string} path */
  async get(path) {
    return (await this.attempt(path, undefined, { method: "GET" })).answer ?? null;
  }

  /** The answer, or null when the server refuses: then `refuse` says why, by default in the notice until the next answer.
   * Without a network, and for who is signed out meanwhile, it goes on trying.
   * @param {string} path
   * @param {object} body
   * @param {PostOptions} options */
  async post(path, body = {}, { method = "POST", refuse = (words) => this.showRefusal(words) } = {}) {
    const key = newKey();
    let trouble = "";
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
      const { answer, waits, refused = "", isPassing } = await this.attempt(path, body, { method, key });
      const before = trouble;
      trouble = waits ?? (isPassing ? refused : "");
      this.notice.replace(before, trouble);
      if (answer !== undefined) {
        this.showRefusal("");
        return answer;
      }
      if (!trouble) {
        refuse(refused);
        return null;
      }
      await untilOnlineOr(wait);
    }
  }

  /** @param {string} words why, "" when a later request was answered */
  showRefusal(words) {
    this.notice.replace(this.refusal, words);
    this.refusal = words;
  }

  /** Asks once. Whoever asks again with the same key gets the same answer, and nothing is written twice.
   * @param {string} path
   * @param {object} [body]
   * @param {RequestOptions} options
   * @returns {Promise<Reply>} */
  async attempt(path, body, { method = "POST", key } = {}) {
    try {
      const response = await this.request(path, body, method, key);
      return response.ok ? { answer: await read(response) } : await refusal(response);
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException || error instanceof SyntaxError) return { waits: AWAY };
      throw error; // fetch has others only for what is wrong here
    }
  }

  /** In a page's last moment, when nobody waits for the answer any more.
   * @param {string} path
   * @param {object} body */
  postLate(path, body) {
    this.request(path, body, "POST", newKey(), true).catch(() => {});
  }

  /** @param {string} path
   * @param {object|undefined} body
   * @param {string} method
   * @param {string} [key]
   * @param {boolean} [keepalive] whether it goes on when the page is left */
  request(path, body, method, key, keepalive = false) {
    /** @type {Record<string, string>} */
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
    if (key) headers["Idempotency-Key"] = key;
    if (this.person) headers["Seston-Person"] = this.person; // nothing is written in the name of who signed in since
    return fetch(this.url(path), { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE), keepalive });
  }
}

/** @param {Response} response */
async function read(response) {
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

/** @param {Response} response
 * @returns {Promise<Reply>} */
async function refusal(response) {
  const { status } = response;
  const { detail = "The server refused this." } = await response.json().catch(() => ({}));
  if (status === 401) return { waits: /^You are signed in as/.test(detail) ? detail : SIGNED_OUT };
  if (status === 403 && detail.startsWith("CSRF Failed")) return { waits: SIGNED_OUT }; // of a session that has ended
  if (IS_BUSY.includes(status)) return { waits: BUSY };
  if (status >= 500) return { refused: `The server failed at this (error ${status}).`, isPassing: PASSING.includes(status) };
  return { refused: detail };
}

/** A UUID. `crypto.randomUUID` is there on https and on localhost only. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return [...bytes].map((byte, i) => ([4, 6, 8, 10].includes(i) ? "-" : "") + byte.toString(16).padStart(2, "0")).join("");
}

/** Of this moment: who signs in again in another tab gets a new one. */
export function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  return cookie ?? JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
}

/** @param {number} milliseconds */
function untilOnlineOr(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    window.addEventListener("online", resolve, { once: true });
  });
}

/** The line above the vignettes that tells what went wrong, or what was done: the latest that still holds. Each who says
 * something takes back that and nothing else, so that a request that goes well hides no other's trouble. */
export class Notice {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    /** @type {string[]} */
    this.texts = []; // that hold, the latest last
  }

  /** @param {string} text
   * @param {number} milliseconds after which it goes by itself; 0: when it is taken back */
  say(text, milliseconds = 0) {
    this.texts.push(text);
    this.show();
    if (milliseconds) setTimeout(() => this.takeBack(text), milliseconds);
  }

  /** @param {string} text */
  takeBack(text) {
    const place = this.texts.lastIndexOf(text);
    if (place >= 0) this.texts.splice(place, 1);
    this.show();
  }

  /** @param {string} before "" where nothing was said
   * @param {string} now "" where nothing is to be said any more */
  replace(before, now) {
    if (before === now) return;
    if (before) this.takeBack(before);
    if (now) this.say(now);
  }

  show() {
    const text = this.texts.at(-1) ?? "";
    if (text !== this.element.textContent) this.element.textContent = text;
    if (this.element.hidden !== !text) this.element.hidden = !text;
  }
}
