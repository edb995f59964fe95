// @ts-check
/** Below each plot two buttons: it as a file, SVG or PNG, as it looks on white paper, with its legend. */

const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size", "text-anchor", "dominant-baseline"];
const WIDTH = 600; // of a plot on a page, by which its words are as large as they should be
const SCALE = 3; // pixels of a PNG for each of these
const LINE = 20; // of the legend
const LETTER = 7;
const SVG = "http://www.w3.org/2000/svg";

/** @param {HTMLElement} figure
 * @returns {SVGSVGElement} complete in itself: no sheet, no link */
function drawingOf(figure) {
  const copy = /** @type {HTMLElement} */ (figure.cloneNode(true));
  copy.style.cssText = `position: absolute; left: -9999px; width: ${WIDTH}px; color-scheme: light`;
  figure.after(copy);
  for (const element of copy.querySelectorAll("svg *")) inline(element);
  copy.remove();
  const svg = /** @type {SVGSVGElement} */ (copy.querySelector("svg"));
  for (const link of svg.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  addLegend(svg, [...copy.querySelectorAll("figcaption .legend")]);
  svg.setAttribute("xmlns", SVG);
  return svg;
}

/** Its looks, which a sheet gives it on the page.
 * @param {Element} element */
function inline(element) {
  const looks = getComputedStyle(element);
  for (const name of STYLES) /** @type {SVGElement} */ (element).style.setProperty(name, looks.getPropertyValue(name));
}

/** Names below the drawing, and white behind it all.
 * @param {SVGSVGElement} svg
 * @param {Element[]} entries */
function addLegend(svg, entries) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  const rows = inRows(entries, width);
  const whole = height + LINE * rows.length;
  rows.forEach((row, n) => {
    for (const { entry, left } of row) svg.append(...drawnEntry(entry, x + left, y + height + LINE * n));
  });
  svg.setAttribute("viewBox", `${x} ${y} ${width} ${whole}`);
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(whole));
  svg.prepend(made("rect", { x, y, width, height: whole, fill: "#fff" }));
}

/** @param {Element[]} entries
 * @param {number} width
 * @returns {{entry: Element, left: number}[][]} */
function inRows(entries, width) {
  const rows = [];
  let left = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const room = 30 + LETTER * entry.textContent.trim().length;
    if (left + room > width) {
      rows.push([]);
      left = 0;
    }
    rows.at(-1).push({ entry, left });
    left += room;
  }
  return rows;
}

/** @param {Element} entry
 * @param {number} x
 * @param {number} y */
function drawnEntry(entry, x, y) {
  const symbol = /** @type {SVGElement} */ (entry.querySelector("svg").cloneNode(true));
  for (const [name, value] of Object.entries({ x, y, width: 12, height: 12 })) symbol.setAttribute(name, String(value));
  const isItalic = entry.querySelector("i");
  const text = made("text", { x: x + 18, y: y + 10, "font-size": 12, "font-family": "sans-serif", "font-style": isItalic ? "italic" : "normal" });
  text.textContent = entry.textContent.trim();
  return [symbol, text];
}

/** @param {string} name
 * @param {Record<string, string|number>} attributes */
function made(name, attributes) {
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
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

/** @param {HTMLElement} figure */
function nameOf(figure) {
  const title = figure.querySelector("svg").getAttribute("aria-label").split(". ")[0];
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);
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

/** @param {HTMLElement} figure
 * @param {string} kind
 * @param {(svg: SVGSVGElement) => Blob|Promise<Blob>} write */
function button(figure, kind, write) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = kind.toUpperCase();
  made.setAttribute("aria-label", `${made.textContent} of the plot`);
  made.addEventListener("click", async () => save(await write(drawingOf(figure)), `${nameOf(figure)}.${kind}`));
  return made;
}

/** @type {NodeListOf<HTMLElement>} */
const figures = document.querySelectorAll("figure.plot");
for (const figure of figures) {
  const files = document.createElement("p");
  files.className = "plot-files";
  files.append(button(figure, "svg", svgFile), button(figure, "png", pngFile));
  figure.append(files);
}
