// @ts-check
/** A map of the samples with coast lines and a graticule, in plain degrees: it has the poles and needs no server of tiles. */
import { clustersOf, inWords } from "./clusters.js";
import { boxBetween, extentOf, near } from "./geobox.js";
import { linesBetween, meridian, parallel, stepOf } from "./graticule.js";
import { coastsOf, landAround } from "./land.js";

/** @typedef {import("leaflet").Map} LeafletMap */

const APART = 26; // pixels between points, so that a finger meets one of them
const AROUND = 0.25; // degrees to each side of the samples' middle that the first look shows at least
const CORNER = 0.08; // of the width: the lowest latitude stands there

export class SampleMap {
  /** @param {HTMLElement} element
   * @param {SamplePlace[]} places
   * @param {Land} land */
  constructor(element, places, land) {
    const extent = extentOf(places);
    this.places = places;
    this.centre = near((extent.west + extent.east) / 2, 0);
    this.extent = window.L.latLngBounds([extent.south, near(extent.west, this.centre)], [extent.north, near(extent.east, this.centre)]);
    this.map = emptyMap(element, this.centre);
    drawLand(this.map, landAround(land, this.centre));
    this.graticule = window.L.layerGroup().addTo(this.map);
    this.points = window.L.layerGroup().addTo(this.map);
    this.showAll();
    this.map.on("move zoomend", () => drawGraticule(this.map, this.graticule));
    this.map.on("moveend", () => this.drawPoints());
    drawGraticule(this.map, this.graticule);
    this.drawPoints();
  }

  showAll() {
    const { lat, lng } = this.extent.getCenter();
    const around = window.L.latLngBounds([lat - AROUND, lng - AROUND], [lat + AROUND, lng + AROUND]);
    this.map.fitBounds(around.extend(this.extent), { padding: [APART, APART] });
  }

  /** Those in sight and around: a project may have thousands. */
  drawPoints() {
    const bounds = this.map.getBounds().pad(0.5);
    const at = (/** @type {SamplePlace} */ place) => /** @type {[number, number]} */ ([place[1], near(place[2], this.centre)]);
    this.points.clearLayers();
    for (const { x, y, places } of clustersOf(this.places, (place) => this.map.project(at(place)), APART)) {
      const latLng = this.map.unproject([x, y]);
      if (!bounds.contains(latLng)) continue;
      const point = window.L.marker(latLng, { icon: iconOf(places.length), keyboard: false });
      point.bindTooltip(Object.assign(document.createElement("span"), { textContent: inWords(places) }));
      if (places.length > 1) point.on("click", () => this.map.fitBounds(window.L.latLngBounds(places.map(at)), { padding: [2 * APART, 2 * APART] }));
      point.addTo(this.points);
    }
  }

  degreesPerPixel() {
    const bounds = this.map.getBounds();
    return (bounds.getEast() - bounds.getWest()) / this.map.getSize().x;
  }

  /** What is in sight. */
  view() {
    const bounds = this.map.getBounds();
    return boxBetween(bounds.getSouthWest(), bounds.getNorthEast(), this.degreesPerPixel());
  }
}

/** @param {HTMLElement} element
 * @param {number} centre */
function emptyMap(element, centre) {
  const world = window.L.latLngBounds([-90, centre - 180], [90, centre + 180]);
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = window.L.map(element, {
    crs: window.L.CRS.EPSG4326,
    attributionControl: false,
    zoomControl: false,
    boxZoom: false, // Shift draws the box of the filter
    scrollWheelZoom: false,
    maxBounds: world,
    maxBoundsViscosity: 1,
    maxZoom: 12, // 20 m a pixel
    zoomSnap: 0.25,
    zoomAnimation: !isCalm,
    fadeAnimation: !isCalm,
    inertia: !isCalm,
    renderer: window.L.svg({ padding: 0.3 }),
  });
  window.L.control.zoom({ position: "topright" }).addTo(map); // the left side has the latitudes
  map.setMinZoom(Math.floor(4 * map.getBoundsZoom(world)) / 4);
  map.getPane("markerPane")?.setAttribute("aria-hidden", "true"); // what they show is said below the map
  // the wheel scrolls the page until somebody has gone into the map
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  return map;
}

/** @param {LeafletMap} map
 * @param {import("./land.js").LatLng[][][]} polygons */
function drawLand(map, polygons) {
  const style = { interactive: false, smoothFactor: 0.7 };
  window.L.polygon(polygons, { ...style, className: "land", stroke: false }).addTo(map);
  window.L.polyline(polygons.flat().flatMap(coastsOf), { ...style, className: "coast", weight: 1 }).addTo(map);
}

/** @param {LeafletMap} map
 * @param {import("leaflet").LayerGroup} layer */
function drawGraticule(map, layer) {
  const bounds = map.getBounds();
  const [west, east, south, north] = [bounds.getWest(), bounds.getEast(), Math.max(-90, bounds.getSouth()), Math.min(90, bounds.getNorth())];
  const step = stepOf(east - west);
  layer.clearLayers();
  const line = (/** @type {[number, number][]} */ ends) =>
    window.L.polyline(ends, { className: "graticule", weight: 1, interactive: false, noClip: true }).addTo(layer);
  for (const longitude of linesBetween(west, east, step)) {
    line([
      [south, longitude],
      [north, longitude],
    ]);
    if (longitude - west > CORNER * (east - west)) label([south, longitude], meridian(longitude)).addTo(layer);
  }
  for (const latitude of linesBetween(south, north, step)) {
    line([
      [latitude, west],
      [latitude, east],
    ]);
    label([latitude, west], parallel(latitude)).addTo(layer);
  }
}

/** @param {[number, number]} at
 * @param {string} text */
function label(at, text) {
  const icon = window.L.divIcon({ className: "degrees", html: text, iconSize: undefined });
  return window.L.marker(at, { icon, interactive: false, keyboard: false });
}

/** Larger, the more samples there are; one alone has no number.
 * @param {number} samples */
function iconOf(samples) {
  const side = samples === 1 ? 14 : Math.min(44, 20 + 4 * Math.log2(samples));
  return window.L.divIcon({ className: "samples", html: samples === 1 ? "" : String(samples), iconSize: [side, side] });
}
