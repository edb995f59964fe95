/** Parts of a page that nobody needs before their first act: scripts and sheets that are fetched when they are first used.
 * What is pressed until they are there is not lost and goes nowhere else. */

const AWAY = "This part of the page could not be fetched: the server cannot be reached. Try it again in a moment, or load the page again.";

/** @template M, T */
export class OnDemand {
  /** @param {() => Promise<M>} load imports the module
   * @param {(module: M) => T} make makes the part of it
   * @param {{dialog?: HTMLDialogElement|null, sheets?: string[], say: (why: string) => void}} around a dialog that is opened at
   *   once; the names of sheets; what tells that it could not be fetched */
  constructor(load, make, { dialog = null, sheets = [], say }) {
    this.load = load;
    this.make = make;
    this.dialog = dialog;
    this.sheets = sheets;
    this.say = say;
    /** @type {T|null} */
    this.part = null;
    /** @type {Promise<T>|null} */
    this.fetching = null;
  }

  /** Rejects without a network; whoever asks later asks the server again. */
  fetch() {
    this.fetching ??= Promise.all([this.load(), ...this.sheets.map((name) => addSheet(name))]).then(
      ([module]) => (this.part ??= this.make(module)),
      (error) => {
        this.fetching = null;
        throw new Unreachable(error);
      },
    );
    return this.fetching;
  }

  /** As fetch, for what may be needed soon: a failure is said when it is. */
  prefetch() {
    this.fetch().catch(onlyUnreachable);
  }

  /** @param {(part: T) => void} act at once where the part is there, else when it has come. A dialog that was closed meanwhile
   *   is not opened again. */
  async use(act) {
    if (this.part) return act(this.part);
    const shell = this.dialog && new Shell(this.dialog);
    const part = await this.fetch().catch(onlyUnreachable);
    if (!part) {
      shell?.close();
      return this.say(AWAY);
    }
    if (shell && !shell.isOpen()) return shell.release();
    shell?.unveil(); // what is hidden takes no focus
    try {
      await act(part);
    } finally {
      shell?.release();
    }
  }
}

/** A dialog whose script is on its way: it is open and empty, and keeps the keys for later. */
class Shell {
  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.dialog = dialog;
    /** @type {KeyboardEvent[]} */
    this.keys = [];
    this.wasOpen = dialog.open;
    this.focused = /** @type {HTMLElement} */ (document.activeElement);
    this.hold = (/** @type {KeyboardEvent} */ event) => this.keep(event);
    window.addEventListener("keydown", this.hold, { capture: true }); // whatever has the focus, it is the dialog's
    dialog.setAttribute("aria-busy", "true");
    if (!dialog.open) dialog.showModal();
  }

  /** @param {KeyboardEvent} event */
  keep(event) {
    if (!this.dialog.open || ["Escape", "Tab"].includes(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.keys.push(event);
  }

  isOpen() {
    return this.dialog.open;
  }

  unveil() {
    this.dialog.removeAttribute("aria-busy");
  }

  /** As it was before. */
  close() {
    this.end();
    if (this.wasOpen) this.focused.focus();
    else this.dialog.close();
  }

  end() {
    this.unveil();
    window.removeEventListener("keydown", this.hold, { capture: true });
  }

  /** The keys do now what they would have done; those of a dialog that was closed meanwhile do nothing. */
  release() {
    this.end();
    if (!this.isOpen()) return;
    const { activeElement } = document;
    if (activeElement === this.dialog || !this.dialog.contains(activeElement)) focusFirst(this.dialog);
    for (const key of this.keys) pressAgain(key);
  }
}

/** Where a dialog that was empty when it opened has its focus.
 * @param {HTMLElement} dialog */
export function focusFirst(dialog) {
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector("input:not([type=hidden]), select, textarea, button"))?.focus();
}

/** @type {WeakMap<KeyboardEvent, KeyboardEvent>} */
const firstPresses = new WeakMap();

/** The key as a person pressed it, however often it was kept since.
 * @param {KeyboardEvent} event */
export function firstPress(event) {
  return firstPresses.get(event) ?? event;
}

/** A key that was kept does now what it would have done.
 * @param {KeyboardEvent} pressed */
export function pressAgain(pressed) {
  const target = /** @type {HTMLInputElement} */ (document.activeElement ?? document.body); // or what is no field
  const again = new KeyboardEvent("keydown", pressed);
  firstPresses.set(again, firstPress(pressed));
  const isText = typeof target.selectionStart === "number" && pressed.key.length === 1 && !pressed.ctrlKey && !pressed.metaKey && !pressed.altKey;
  if (!target.dispatchEvent(again) || !isText) return;
  target.setRangeText(pressed.key, target.selectionStart ?? 0, target.selectionEnd ?? 0, "end");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}

class Unreachable extends Error {}

/** @param {unknown} error
 * @returns {undefined} */
function onlyUnreachable(error) {
  if (!(error instanceof Unreachable)) throw error;
}

/** Resolves when the sheet is there; at once where the page has it.
 * @param {string} name with its room, as `page/toast` */
export async function addSheet(name, folder = "css") {
  const { href } = new URL(`../../${folder}/${name}.css`, import.meta.url);
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return null;
  return added("link", { rel: "stylesheet", href });
}

/** As addSheet, for what may be needed soon.
 * @param {string} name */
export function prefetchSheet(name) {
  addSheet(name).catch(onlyUnreachable);
}

/** Resolves when the script has run.
 * @param {string} path */
export function addScript(path) {
  return added("script", { src: new URL(`../../${path}`, import.meta.url).href });
}

/** @param {string} tag
 * @param {object} properties
 * @returns {Promise<unknown>} */
function added(tag, properties) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.addEventListener("load", resolve);
    element.addEventListener("error", () => {
      element.remove();
      reject(new Unreachable(`${tag} could not be fetched`));
    });
    document.head.append(element);
  });
}

/** Calls back once, at the first key or press of a pointer.
 * @param {() => void} callback */
export function atFirstAct(callback) {
  const act = () => {
    for (const name of ["keydown", "pointerdown"]) window.removeEventListener(name, act, { capture: true });
    callback();
  };
  for (const name of ["keydown", "pointerdown"]) window.addEventListener(name, act, { capture: true });
}

const CALM = 1000; // milliseconds after which a page stands

/** Calls back a moment after the page stands, when the browser has nothing else to do.
 * @param {() => void} callback */
export function whenIdle(callback) {
  setTimeout(() => ("requestIdleCallback" in window ? requestIdleCallback(callback) : callback()), CALM); // Safari has none
}
