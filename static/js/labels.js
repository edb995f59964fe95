/** Gives labels: shown at once, saved in the background, tried again when the network is away, undone and redone. */
export class Labels {
  constructor(root, gallery) {
    this.root = root;
    this.gallery = gallery;
    this.done = []; // batches that can be undone
    this.undone = [];
    this.queue = Promise.resolve(); // one request after the other, so that versions are never behind
    this.pending = 0;
    window.addEventListener("beforeunload", (event) => this.pending && event.preventDefault());
  }

  /** @param {{taxon?: {id: number, name: string}, state?: string}} label */
  give(label, vignettes = this.gallery.targets()) {
    const able = vignettes.filter((v) => label.taxon || v.dataset.taxon);
    if (able.length < vignettes.length) this.say("Some of these have no taxon yet: give them one first.");
    if (!able.length) return;
    const before = able.map((v) => this.snapshot(v));
    const next = this.after(able);
    for (const v of able) {
      const taxon = label.taxon ?? { id: v.dataset.taxon, name: v.querySelector(".label").textContent };
      this.gallery.show(v, { taxon, state: label.state ?? "validated" });
      v.classList.add("saving");
    }
    this.gallery.set(able, false);
    this.moveOn(next);
    this.enqueue(() => this.save(able, before, label));
  }

  undo() {
    const batch = this.done.pop();
    if (batch) this.enqueue(() => this.reverse(batch, this.undone));
  }

  redo() {
    const batch = this.undone.pop();
    if (batch) this.enqueue(() => this.reverse(batch, this.done));
  }

  async save(vignettes, before, label) {
    const body = { objects: before.map(({ id }) => ({ id, version: Number(this.gallery.by(id)?.dataset.version ?? before.find((b) => b.id === id).version) })) };
    if (label.taxon) body.taxon = Number(label.taxon.id);
    if (label.state) body.state = label.state;
    const outcome = await this.post(`projects/${this.root.dataset.project}/annotations/`, body);
    if (!outcome) return before.forEach((old) => this.restore(old));
    const lost = new Set(outcome.conflicts.map((c) => c.id));
    for (const v of vignettes) {
      v.classList.remove("saving");
      if (!lost.has(Number(v.dataset.id))) {
        v.dataset.version = Number(v.dataset.version) + 1;
        if (this.root.dataset.review) this.leave(v);
      }
    }
    if (outcome.batch) this.done.push(outcome.batch);
    this.undone.length = 0;
    this.finish(outcome.conflicts);
  }

  async reverse(batch, other) {
    const outcome = await this.post(`batches/${batch}/undo/`, {});
    if (!outcome) return;
    if (outcome.batch) other.push(outcome.batch);
    await this.refreshShown();
    this.finish(outcome.conflicts);
    this.say(`${outcome.changed.toLocaleString("en")} put back.`, 2500);
  }

  /** Asks the server how the vignettes on the page are now. */
  async refreshShown() {
    for (const v of this.gallery.element.querySelectorAll(".vignette.leaving")) v.classList.remove("leaving"), (v.hidden = false);
    const shown = this.gallery.all();
    await Promise.all(
      shown.filter((v) => v.dataset.touched).map(async (v) => {
        const response = await fetch(`${this.root.dataset.api}objects/${v.dataset.id}/`);
        if (response.ok) this.gallery.show(v, await response.json());
      }),
    );
  }

  snapshot(v) {
    v.dataset.touched = "1";
    const name = v.querySelector(".label").textContent;
    const { id, version, state, taxon } = v.dataset;
    return { id: Number(id), version: Number(version), state, taxon: taxon ? { id: taxon, name } : null };
  }

  restore({ id, state, taxon }) {
    const v = this.gallery.by(id);
    v?.classList.remove("saving");
    if (v) this.gallery.show(v, { state, taxon });
  }

  /** The first vignette behind the labelled ones: where the work goes on. */
  after(vignettes) {
    const all = this.gallery.all();
    return all.slice(all.indexOf(vignettes.at(-1)) + 1).find((v) => !vignettes.includes(v));
  }

  moveOn(next) {
    if (next) this.gallery.focus(next);
    this.gallery.anchor = next ?? null;
  }

  leave(v) {
    v.classList.add("leaving");
    setTimeout(() => v.classList.contains("leaving") && (v.hidden = true), 260);
  }

  finish(conflicts) {
    document.getElementById("undo").disabled = !this.done.length;
    document.getElementById("redo").disabled = !this.undone.length;
    if (conflicts.length) this.showConflicts(conflicts);
    clearTimeout(this.counting);
    this.counting = setTimeout(() => htmx.ajax("GET", this.root.dataset.panel + location.search, { target: "#panel", swap: "outerHTML" }), 300);
  }

  showConflicts(conflicts) {
    const dialog = document.getElementById("conflicts");
    dialog.querySelector("ul").replaceChildren(
      ...conflicts.map((conflict) => {
        const v = this.gallery.by(conflict.id);
        if (v) this.gallery.show(v, conflict);
        const line = document.createElement("li");
        line.textContent = `${conflict.taxon?.name ?? "no taxon"}, ${conflict.state}, by ${conflict.annotator ?? "a model"}`;
        return line;
      }),
    );
    if (!dialog.open) dialog.showModal();
  }

  enqueue(work) {
    this.pending += 1;
    this.queue = this.queue.then(work).finally(() => (this.pending -= 1));
  }

  /** Posts until the network answers. Returns null, and says why, when the server refuses. */
  async post(path, body) {
    for (let wait = 1000; ; wait = Math.min(wait * 2, 15000)) {
      try {
        const response = await fetch(this.root.dataset.api + path, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": this.token() },
          body: JSON.stringify(body),
        });
        if (response.status < 500) {
          const answer = await response.json();
          if (response.ok) {
            this.say("");
            return answer;
          }
          this.say(answer.detail ?? "The server refused this.");
          return null;
        }
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // fetch throws TypeError when the network is away
      }
      this.say("The server cannot be reached. Your work is kept here and saved as soon as it answers.");
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  token() {
    return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  }

  say(text, milliseconds = 0) {
    const notice = document.getElementById("notice");
    notice.textContent = text;
    notice.hidden = !text;
    if (milliseconds) setTimeout(() => notice.textContent === text && (notice.hidden = true), milliseconds);
  }
}
