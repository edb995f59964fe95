/** The outbox of older pages: one list for all tabs, in localStorage. It is taken over once. */

import { newKey } from "../page/server.js";
import { added } from "./records.js";

/** @param {OutboxStore} store
 * @param {string} queue
 * @param {string} name of the list */
export async function takeOver(store, queue, name) {
  const entries = parsed(localStorage.getItem(name) ?? "[]");
  const fresh = entries.map((entry) => asRecord(entry, queue));
  if (fresh.length) await store.change(queue, (view) => added(fresh, view), { about: fresh });
  localStorage.removeItem(name);
}

/** @param {string} text
 * @returns {OldEntry[]} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    console.error(`The outbox of older pages cannot be read: ${text}`, error);
    return [];
  }
}

/** @typedef {SentLabel & {objects: Target[]}} OldEntry */

/** @param {OldEntry} entry
 * @param {string} queue
 * @returns {NewRecord} */
function asRecord({ objects, ...label }, queue) {
  const { trait } = label;
  const common = { key: newKey(), queue, page: "", turn: 0, at: Date.now(), objects, label, hasVersions: true };
  if (trait) return { ...common, subject: `trait.${trait}`, path: "trait-values/", words: `Value of ${trait}` };
  return { ...common, subject: "taxon", path: "annotations/", words: label.taxon ? `Taxon ${label.taxon}` : (label.state ?? "validated") };
}
