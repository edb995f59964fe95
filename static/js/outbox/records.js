/** The rules of the outbox, as functions of its records (types.d.ts): no browser is needed to read or to try them.
 *
 * Records of one subject that share an object build on each other. The view that a rule gets has the records that matter
 * to it, and the versions of an object that this browser wrote one upon the other (spans): in a tab that still shows an
 * older one of them, the same person goes on with their own label.
 */

/** @type {OutboxStatus} */
export const NEW = "new"; // not yet on the disk
/** @type {OutboxStatus} */
export const WAITING = "waiting"; // for its turn, the network or a sign-in
/** @type {OutboxStatus} */
export const FAILED = "failed"; // refused: in the list with "try again" and "give up"
/** @type {OutboxStatus} */
export const DONE = "done"; // answered; its page has yet to hear of it
const GONE = "Not saved: no longer in this project.";
const AGAIN_AFTER = [3_000, 10_000, 30_000, 60_000]; // milliseconds until what failed in passing is tried by itself

/** Puts new records behind all others, those that aren't there yet. They build on what this browser saved meanwhile,
 * though their page may not know of it.
 * @param {NewRecord[]} fresh
 * @param {OutboxView} view
 * @returns {OutboxChange} */
export function added(fresh, { records, last, spans }) {
  const present = new Set(records.map(({ key }) => key));
  const absent = fresh.filter(({ key }) => !present.has(key));
  const put = absent.map((record, i) => ({ ...record, objects: onTopOf(spans, record), seq: last + 1 + i, status: WAITING, tries: 0 }));
  return { put, remove: [] };
}

/** @param {Map<string, Span>} spans
 * @param {NewRecord} record
 * @returns {Target[]} */
function onTopOf(spans, record) {
  if (!record.hasVersions) return record.objects;
  const names = aboutOf(record);
  return record.objects.map(({ id, version }, i) => {
    const span = spans.get(names[i]);
    const isOld = span && typeof version === "number" && span.from <= version && version < span.to;
    return { id, version: isOld ? span.to : version };
  });
}

/** The spans of what was saved just now: one that ends where this began goes on.
 * @param {Map<string, Span>} spans
 * @param {OutboxRecord} record
 * @param {Target[]} saved
 * @returns {Span[]} */
function extended(spans, record, saved) {
  const names = aboutOf(record);
  const sent = new Map(record.objects.map(({ id, version }, i) => [id, { name: names[i], version }]));
  return saved.flatMap(({ id, version: to }) => {
    const { name, version } = sent.get(id) ?? {};
    if (!to || !name || typeof version !== "number") return [];
    const before = spans.get(name);
    return [{ name, from: before?.to === version ? before.from : version, to }];
  });
}

/** What a record is found by: each of its objects, as to its subject.
 * @param {Pick<OutboxRecord, "queue" | "subject" | "objects">} record */
export function aboutOf({ queue, subject, objects }) {
  return objects.map(({ id }) => `${queue} ${subject} ${id}`);
}

/** From when on the record may be sent, as Date.now() has it; undefined where it isn't sent by itself.
 * @param {Pick<OutboxRecord, "status" | "again">} record */
export function dueAt({ status, again }) {
  if (status === WAITING) return 0;
  return status === FAILED && again ? again : undefined;
}

/** The server has answered: what was saved, what somebody else overtook, what has left the project. The latter waits
 * for a person, as what is refused: under another key, for to this one the server would say the same for ever.
 * @param {OutboxRecord} record
 * @param {WriteAnswer} answer
 * @param {Pick<OutboxView, "records" | "spans">} view
 * @param {() => string} newKey
 * @returns {OutboxChange} */
export function settled(record, answer, { records, spans }, newKey) {
  const { batch = null, conflicts = [], inapplicable = 0, replaced, gone = [] } = answer;
  const lost = new Map(conflicts.map((conflict) => [conflict.id, conflict]));
  const left = new Set(gone);
  const free = record.objects.filter(({ id }) => !lost.has(id) && !left.has(id));
  // which of them a trait does not apply to only the server knows, and so which have a new version
  /** @param {number|null|undefined} version */
  const next = (version) => (inapplicable || typeof version !== "number" ? null : version + 1);
  const saved = free.map(({ id, version }) => ({ id, version: record.hasVersions ? next(version) : undefined }));
  const unsaved = record.objects.filter(({ id }) => left.has(id));
  const rare = { ...(replaced && { replaced }), ...(unsaved.length && { gone: unsaved.length }) };
  const outcome = { batch, inapplicable, saved, conflicts: [...conflicts, ...(record.overtaken ?? [])], ...rare };
  /** @type {OutboxChange} */
  const change = { put: [{ ...record, status: DONE, outcome }], remove: [], spans: extended(spans, record, saved) };
  if (unsaved.length) change.put.push(refusedAsGone(record, unsaved, newKey));
  for (const other of records.filter((other) => other.key !== record.key && other.status !== DONE && isAbout(other, record))) {
    if (other.seq > record.seq) follow(other, record, saved, lost, change);
    else replace(other, without(other, new Set(free.map(({ id }) => id))), change); // the later label is what is meant
  }
  return change;
}

/** What waits for a person, of a record some of whose objects have left the project.
 * @param {OutboxRecord} record
 * @param {Target[]} objects
 * @param {() => string} newKey
 * @returns {OutboxRecord} */
function refusedAsGone(record, objects, newKey) {
  return { ...record, key: newKey(), seq: record.seq + 0.5, objects, status: FAILED, reason: GONE, again: null, tries: record.tries + 1 };
}

/** A later record of the same objects: builds on what was saved, and is overtaken where its forerunner was.
 * @param {OutboxRecord} other
 * @param {OutboxRecord} record
 * @param {Target[]} saved
 * @param {Map<number, Conflict>} lost
 * @param {OutboxChange} change */
function follow(other, record, saved, lost, change) {
  const newest = new Map(saved.map(({ id, version }) => [id, version]));
  const sent = new Map(record.objects.map(({ id, version }) => [id, version]));
  const left = without(other, new Set(lost.keys()));
  const objects = left.objects.map(({ id, version }) => ({ id, version: newest.has(id) && version === sent.get(id) ? newest.get(id) : version }));
  const isElsewhere = other.page !== record.page; // a page is told of an object once
  const conflicts = isElsewhere ? other.objects.flatMap(({ id }) => lost.get(id) ?? []) : [];
  const overtaken = [...(other.overtaken ?? []), ...conflicts];
  if (objects.length || !overtaken.length) return replace(other, { ...left, objects, overtaken }, change);
  change.put.push({ ...other, objects, status: DONE, outcome: { batch: null, inapplicable: 0, saved: [], conflicts: overtaken } });
}

/** The server has refused. A label behind it that keeps the taxon ("dubious, as it is") was given for the taxon of this
 * one: it takes that over, for the server would apply it to another.
 * @param {OutboxRecord} record
 * @param {{reason: string, isPassing?: boolean}} refusal
 * @param {Pick<OutboxView, "records">} view
 * @param {number} now
 * @param {() => string} newKey
 * @returns {OutboxChange} */
export function failed(record, { reason, isPassing }, { records }, now, newKey) {
  const again = isPassing ? now + AGAIN_AFTER[Math.min(record.tries, AGAIN_AFTER.length - 1)] : null;
  /** @type {OutboxChange} */
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

/** Failed records wait again.
 * @param {string[]} keys
 * @param {OutboxView} view
 * @returns {OutboxChange} */
export function retried(keys, { records }) {
  const chosen = records.filter(({ key, status }) => status === FAILED && keys.includes(key));
  return { put: chosen.map((record) => ({ ...record, status: WAITING })), remove: [] };
}

/** Records of pages that are gone become this page's, also those that another has taken over while this one was loaded
 * again: a person sees what they gave where they gave it. Of those that are for another kind of page, what the server has
 * and nobody has to be told anything of is removed.
 * @param {string} page
 * @param {Pick<OutboxView, "records">} view
 * @param {(record: OutboxRecord) => boolean} isMine
 * @param {(page: string) => boolean} isOpen
 * @param {string} [former] the page that this one was before it was loaded again
 * @returns {OutboxChange} */
export function adopted(page, { records }, isMine, isOpen, former = "") {
  const isBack = former !== "" && !isOpen(former);
  /** @param {OutboxRecord} record */
  const isLeft = (record) => record.page !== page && (!isOpen(record.page) || (isBack && record.from === former));
  const left = records.filter(isLeft);
  const put = left.filter(isMine).map((record) => ({ ...record, page, from: isOpen(record.page) ? "" : record.page, turn: 0, isAdopted: true }));
  const remove = left.filter((record) => !isMine(record) && isOver(record)).map(({ key }) => key);
  return { put, remove };
}

/** @param {OutboxRecord} record */
function isOver({ status, outcome }) {
  return status === DONE && !outcome?.conflicts.length && !outcome?.inapplicable;
}

/** @param {Iterable<OutboxRecord>} records */
export function inOrder(records) {
  return [...records].sort((a, b) => a.seq - b.seq);
}

/** @param {OutboxRecord} other
 * @param {OutboxRecord} record */
function isAbout(other, { subject, objects }) {
  if (other.subject !== subject) return false;
  if (objects.length === 1) return other.objects.some(({ id }) => id === objects[0].id); // as most are
  const ids = new Set(objects.map(({ id }) => id));
  return other.objects.some(({ id }) => ids.has(id));
}

/** @param {SentLabel} label */
function names(label) {
  return label.taxon !== undefined || label.value !== undefined;
}

/** @param {OutboxRecord} record
 * @param {Set<number>} ids */
function without(record, ids) {
  return { ...record, objects: record.objects.filter(({ id }) => !ids.has(id)) };
}

/** @param {OutboxRecord} old
 * @param {OutboxRecord} record
 * @param {OutboxChange} change */
function replace(old, record, change) {
  if (record.objects.length) change.put.push(record);
  else change.remove.push(old.key);
}
