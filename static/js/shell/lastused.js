/** The places and actions that a person went to last by Ctrl+K, in this browser. */
import { ACTIONS } from "../keyboard/keys.js";

const MOST = 5;

const nameOf = (person) => `seston.goto.${person}`;

/** @param {string} person
 * @returns {Place[]} the last first */
function stored(person) {
  return JSON.parse(localStorage.getItem(nameOf(person))) ?? [];
}

/** @param {string} person
 * @param {Place} place */
export function remember(person, place) {
  const others = stored(person).filter(({ url, action }) => url !== place.url || action !== place.action);
  const { name, url, detail, group, action } = place;
  localStorage.setItem(nameOf(person), JSON.stringify([{ name, url, detail, group, action }, ...others].slice(0, MOST)));
}

/** Without the actions that the page has not.
 * @param {string} person
 * @param {{actions: object, keysOf: (action: KeyAction) => string[]}|null} keyboard of the bench, where the page is one
 * @returns {Place[]} */
export function lastUsed(person, keyboard) {
  return stored(person)
    .map((place) => (place.action ? withKeys(place, keyboard) : { ...place, detail: [place.group, place.detail].filter(Boolean).join(" · ") }))
    .filter(Boolean);
}

function withKeys(place, keyboard) {
  const action = ACTIONS.find(({ id }) => id === place.action && keyboard?.actions[id]);
  return action ? { ...place, keys: keyboard.keysOf(action).slice(0, 1) } : null;
}
