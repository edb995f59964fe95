// @ts-check
/** A drawing of the page as a file, SVG or PNG, as it looks on white paper, with its legend. */

import { inside, required } from "../page/elements.js";

const STYLES = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-opacity",
  "stroke-width",
  "stroke-dasharray",
  "opacity",
  "font-family",
  "font-size",
  "text-anchor",
  "dominant-baseline",
];
const SCALE = 3; // pixels of a PNG for each of the drawing
const LINE = 20; // of the legend
const LETTER = 7;
const SVG = "http://www.w3.org/2000/svg";

/** Its looks, which a sheet gives it on the page.
 * @param {Element} element
 * @param {Element} copy that gets them */
export function inline(element, copy = element) {
  const looks = getComputedStyle(element);
  for (const name of STYLES) /** @type {SVGElement} */ (copy).style.setProperty(name, looks.getPropertyValue(name));
}

/** @template {Element} T
 * @param {T} element of the page
 * @returns {T} with the looks of all that is in it */
export function inlinedCopy(element) {
  const copy = /** @type {T} */ (element.cloneNode(true));
  const copies = copy.querySelectorAll("*");
  for (const [n, part] of element.querySelectorAll("*").entries()) inline(part, copies[n]);
  return copy;
}

/** Names below the drawing, and white behind it all.
 * @param {SVGSVGElement} svg
 * @param {Element[]} entries */
export function addLegend(svg, entries) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  const rows = inRows(entries, width);
  const whole = height + LINE * rows.length;
  rows.forEach((row, n) => {
    for (const { entry, left } of row) svg.append(...drawnEntry(entry, x + left, y + height + LINE * n));
  });
  svg.setAttribute("viewBox", `${x} ${y} ${width} ${whole}`);
  svg.setAttribute("xmlns", SVG);
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(whole));
  svg.prepend(svgElement("rect", { x, y, width, height: whole, fill: "#fff" }));
}

/** @param {Element[]} entries
 * @param {number} width
 * @returns {{entry: Element, left: number}[][]} */
function inRows(entries, width) {
  /** @type {{entry: Element, left: number}[][]} */
  const rows = [];
  let left = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const room = 30 + LETTER * entry.textContent.trim().length;
    if (left + room > width) {
      rows.push([]);
      left = 0;
    }
    rows.at(-1)?.push({ entry, left });
    left += room;
  }
  return rows;
}

/** @param {Element} entry
 * @param {number} x
 * @param {number} y */
function drawnEntry(entry, x, y) {
  const symbol = /** @type {SVGElement} */ (inside(entry, "svg", SVGElement).cloneNode(true));
  for (const [name, value] of Object.entries({ x, y, width: 12, height: 12 })) symbol.setAttribute(name, String(value));
  const isItalic = entry.querySelector("i");
  const text = svgElement("text", { x: x + 18, y: y + 10, "font-size": 12, "font-family": "sans-serif", "font-style": isItalic ? "italic" : "normal" });
  text.textContent = entry.textContent.trim();
  return [symbol, text];
}

/** @param {string} name
 * @param {Record<string, string|number>} attributes */
export function svgElement(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/** @param {SVGSVGElement} svg */
function svgFile(svg) {
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
}

/** @param {SVGSVGElement} svg
 * @returns {Promise<Blob>} */
async function pngFile(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [SCALE * image.width, SCALE * image.height];
  required(canvas.getContext("2d"), "canvas to draw on").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The drawing is too large for a picture."))), "image/png"),
  );
}

/** @param {Blob} file
 * @param {string} name */
function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** @param {string} kind
 * @param {string} name of the file, without its ending
 * @param {() => SVGSVGElement} draw complete in itself: no sheet, no link
 * @param {(svg: SVGSVGElement) => Blob|Promise<Blob>} write */
function button(kind, name, draw, write) {
  const element = document.createElement("button");
  element.type = "button";
  element.textContent = kind.toUpperCase();
  element.setAttribute("aria-label", `${element.textContent} of the plot`);
  element.addEventListener("click", async () => save(await write(draw()), `${name}.${kind}`));
  return element;
}

/** Two buttons below a plot.
 * @param {string} title of what it draws
 * @param {() => SVGSVGElement} draw complete in itself: no sheet, no link
 * @returns {HTMLElement} */
export function fileButtons(title, draw) {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);
  const files = document.createElement("p");
  files.className = "plot-files";
  files.append(button("svg", name, draw, svgFile), button("png", name, draw, pngFile));
  return files;
}
