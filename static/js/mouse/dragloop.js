/** What goes on during a drag, whether the pointer moves or not. */
const EDGE = 32; // pixels from the upper and lower edge in which the list goes on by itself
const FASTEST = 22; // pixels a frame

/** Calls back once a frame, from when it is started until it is stopped. */
export class Loop {
  /** @param {() => void} callback */
  constructor(callback) {
    this.callback = callback;
    this.frame = 0;
  }

  start() {
    this.frame ||= requestAnimationFrame(() => this.go());
  }

  go() {
    this.frame = 0;
    this.start();
    this.callback();
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }
}

/** Goes on, the faster the nearer to the edge, or the further beyond it.
 * @param {HTMLElement} element
 * @param {number} y of the pointer */
export function scrollAtEdge(element, y) {
  const { top, bottom } = element.getBoundingClientRect();
  const up = Math.max(0, top + EDGE - y);
  const down = Math.max(0, y - bottom + EDGE);
  const step = Math.min(FASTEST, Math.ceil((up || down) / 3));
  if (step) element.scrollBy(0, up ? -step : step);
}
