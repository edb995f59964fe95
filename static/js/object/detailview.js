/** One object, large: zoom with the wheel or keys, pan by dragging, go to its neighbours, all its images beside it.
 * Its dialog hears `picture` when another image came to the stage, and `place` when the image moved there. */
import { drawScale } from "../gallery/scale.js";

export class DetailView {
  /** @param {(detailView: DetailView) => void} onFirst is called when it is opened for the first time */
  constructor(dialog, gallery, detailUrl, onFirst) {
    this.dialog = dialog;
    this.gallery = gallery;
    this.detailUrl = detailUrl;
    this.onFirst = onFirst;
    this.stage = dialog.querySelector(".stage");
    this.image = this.stage.querySelector("img");
    this.beside = dialog.querySelector("[data-part=detail]");
    this.turn = 0; // counts what was asked for: only the answer to the latest is shown
    this.image.addEventListener("load", () => this.fit());
    gallery.element.addEventListener("look", () => dialog.open && this.show());
    dialog.addEventListener("click", (event) => this.click(event.target));
    dialog.addEventListener("keydown", (event) => this.key(event));
    dialog.addEventListener("close", () => gallery.last && gallery.focus(gallery.last));
    this.listenToHand();
    new ResizeObserver(() => this.isFitted && this.fit()).observe(this.stage);
  }

  open() {
    if (!this.gallery.targets().length) return;
    this.gallery.last = this.gallery.targets()[0];
    if (!this.dialog.open) this.dialog.showModal();
    this.stage.focus();
    this.show();
    this.onFirst?.(this);
    this.onFirst = null;
  }

  async show() {
    this.turn += 1;
    const { turn } = this;
    const v = this.gallery.last;
    const vignette = v?.querySelector("img");
    const source = vignette?.dataset.full ? new URL(vignette.dataset.full, location.href).href : vignette?.src;
    if (!source) return;
    this.stage.dataset.ground = this.gallery.element.dataset.ground;
    this.stage.dataset.acquisition = v.dataset.acquisition;
    this.micrometres = Number(v.style.getPropertyValue("--um"));
    if (this.image.src !== source) this.image.src = source;
    this.stage.setAttribute("aria-label", v.querySelector("img").alt);
    if (this.object !== Number(v.dataset.id)) this.leave();
    const html = await fetch(`${this.detailUrl}${v.dataset.id}/`)
      .then((response) => (response.ok && !response.redirected ? response.text() : ""))
      .catch(() => ""); // no network, or signed out: the picture is there
    if (!html || turn !== this.turn || v !== this.gallery.last || this.isWrittenIn()) return; // gone on already
    this.beside.innerHTML = html;
    this.beside.querySelector("[hx-get]")?.remove(); // comments are made in the panel
    this.beside.dispatchEvent(new Event("content"));
    const pictures = [...this.beside.querySelectorAll(".pictures img")];
    for (const picture of pictures) picture.addEventListener("click", () => this.turnTo(v, picture));
    this.turnTo(v, pictures.find((picture) => picture.src === this.image.src) ?? pictures[0]);
  }

  /** Whether somebody is at a field beside the picture that is here still: without it, letters would be keys of the bench. */
  isWrittenIn() {
    const { activeElement } = document;
    return this.object !== null && this.beside.contains(activeElement) && activeElement.matches("input, textarea");
  }

  /** Whose picture comes to the stage now is said when all about it has come. */
  leave() {
    this.object = null;
    this.dialog.dispatchEvent(new Event("picture"));
  }

  /** One of the object's images. */
  turnTo(v, picture) {
    if (this.image.src !== picture.src) this.image.src = picture.src;
    this.object = Number(v.dataset.id);
    this.rank = Number(picture.dataset.rank);
    this.dialog.dispatchEvent(new Event("picture"));
  }

  click(target) {
    const { zoom, step } = target.dataset;
    if (zoom === "fit") this.fit();
    else if (zoom) this.zoom(Number(zoom));
    else if (step) this.step(Number(step));
    else if (target.matches("[data-close]")) this.dialog.close();
  }

  key(event) {
    if (event.target.closest("textarea, input:not([type=checkbox], [type=range])")) return; // they are written there
    const act = {
      "+": () => this.zoom(1.25),
      "=": () => this.zoom(1.25),
      "-": event.ctrlKey && (() => this.zoom(0.8)),
      0: () => this.fit(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  step(by) {
    const all = this.gallery.all();
    const next = all[all.indexOf(this.gallery.last) + by];
    if (next) this.gallery.focus(next);
  }

  /** As large as the stage has room for, but no more than 8 times. */
  fit() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    const { naturalWidth: w, naturalHeight: h } = this.image;
    this.scale = Math.min(8, (width * 0.94) / w, (height * 0.9) / h);
    this.x = (width - w * this.scale) / 2;
    this.y = (height - h * this.scale) / 2;
    this.isFitted = true; // until it is zoomed or moved about
    this.place();
  }

  /** About a point of the stage, its middle by default. */
  zoom(factor, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    const scale = Math.min(40, Math.max(0.1, this.scale * factor));
    this.x = x - ((x - this.x) * scale) / this.scale;
    this.y = y - ((y - this.y) * scale) / this.scale;
    this.scale = scale;
    this.isFitted = false;
    this.place();
  }

  place() {
    this.image.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    const bar = this.stage.querySelector(".scale");
    bar.hidden = !this.micrometres;
    if (this.micrometres) drawScale(bar, this.micrometres / this.scale);
    this.dialog.dispatchEvent(new Event("place"));
  }

  listenToHand() {
    this.stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = this.stage.getBoundingClientRect();
      this.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX - box.left, event.clientY - box.top);
    });
    this.stage.addEventListener("pointerdown", (down) => {
      this.stage.setPointerCapture(down.pointerId);
      const start = { x: this.x - down.clientX, y: this.y - down.clientY };
      const move = (event) => {
        this.isFitted = false;
        this.x = start.x + event.clientX;
        this.y = start.y + event.clientY;
        this.place();
      };
      this.stage.addEventListener("pointermove", move);
      this.stage.addEventListener("pointerup", () => this.stage.removeEventListener("pointermove", move), { once: true });
    });
  }
}
