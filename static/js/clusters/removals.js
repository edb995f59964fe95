/** The members that are taken out while a cluster is validated: the server has them soon after the click, and at the latest
 * when the page is left or another cluster is opened, so that none is lost. */

import { noteUnconfirmed, takeUnconfirmed } from "./unconfirmed.js";

const SOON = 600; // milliseconds in which clicks are gathered

export class Removals {
  /** @param {Gallery} gallery
   * @param {Server} server
   * @param {(path: string, question: any) => void} onSaved what the server says of the cluster of that path by now */
  constructor(gallery, server, onSaved) {
    this.gallery = gallery;
    this.server = server;
    this.onSaved = onSaved;
    this.path = ""; // of the cluster that is validated; "" where none is
    this.saved = new Set(); // objects that the server has as taken out
    this.saving = Promise.resolve();
    window.addEventListener("pagehide", () => this.leave());
  }

  get ids() {
    return this.gallery.selected().map((v) => Number(v.dataset.id));
  }

  /** What was taken out before is shown as that, also what the server did not have yet when it was asked.
   * @param {string} path
   * @param {number[]} out */
  begin(path, out) {
    clearTimeout(this.timer);
    this.path = path;
    this.saved = new Set(out);
    const late = takeUnconfirmed(path);
    this.select([...out, ...late.out].filter((id) => !late.back.includes(id)));
    if (late.out.length || late.back.length) this.changed();
  }

  /** @param {number[]} ids */
  select(ids) {
    const vignettes = ids.map((id) => this.gallery.by(id)).filter(Boolean);
    if (vignettes.length) this.gallery.set(vignettes, true);
  }

  /** More members of the same cluster have come.
   * @param {number[]} out */
  add(out) {
    for (const id of out) this.saved.add(id);
    this.select(out);
  }

  /** What has been taken out, and put back, since it was last saved; of what is on the page. */
  moved() {
    const out = this.ids.filter((id) => !this.saved.has(id));
    const back = [...this.saved].filter((id) => this.gallery.by(id) && !this.gallery.isSelected(this.gallery.by(id)));
    return { out, back };
  }

  /** How many more are taken out than the server knows. */
  get unsaved() {
    const { out, back } = this.path ? this.moved() : { out: [], back: [] };
    return out.length - back.length;
  }

  changed() {
    clearTimeout(this.timer);
    if (this.path) this.timer = setTimeout(() => this.save(), SOON);
  }

  /** One after the other: what is put back meanwhile arrives after what was taken out. */
  save() {
    clearTimeout(this.timer);
    this.saving = this.saving.then(() => this.send());
    return this.saving;
  }

  async send() {
    const { path } = this;
    const moved = this.moved();
    if (!path || !(moved.out.length || moved.back.length)) return;
    const question = await this.server.post(`${path}members/`, moved);
    if (!question || this.path !== path) return;
    for (const id of moved.out) this.saved.add(id);
    for (const id of moved.back) this.saved.delete(id);
    this.onSaved(path, question);
  }

  /** In the page's last moment. */
  leave() {
    clearTimeout(this.timer);
    if (!this.path) return;
    const moved = this.moved();
    noteUnconfirmed(this.path, moved);
    if (moved.out.length || moved.back.length) this.server.postLate(`${this.path}members/`, moved);
  }
}
