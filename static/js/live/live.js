/** What others do, as they do it: their labels on the vignettes shown here, what they draw and say, and who they are. */

const PAUSE = 250; // milliseconds in which events are gathered
const CALM = 2000; // until the panel is counted, at most
const ON_THE_WAY = 10_000; // that vignettes may be on their way to the page

export class Live {
  constructor(root, gallery, labels, people) {
    this.root = root;
    this.gallery = gallery;
    this.labels = labels;
    this.people = people;
    this.pending = []; // of labels and traits, since the last look
    this.recent = []; // {event, at} that vignettes on their way may not know of yet
    const samples = new URLSearchParams(location.search).getAll("sample").map((id) => `sample=${id}`);
    this.url = `/live/${root.dataset.project}/?${samples.join("&")}`;
    this.missed = `&since=${root.dataset.madeAt}`; // what happened while the page was on its way
    this.connect();
    for (const name of ["htmx:afterSettle", "return"]) gallery.element.addEventListener(name, () => this.hearAgain());
    labels.outbox?.onChange.addEventListener("change", () => (this.pending.length || this.isAll) && this.lookSoon());
    // a browser has few connections to a site: a tab that nobody looks at leaves its own to the others
    document.addEventListener("visibilitychange", () => (document.hidden ? this.source.close() : this.connect(true)));
    window.addEventListener("pagehide", () => this.source.close());
    window.addEventListener("pageshow", (event) => event.persisted && this.connect(true));
  }

  /** @param {boolean} wasAway whether something may have been missed */
  connect(wasAway = false) {
    this.source?.close();
    this.wasAway = wasAway;
    this.source = new EventSource(wasAway ? this.url : this.url + this.missed);
    this.source.addEventListener("labels", (event) => !this.labels.trait && this.hear(JSON.parse(event.data)));
    this.source.addEventListener("traits", (event) => this.hearOfTrait(JSON.parse(event.data)));
    this.source.addEventListener("marks", (event) => publishMarks(JSON.parse(event.data)));
    this.source.addEventListener("comments", (event) => this.read(JSON.parse(event.data)));
    this.source.addEventListener("people", (event) => this.show(JSON.parse(event.data)));
    this.source.addEventListener("error", () => (this.wasAway = true));
    this.source.addEventListener("open", () => this.wasAway && this.catchUp());
  }

  /** @param {{batch: number, objects: [id: number, version: number][]|null}} event without objects it were too many to tell */
  hear(event) {
    this.pending.push(event);
    this.forgetOld();
    this.recent.push({ event, at: Date.now() });
    this.lookSoon();
  }

  /** Vignettes have come: what was heard while they were on their way was looked at without them. */
  hearAgain() {
    this.forgetOld();
    if (!this.recent.length) return;
    this.pending.push(...this.recent.map(({ event }) => event));
    this.lookSoon();
  }

  forgetOld() {
    const since = Date.now() - ON_THE_WAY;
    this.recent = this.recent.filter(({ at }) => at > since);
  }

  lookSoon() {
    this.waiting ??= setTimeout(() => this.look(), PAUSE);
  }

  /** A trait was given: what the page is sorted by, or a line of the panel beside it. Which version it has isn't told. */
  hearOfTrait({ batch, objects }) {
    if (this.labels.trait) this.hear({ batch, objects: objects?.map((id) => [id, Infinity]) });
    else if (!this.labels.sitting.knows(batch) && objects?.includes(Number(this.gallery.last?.dataset.id)) !== false) this.gallery.lookAgain();
  }

  /** What others did: the event of one's own save is here before its answer, so that is asked only now. */
  fromOthers() {
    return this.pending.splice(0).filter(({ batch }) => !this.labels.sitting.knows(batch));
  }

  /** Somebody said something of an object. */
  read({ object }) {
    const open = document.getElementById("discussion")?.dataset.object ?? this.gallery.last?.dataset.id; // or it is on its way
    if (Number(open) === object) refreshDiscussion();
  }

  /** Asks what became of those vignettes that are older than what was heard; while something is undone, only then: whoever
   * undoes is told what that changed here. */
  async look() {
    this.waiting = null;
    if (this.labels.outbox?.turn) return;
    const news = this.fromOthers();
    if (!news.length && !this.isAll) return;
    const isAll = this.isAll || news.some(({ objects }) => !objects);
    const changed = new Map(news.flatMap(({ objects }) => objects ?? [])); // object → its new version
    this.isAll = false;
    const vignettes = this.gallery.everything().map((v) => [v, Number(v.dataset.id)]);
    const isOld = ([v, id]) => isAll || Number(v.dataset.version) < changed.get(id);
    const old = vignettes.filter(isOld).map(([, id]) => id);
    this.postpone(isAll ? [{ batch: null, objects: old.map((id) => [id, Infinity]) }] : news);
    const free = old.filter((id) => !this.labels.waitsFor(id));
    const renamed = free.length ? await this.labels.refresh(free) : [];
    for (const v of renamed) flash(v);
    if (renamed.includes(this.gallery.last)) this.gallery.lookAgain(); // all about it stands in the panel
    this.labels.recountWithin(CALM);
  }

  /** What one has given oneself stands under the picture until it is saved: what others did to that object is looked at then. */
  postpone(news) {
    const late = news.map(({ batch, objects }) => ({ batch, objects: objects.filter(([id]) => this.labels.waitsFor(id)) }));
    this.pending.push(...late.filter(({ objects }) => objects.length));
  }

  /** After the network was away. */
  catchUp() {
    this.wasAway = false;
    this.isAll = true;
    this.look();
    publishMarks({ objects: null, changes: null });
    if (document.getElementById("discussion")) refreshDiscussion();
  }

  show(people) {
    const others = people.filter(({ id }) => id !== Number(this.root.dataset.person));
    this.people.replaceChildren(...others.map(chip));
  }
}

/** Without a network it stays as it is. */
function refreshDiscussion() {
  import("../discussions/discussion.js").then(
    (module) => module.refreshDiscussion(),
    () => {},
  );
}

/** To whatever shows marks. Without `objects` there were many, or some were missed. */
function publishMarks(detail) {
  document.dispatchEvent(new CustomEvent("marks", { detail }));
}

function flash(v) {
  v.classList.remove("changed");
  requestAnimationFrame(() => v.classList.add("changed"));
}

function chip({ name, where }) {
  const element = document.createElement("li");
  const place = where.length ? ` on ${where.join(", ")}` : "";
  const initials = name
    .split(/\s+/)
    .map((word) => word[0])
    .join("")
    .slice(0, 2)
    .toUpperCase();
  element.append(Object.assign(document.createElement("span"), { className: "initials", textContent: initials, ariaHidden: "true" }));
  element.append(Object.assign(document.createElement("span"), { className: "who", textContent: `${name}${place}` }));
  element.title = `${name} is here, too${place}`;
  return element;
}
