/** Talks to the project's API. Posts are tried again until the network answers. */

export class Server {
  constructor(root, notice) {
    this.base = `${root.dataset.api}projects/${root.dataset.project}/`;
    this.root = root.dataset.api;
    this.notice = notice;
  }

  async get(path) {
    const response = await fetch(this.base + path);
    return response.ok ? response.json() : null;
  }

  /** The answer, or null when the server refuses: then the notice says why. A path from / starts at the API's root. */
  async post(path, body = {}) {
    const url = path.startsWith("/") ? this.root + path.slice(1) : this.base + path;
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
      const response = await this.attempt(url, body);
      if (response && response.status < 500) {
        const answer = await response.json();
        this.notice.say(response.ok ? "" : (answer.detail ?? "The server refused this."));
        return response.ok ? answer : null;
      }
      this.notice.say("The server cannot be reached. Your work is kept here and saved as soon as it answers.");
      await untilOnlineOr(wait);
    }
  }

  /** The response, or null when the network is away (fetch throws TypeError then). */
  async attempt(url, body) {
    const { "X-CSRFToken": token } = JSON.parse(document.body.getAttribute("hx-headers"));
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    try {
      return await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    } catch (error) {
      if (error instanceof TypeError) return null;
      throw error;
    }
  }
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
    this.element.textContent = text;
    this.element.hidden = !text;
    if (milliseconds) setTimeout(() => this.element.textContent === text && this.say(""), milliseconds);
  }
}
