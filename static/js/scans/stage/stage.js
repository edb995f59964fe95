// @ts-check
/** The scan by its tiles, by OpenSeadragon: where one looks, and what the pixels of the screen are on the scan. */

const STEP = 1.5; // nearer and farther
const OWN_KEYS = ["r", "R", "f", "w", "a", "s", "d", "W", "A", "S", "D"]; // of OpenSeadragon, which turn and flip it
/** @type {Record<string, string>} */
const WAYS_BY_KEY = { Home: "home", 0: "home", "+": "in", "-": "out" };
const LEAST = 60; // pixels around an object that is looked at

export class Stage {
  /** @param {HTMLElement} root of the page's viewer, with the size of the scan and of its tiles */
  constructor(root) {
    this.root = root;
    this.width = Number(root.dataset.width);
    this.height = Number(root.dataset.height);
    this.viewer = this.open();
    this.viewer.addHandler("open", () => this.name());
    this.viewer.addHandler("canvas-key", (event) => this.press(event));
    document.addEventListener("keydown", (event) => this.pressElsewhere(event));
  }

  /** @param {number} level
   * @param {number} column
   * @param {number} row */
  tileAddress(level, column, row) {
    return String(this.root.dataset.tiles).replace("{level}", String(level)).replace("{column}", String(column)).replace("{row}", String(row));
  }

  open() {
    const { tileSize, lastLevel } = this.root.dataset;
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    return window.OpenSeadragon({
      id: "scan-picture",
      drawer: "canvas",
      showNavigationControl: false,
      showNavigator: this.root.clientWidth > 700,
      navigatorPosition: "TOP_RIGHT",
      animationTime: isStill ? 0 : 0.5,
      visibilityRatio: 0.5,
      maxZoomPixelRatio: 8,
      minZoomImageRatio: 0.8,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: false },
      tileSources: {
        width: this.width,
        height: this.height,
        tileSize: Number(tileSize),
        tileOverlap: 0,
        minLevel: 0,
        maxLevel: Number(lastLevel),
        getTileUrl: (/** @type {number} */ level, /** @type {number} */ column, /** @type {number} */ row) => this.tileAddress(level, column, row),
      },
    });
  }

  /** For screen readers: it takes keys of its own. */
  name() {
    const { canvas } = this.viewer;
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", "The scan. Arrows move it, plus and minus zoom, Home shows all of it.");
  }

  /** @param {DeepZoomEvent} event */
  press(event) {
    const key = event.originalEvent?.key ?? "";
    if (OWN_KEYS.includes(key)) event.preventDefaultAction = true;
    if (key === "Home") this.zoom("home");
  }

  /** Wherever on the page the focus is, but in a field, a list or a dialog, where these keys mean something else; on the
   * scan itself OpenSeadragon hears them.
   * @param {KeyboardEvent} event */
  pressElsewhere(event) {
    const target = /** @type {Element} */ (event.target);
    const way = WAYS_BY_KEY[event.key];
    if (!way || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || target.closest("input:not([type=checkbox]), select, textarea, #scan-picture")) return;
    event.preventDefault();
    this.zoom(way);
  }

  /** @param {string} way */
  zoom(way) {
    const { viewport } = this.viewer;
    /** @type {Record<string, () => void>} */
    const ways = {
      in: () => viewport.zoomBy(STEP),
      out: () => viewport.zoomBy(1 / STEP),
      home: () => viewport.goHome(),
      pixels: () => viewport.zoomTo(viewport.imageToViewportZoom(1)),
    };
    if (!ways[way]) return;
    ways[way]();
    viewport.applyConstraints();
  }

  /** @param {number} factor
   * @param {ScanPoint} at in pixels of the stage: it stays where it is */
  zoomAt(factor, at) {
    const { viewport } = this.viewer;
    viewport.zoomBy(factor, viewport.viewerElementToViewportCoordinates(new window.OpenSeadragon.Point(at.x, at.y)));
    viewport.applyConstraints();
  }

  /** @param {number} right in pixels of the stage
   * @param {number} down */
  moveBy(right, down) {
    const { viewport } = this.viewer;
    viewport.panBy(viewport.deltaPointsFromPixels(new window.OpenSeadragon.Point(-right, -down)));
  }

  /** @param {number[]} box in pixels of the scan
   * @param {boolean} isAtOnce */
  goTo([x, y, width, height], isAtOnce = false) {
    const margin = 2 * Math.max(width, height, LEAST);
    const { viewport } = this.viewer;
    viewport.fitBounds(viewport.imageToViewportRectangle(x - margin, y - margin, width + 2 * margin, height + 2 * margin), isAtOnce);
  }

  /** How the scan lies on the stage by now; null while it has not come.
   * @returns {Projection | null} */
  get projection() {
    const item = this.viewer.world.getItemAt(0);
    if (!item) return null;
    const scale = item.viewportToImageZoom(this.viewer.viewport.getZoom(true));
    return { scale, ...item.imageToViewerElementCoordinates(new window.OpenSeadragon.Point(0, 0)) };
  }

  /** The same for what can be pointed at only once the scan has come.
   * @returns {Projection} */
  get opened() {
    return /** @type {Projection} */ (this.projection);
  }

  /** What of the scan is in view, in whole pixels: x, y, width, height; null where that is nothing.
   * @returns {number[] | null} */
  get box() {
    const { viewport } = this.viewer;
    const bounds = viewport.viewportToImageRectangle(viewport.getBounds());
    const left = Math.max(0, Math.floor(bounds.x));
    const top = Math.max(0, Math.floor(bounds.y));
    const right = Math.min(this.width, Math.ceil(bounds.x + bounds.width));
    const bottom = Math.min(this.height, Math.ceil(bounds.y + bounds.height));
    return right <= left || bottom <= top ? null : [left, top, right - left, bottom - top];
  }
}
