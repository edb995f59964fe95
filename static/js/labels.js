/** Gives labels: shown at once, saved in the background, tried again when the network is away, undone and redone. */
const SETTLED = ["validated", "dubious"];

export class Labels {
  constructor(root, gallery) {
    this.root = root;
    this.gallery = gallery;
    this.done = []; // what can be undone: {batch, before: how each vignette was}
    this.undone = [];
    this.seen = new Map(); // how often somebody else's choice has replaced a vignette's label
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
    for (const old of before) old.seen = this.seen.get(old.id) ?? 0;
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

  /** Saves what is still as the person saw it: a label that was overtaken while it waited is dropped. */
  async save(waiting, asked, label) {
    const before = asked.filter(({ id, seen }) => seen === (this.seen.get(id) ?? 0));
    const vignettes = waiting.filter((v) => before.some(({ id }) => id === Number(v.dataset.id)));
    for (const v of waiting) v.classList.toggle("saving", vignettes.includes(v));
    if (!before.length) return;
    const body = { objects: before.map(({ id }) => ({ id, version: Number(this.gallery.by(id)?.dataset.version ?? before.find((b) => b.id === id).version) })) };
    if (label.taxon) body.taxon = Number(label.taxon.id);
    if (label.state) body.state = label.state;
    const outcome = await this.post(`projects/${this.root.dataset.project}/annotations/`, body);
    if (!outcome) return before.forEach((old) => this.restore(old));
    outcome.conflicts = outcome.conflicts.filter((c) => !this.isOurOwn(c, label, body.objects));
    const lost = new Set(outcome.conflicts.map((c) => c.id));
    for (const v of vignettes) {
      v.classList.remove("saving");
      if (!lost.has(Number(v.dataset.id))) {
        v.dataset.version = Number(v.dataset.version) + 1;
        if (this.root.dataset.review) this.leave(v);
      }
    }
    if (outcome.batch) this.done.push({ batch: outcome.batch, before: before.filter(({ id }) => !lost.has(id)) });
    this.undone.length = 0;
    this.finish(outcome.conflicts);
  }

  /** A save whose answer got lost on the way comes back as a conflict with itself. */
  isOurOwn(conflict, label, objects) {
    const sent = objects.find(({ id }) => id === conflict.id);
    const isSameTaxon = !label.taxon || conflict.taxon?.id === Number(label.taxon.id);
    return isSameTaxon && conflict.state === (label.state ?? "validated") && conflict.version === sent.version + 1;
  }

  /** Takes a batch back, or gives it again: each vignette returns to what it was before. */
  async reverse({ batch, before }, other) {
    const outcome = await this.post(`batches/${batch}/undo/`, {});
    if (!outcome) return;
    const lost = new Set(outcome.conflicts.map((c) => c.id));
    const returned = before.filter(({ id }) => !lost.has(id) && this.gallery.by(id));
    const now = returned.map(({ id }) => this.snapshot(this.gallery.by(id)));
    for (const old of returned) this.comeBack(old);
    if (outcome.batch) other.push({ batch: outcome.batch, before: now });
    if (returned.length) this.gallery.focus(this.gallery.by(returned[0].id));
    this.finish(outcome.conflicts);
    this.say(`${outcome.changed.toLocaleString("en")} put back.`, 2500);
  }

  comeBack({ id, state, taxon, score }) {
    const v = this.gallery.by(id);
    this.gallery.show(v, { version: Number(v.dataset.version) + 1, state, taxon, score });
    const isLeaving = this.root.dataset.review && state !== "predicted";
    v.classList.toggle("leaving", Boolean(isLeaving));
    v.hidden = Boolean(isLeaving);
  }

  snapshot(v) {
    const score = v.querySelector(".score")?.textContent;
    const name = v.querySelector(".label").textContent;
    const { id, version, state, taxon } = v.dataset;
    return { id: Number(id), version: Number(version), state, score, taxon: taxon ? { id: taxon, name } : null };
  }

  restore({ id, state, taxon, score }) {
    const v = this.gallery.by(id);
    v?.classList.remove("saving");
    if (v) this.gallery.show(v, { state, taxon, score });
  }

  /** Where the work goes on: the first vignette behind the labelled ones that nobody has settled, else the next one. */
  after(vignettes) {
    const all = this.gallery.all();
    const labelled = new Set(vignettes);
    const behind = all.slice(all.indexOf(vignettes.at(-1)) + 1).filter((v) => !labelled.has(v));
    return behind.find((v) => !SETTLED.includes(v.dataset.state)) ?? behind[0];
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
    this.gallery.recount();
    if (conflicts.length) this.showConflicts(conflicts);
    clearTimeout(this.counting);
    this.counting = setTimeout(() => this.recountPanel(), 300);
    this.gallery.lookAgain();
  }

  recountPanel() {
    const panel = this.root.dataset.panel + location.search;
    htmx.ajax("GET", panel, { target: "#panel", swap: "outerHTML" }).catch(() => {}); // counts can wait for the network
  }

  showConflicts(conflicts) {
    const dialog = document.getElementById("conflicts");
    dialog.querySelector("ul").replaceChildren(
      ...conflicts.map((conflict) => {
        const v = this.gallery.by(conflict.id);
        this.seen.set(conflict.id, (this.seen.get(conflict.id) ?? 0) + 1);
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
