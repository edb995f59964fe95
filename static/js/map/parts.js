// @ts-check
/** What a map is made of and no page has: 170 kB, fetched when one comes into sight. */
import { addScript, addSheet } from "../page/ondemand.js";

/** Rejects without a network.
 * @returns {Promise<Land>} when Leaflet and the sheets are there */
export async function fetchMapParts() {
  const leaflet = window.L ?? addScript("vendor/leaflet.js");
  const sheets = addSheet("leaflet", "vendor").then(() => addSheet("map/map")); // in this order: the second overrules the first
  const [land] = await Promise.all([fetchLand(), leaflet, sheets]);
  return land;
}

/** @returns {Promise<Land>} */
async function fetchLand() {
  const response = await fetch(new URL("../../vendor/land.json", import.meta.url));
  if (!response.ok) throw new Error(`The land could not be fetched: ${response.status}`);
  return response.json();
}
