/** What stands in for a browser's page where a module only listens to it. */

/** Elements of which a module asks little. */
class FakeElement {
  /** @param {Record<string, string>} dataset
   * @param {string} selector that it is found by */
  constructor(dataset = {}, selector = "") {
    this.dataset = dataset;
    this.isConnected = true;
    this.selector = selector;
  }

  /** @param {string} selectors */
  matches(selectors) {
    return this.selector !== "" && selectors.split(", ").some((part) => part.startsWith(this.selector));
  }

  /** @param {string} selectors */
  closest(selectors) {
    return this.matches(selectors) ? this : null;
  }
}

/** A document whose tab may be hidden, with or without an open dialog. */
class FakeDocument extends EventTarget {
  hidden = false;
  /** @type {FakeElement|null} */
  dialog = null;

  querySelector() {
    return this.dialog;
  }
}

/** Sets the globals that modules reach for, before these are imported. */
export function openPage() {
  const document = new FakeDocument();
  const page = { window: new EventTarget(), document, Element: FakeElement, HTMLElement: FakeElement, FakeElement };
  Object.assign(globalThis, page);
  return page;
}

/** @param {Record<string, string>} dataset
 * @param {string} selector */
export function element(dataset = {}, selector = "") {
  return /** @type {HTMLElement} */ (/** @type {unknown} */ (new FakeElement(dataset, selector)));
}
