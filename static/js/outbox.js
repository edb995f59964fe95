/** Labels on their way: kept in this browser until the server has them, so a reload or a lost network costs nothing. */

export class Outbox {
  /** @param {{saved: function, refused: function}} listener is told how each entry went */
  constructor(server, key, listener) {
    Object.assign(this, { server, key, listener });
    this.entries = JSON.parse(localStorage.getItem(key) ?? "[]");
    this.count = this.entries.length; // entries so far: each has its number
    this.entries.forEach((entry, i) => (entry.number = i + 1));
    this.versions = new Map(); // the newest known version of an object's label, or of its trait
    this.overtaken = new Map(); // the same → how many entries there were when somebody else turned out to be faster
    this.queue = Promise.resolve(); // one after the other, so that versions are never behind
    window.addEventListener("beforeunload", (event) => this.entries.length && event.preventDefault());
  }

  /** Sends what an earlier page could not. Returns how many objects that is about. */
  resume() {
    for (const entry of this.entries) this.after(() => this.save(entry));
    return this.entries.reduce((sum, entry) => sum + entry.objects.length, 0);
  }

  versionOf(id, trait = null) {
    return this.versions.get(keyOf(id, trait));
  }

  keepVersion(id, trait, version) {
    this.versions.set(keyOf(id, trait), version);
  }

  /** @param {{objects: {id: number, version: number}[], taxon?: number, trait?: string, value?: any, state?: string}} entry */
  add(entry) {
    this.entries.push({ ...entry, number: (this.count += 1) });
    this.keep();
    const added = this.entries.at(-1);
    this.after(() => this.save(added));
  }

  /** Runs the work when all before it is saved, whatever became of that. */
  after(work) {
    this.queue = this.queue.then(work).catch((error) => console.error(error));
    return this.queue;
  }

  waitsFor(id, trait = null) {
    return this.entries.some((entry) => (entry.trait ?? null) === trait && entry.objects.some((object) => object.id === id));
  }

  /** Saves what is still as the person saw it: a label that was overtaken while it waited is dropped. */
  async save(entry) {
    const { number, objects, ...label } = entry;
    const { trait = null } = label;
    const path = trait ? "scores/" : "annotations/";
    const sent = objects
      .filter(({ id }) => !(this.overtaken.get(keyOf(id, trait)) >= number))
      .map(({ id, version }) => ({ id, version: Math.max(version, this.versionOf(id, trait) ?? 0) }));
    const outcome = sent.length ? await this.server.post(path, { objects: sent, ...label }) : { conflicts: [] };
    this.entries.shift();
    this.keep();
    if (!outcome) return this.listener.refused(objects.map(({ id }) => id));
    const conflicts = outcome.conflicts.filter((conflict) => !isOurOwn(conflict, label, sent));
    for (const { id, version } of conflicts) {
      this.overtaken.set(keyOf(id, trait), this.count);
      this.keepVersion(id, trait, version);
    }
    const lost = new Set(conflicts.map(({ id }) => id));
    const saved = sent.filter(({ id }) => !lost.has(id));
    const { batch, inapplicable } = outcome;
    // which of them a trait does not apply to, only the server knows: who shows them asks
    if (!inapplicable) for (const { id, version } of saved) this.keepVersion(id, trait, version + 1);
    this.listener.saved({ batch, trait, ids: saved.map(({ id }) => id), conflicts, inapplicable });
  }

  keep() {
    const kept = this.entries.map(({ number, ...entry }) => entry);
    if (kept.length) localStorage.setItem(this.key, JSON.stringify(kept));
    else localStorage.removeItem(this.key);
  }
}

/** A save whose answer got lost on the way comes back as a conflict with itself. */
function isOurOwn(conflict, label, sent) {
  const { version } = sent.find(({ id }) => id === conflict.id);
  const isSameTaxon = !label.taxon || conflict.taxon?.id === label.taxon;
  const isSameValue = label.value === undefined || JSON.stringify(conflict.value) === JSON.stringify(label.value);
  return isSameTaxon && isSameValue && conflict.state === (label.state ?? "validated") && conflict.version === version + 1;
}

const keyOf = (id, trait) => (trait ? `${trait}:${id}` : id);
