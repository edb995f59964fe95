/** The rules of the outbox, as functions of its records: no browser is needed to read or to try them.
 *
 * A record is one label, value or answer that somebody gave: {key, seq, queue, page, turn, subject, path, label, words,
 * objects: [{id, version}], at, status, …}. `key` is what the server tells repeats by, `seq` the order in which they
 * were given, `page` the open page that shows it. `subject` is what is said of the objects ("taxon", "trait.eggs", "reading.3"):
 * records of one subject that share an object build on each other. A version of null is looked up before sending; an
 * answer of a reading has none (`hasVersions` is false).
 *
 * Rules are given a view of the outbox: {records, last, spans}. `records` are those that matter, `last` is the highest
 * seq, and `spans` has, by `aboutOf`, the versions {from, to} of an object that this browser wrote one upon the other: in
 * a tab that still shows an older one of them, the same person goes on with their own label.
 *
 * A change of the outbox is {put: [record], remove: [key], spans?: [{name, from, to}]}.
 */

export const NEW = "new"; // not yet on the disk
export const WAITING = "waiting"; // for its turn, the network or a sign-in
export const FAILED = "failed"; // refused: in the list with "try again" and "give up"
export const DONE = "done"; // answered; its page has yet to hear of it
const AGAIN_AFTER = [3_000, 10_000, 30_000, 60_000]; // milliseconds until what failed in passing is tried by itself

/** Puts new records behind all others, those that aren't there yet. They build on what this browser saved meanwhile,
 * though their page may not know of it. */
export function added(fresh, { records, last, spans }) {
  const present = new Set(records.map(({ key }) => key));
  const absent = fresh.filter(({ key }) => !present.has(key));
  const put = absent.map((record, i) => ({ ...record, objects: onTopOf(spans, record), seq: last + 1 + i, status: WAITING, tries: 0 }));
  return { put, remove: [] };
}

function onTopOf(spans, record) {
  if (!record.hasVersions) return record.objects;
  const names = aboutOf(record);
  return record.objects.map(({ id, version }, i) => {
    const span = spans.get(names[i]);
    const isOld = span && version !== null && span.from <= version && version < span.to;
    return { id, version: isOld ? span.to : version };
  });
}

/** The spans of what was saved just now: one that ends where this began goes on. */
function extended(spans, record, saved) {
  const names = aboutOf(record);
  const sent = new Map(record.objects.map(({ id, version }, i) => [id, { name: names[i], version }]));
  return saved
    .filter(({ version }) => version)
    .map(({ id, version: to }) => {
      const { name, version } = sent.get(id);
      const before = spans.get(name);
      return { name, from: before?.to === version ? before.from : version, to };
    });
}

/** What a record is found by: each of its objects, as to its subject. */
export function aboutOf({ queue, subject, objects }) {
  return objects.map(({ id }) => `${queue} ${subject} ${id}`);
}

/** From when on the record may be sent, as Date.now() has it; undefined where it isn't sent by itself. */
export function dueAt({ status, again }) {
  if (status === WAITING) return 0;
  return status === FAILED && again ? again : undefined;
}

/** The server has answered: what was saved, what somebody else overtook.
 * @param {{batch?: number, conflicts?: Object[], inapplicable?: number, replaced?: Object}} answer */
export function settled(record, answer, { records, spans }) {
  const { batch = null, conflicts = [], inapplicable = 0, replaced } = answer;
  const lost = new Map(conflicts.map((conflict) => [conflict.id, conflict]));
  const free = record.objects.filter(({ id }) => !lost.has(id));
  // which of them a trait does not apply to only the server knows, and so which have a new version
  const next = (version) => (inapplicable ? null : version + 1);
  const saved = free.map(({ id, version }) => ({ id, version: record.hasVersions ? next(version) : undefined }));
  const outcome = { batch, inapplicable, saved, conflicts: [...conflicts, ...(record.overtaken ?? [])], ...(replaced && { replaced }) };
  const change = { put: [{ ...record, status: DONE, outcome }], remove: [], spans: extended(spans, record, saved) };
  for (const other of records.filter((other) => other.key !== record.key && other.status !== DONE && isAbout(other, record))) {
    if (other.seq > record.seq) follow(other, record, saved, lost, change);
    else replace(other, without(other, new Set(free.map(({ id }) => id))), change); // the later label is what is meant
  }
  return change;
}

/** A later record of the same objects: builds on what was saved, and is overtaken where its forerunner was. */
function follow(other, record, saved, lost, change) {
  const newest = new Map(saved.map(({ id, version }) => [id, version]));
  const sent = new Map(record.objects.map(({ id, version }) => [id, version]));
  const left = without(other, lost);
  const objects = left.objects.map(({ id, version }) => ({ id, version: newest.has(id) && version === sent.get(id) ? newest.get(id) : version }));
  const isElsewhere = other.page !== record.page; // a page is told of an object once
  const conflicts = isElsewhere ? other.objects.filter(({ id }) => lost.has(id)).map(({ id }) => lost.get(id)) : [];
  const overtaken = [...(other.overtaken ?? []), ...conflicts];
  if (objects.length || !overtaken.length) return replace(other, { ...left, objects, overtaken }, change);
  change.put.push({ ...other, objects, status: DONE, outcome: { batch: null, inapplicable: 0, saved: [], conflicts: overtaken } });
}

/** The server has refused. A label behind it that keeps the taxon ("dubious, as it is") was given for the taxon of this
 * one: it takes that over, for the server would apply it to another.
 * @param {{reason: string, isPassing: boolean}} refusal
 * @param {function(): string} newKey */
export function failed(record, { reason, isPassing }, { records }, now, newKey) {
  const again = isPassing ? now + (AGAIN_AFTER[record.tries] ?? AGAIN_AFTER.at(-1)) : null;
  const change = { put: [{ ...record, status: FAILED, reason, again, tries: record.tries + 1 }], remove: [] };
  if (record.tries || !names(record.label)) return change; // what came behind it later was given for what the server has
  const ids = new Set(record.objects.map(({ id }) => id));
  for (const other of records.filter((other) => other.status === WAITING && other.seq > record.seq && isAbout(other, record))) {
    const objects = other.objects.filter(({ id }) => ids.has(id));
    if (names(other.label) || other.label.state === "unclassified" || !objects.length) continue;
    const label = { ...record.label, state: other.label.state };
    const words = `${record.words}, ${other.words}`;
    change.put.push({ ...other, key: newKey(), seq: other.seq + 0.5, objects, label, words, shows: { ...record.shows, state: label.state } });
    replace(other, without(other, ids), change);
  }
  return change;
}

/** Failed records wait again. */
export function retried(keys, { records }) {
  const chosen = records.filter(({ key, status }) => status === FAILED && keys.includes(key));
  return { put: chosen.map((record) => ({ ...record, status: WAITING })), remove: [] };
}

/** Records of pages that are gone become this page's. Of those that are for another kind of page, what the server has
 * and nobody has to be told anything of is removed. */
export function adopted(page, { records }, isMine, isOpen) {
  const left = records.filter((record) => record.page !== page && !isOpen(record.page));
  const put = left.filter(isMine).map((record) => ({ ...record, page, turn: 0, isAdopted: true }));
  const remove = left.filter((record) => !isMine(record) && isOver(record)).map(({ key }) => key);
  return { put, remove };
}

function isOver({ status, outcome }) {
  return status === DONE && !outcome.conflicts.length && !outcome.inapplicable;
}

export function inOrder(records) {
  return [...records].sort((a, b) => a.seq - b.seq);
}

function isAbout(other, { subject, objects }) {
  if (other.subject !== subject) return false;
  if (objects.length === 1) return other.objects.some(({ id }) => id === objects[0].id); // as most are
  const ids = new Set(objects.map(({ id }) => id));
  return other.objects.some(({ id }) => ids.has(id));
}

function names(label) {
  return label.taxon !== undefined || label.value !== undefined;
}

function without(record, ids) {
  return { ...record, objects: record.objects.filter(({ id }) => !ids.has(id)) };
}

function replace(old, record, change) {
  if (record.objects.length) change.put.push(record);
  else change.remove.push(old.key);
}
