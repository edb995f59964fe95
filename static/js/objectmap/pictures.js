/** The vignettes of points: of the one that is pointed at, and of all in sight where they are few. */

const MOST = 160; // vignettes on the map
const ROOM = 46; // pixels that each takes at least: where they would lie closer, points are drawn
const A_REQUEST = 100;
const PAUSE = 120; // milliseconds that the map stands before it asks for more

export class Pictures {
  /** @param {HTMLElement} layer over the map
   * @param {string} url */
  constructor(layer, url) {
    this.layer = layer;
    this.url = url;
    /** @type {Map<number, Promise<MapPicture|null>>} */
    this.requests = new Map();
    /** @type {Map<number, HTMLElement>} */
    this.elements = new Map();
    this.hover = layer.querySelector("[data-part=hover]");
    this.hovered = -1;
  }

  /** @param {number} id */
  fetch(id) {
    if (!this.requests.has(id)) this.ask([id]);
    return this.requests.get(id);
  }

  /** @param {number[]} ids that nothing is known of yet */
  ask(ids) {
    const answer = fetch(`${this.url}?ids=${ids.join(",")}`)
      .then((response) => (response.ok ? response.json() : { pictures: [] }))
      .catch(() => null);
    for (const id of ids) {
      const own = answer.then((body) => body?.pictures.find((picture) => picture.id === id) ?? null);
      this.requests.set(id, own);
    }
    answer.then((body) => {
      if (!body) for (const id of ids) this.requests.delete(id); // without a network, again later
    });
  }

  /** What it is called has changed: asked for anew.
   * @param {number} id */
  forget(id) {
    this.requests.delete(id);
  }

  /** Beside the pointer, or nothing.
   * @param {number} id -1 for none
   * @param {{x: number, y: number}} at
   * @param {string} words what the map itself knows of the point */
  async point(id, at, words) {
    if (id === this.hovered) return;
    this.hovered = id;
    this.hover.hidden = true;
    if (id < 0) return;
    const picture = await this.fetch(id);
    if (!picture || this.hovered !== id) return;
    this.hover.querySelector("img").src = picture.url;
    const name = this.hover.querySelector("[data-part=name]");
    name.textContent = picture.name || "no taxon";
    name.classList.toggle("latin", picture.is_italic);
    this.hover.querySelector("[data-part=more]").textContent = [picture.state, words].filter(Boolean).join(" · ");
    const { offsetWidth: width, offsetHeight: height } = this.layer;
    this.hover.style.left = at.x > width / 2 ? "" : `${at.x + 16}px`;
    this.hover.style.right = at.x > width / 2 ? `${width - at.x + 16}px` : "";
    this.hover.style.top = at.y > height / 2 ? "" : `${at.y + 16}px`;
    this.hover.style.bottom = at.y > height / 2 ? `${height - at.y + 16}px` : "";
    this.hover.hidden = false;
  }

  /** Vignettes in the places of their points; asks for what is missing when the map stands.
   * @param {{id: number, px: number, py: number, colour: string}[]} points in sight; empty where they are many */
  place(points) {
    const now = new Set(points.map(({ id }) => id));
    for (const [id, element] of this.elements) {
      if (now.has(id)) continue;
      element.remove();
      this.elements.delete(id);
    }
    for (const { id, px, py, colour } of points) {
      const element = this.elements.get(id);
      if (element) put(element, px, py, colour);
    }
    clearTimeout(this.waiting);
    if (points.length) this.waiting = setTimeout(() => this.fill(points), PAUSE);
  }

  async fill(points) {
    const missing = points.map(({ id }) => id).filter((id) => !this.requests.has(id));
    for (let i = 0; i < missing.length; i += A_REQUEST) this.ask(missing.slice(i, i + A_REQUEST));
    for (const point of points) this.requests.get(point.id)?.then((picture) => picture && this.draw(picture, point));
  }

  draw({ id, url, width, height }, { px, py, colour }) {
    if (this.elements.has(id)) return;
    const element = Object.assign(document.createElement("img"), { src: url, alt: "", className: "on-map", draggable: false });
    const share = Math.min(1, 64 / Math.max(width, height, 1));
    Object.assign(element.style, { width: `${Math.max(14, width * share)}px` });
    put(element, px, py, colour);
    this.elements.set(id, element);
    this.layer.prepend(element);
  }
}

function put(element, px, py, colour) {
  element.style.translate = `calc(${px}px - 50%) calc(${py}px - 50%)`;
  element.style.borderColor = colour;
}

/** How many vignettes may lie in a view of that size. */
export function mostIn({ width, height }) {
  return Math.min(MOST, Math.floor((width * height) / (ROOM * ROOM)));
}
