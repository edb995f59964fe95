/** Talks to the project's API. Posts are tried again until the network answers. */

const SIGNED_OUT = 401;
const AWAY = "The server cannot be reached. Your work is kept here and saved as soon as it answers.";
const AGAIN = "You are signed out. Sign in again in another tab: your work is kept here, and saved then.";

export class Server {
  constructor(root, notice) {
    this.base = `${root.dataset.api}projects/${root.dataset.project}/`;
    this.root = root.dataset.api;
    this.notice = notice;
  }

  /** A path from / starts at the API's root, any other at the project. */
  url(path) {
    return path.startsWith("/") ? this.root + path.slice(1) : this.base + path;
  }

  /** The answer, or null when there is none. */
  async get(path) {
    const response = await fetch(this.url(path)).catch(() => null);
    return response?.ok ? response.json() : null;
  }

  /** The answer, or null when the server refuses: then the notice says why.
   * Without a network, and for who is signed out meanwhile, it goes on trying. */
  async post(path, body = {}, method = "POST") {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
      const response = await this.attempt(this.url(path), body, method);
      if (response && response.status < 500 && response.status !== SIGNED_OUT) {
        const answer = await response.json().catch(() => ({}));
        this.notice.say(response.ok ? "" : (answer.detail ?? "The server refused this."));
        return response.ok ? answer : null;
      }
      this.notice.say(response?.status === SIGNED_OUT ? AGAIN : AWAY);
      await untilOnlineOr(wait);
    }
  }

  /** The response, or null when the network is away (fetch throws TypeError then). */
  async attempt(url, body, method) {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
    try {
      return await fetch(url, { method, headers, body: JSON.stringify(body) });
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  }
}

/** Of this moment: who signs in again in another tab gets a new one. */
function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  return cookie ?? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

function untilOnlineOr(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    window.addEventListener("online", resolve, { once: true });
  });
}

/** The line above the vignettes that tells what went wrong, or what was done. */
export class Notice {
  constructor(element) {
    this.element = element;
  }

  say(text, milliseconds = 0) {
    if (text !== this.element.textContent) this.element.textContent = text; // after each save, it says nothing again
    if (this.element.hidden !== !text) this.element.hidden = !text;
    if (milliseconds) setTimeout(() => this.element.textContent === text && this.say(""), milliseconds);
  }
}
