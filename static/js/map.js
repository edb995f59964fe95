/** The places of the samples on a plain map of degrees, on which a box is dragged. */
const SVG = "http://www.w3.org/2000/svg";

/** @param {[string, number, number][]} places name, latitude, longitude */
export function drawPlaces(svg, places, input) {
  const view = around(places);
  svg.setAttribute("viewBox", `${view.west} ${-view.north} ${view.width} ${view.height}`);
  const unit = view.width / 100;
  for (const { axis, value } of graticule(view)) {
    const line =
      axis === "x"
        ? { x1: value, x2: value, y1: -view.north, y2: -view.north + view.height }
        : { x1: view.west, x2: view.west + view.width, y1: -value, y2: -value };
    svg.append(shape("line", { ...line, class: "grid", "stroke-width": unit / 8 }));
    const at = axis === "x" ? { x: value + unit / 2, y: -view.north + view.height - unit } : { x: view.west + unit, y: -value - unit / 2 };
    const label = shape("text", { ...at, "font-size": unit * 3 });
    label.textContent = `${Number(value.toFixed(2))}°${axis === "x" ? " E" : " N"}`;
    svg.append(label);
  }
  for (const [name, latitude, longitude] of places) {
    const dot = shape("circle", { cx: longitude, cy: -latitude, r: unit * 1.4 });
    dot.append(Object.assign(document.createElementNS(SVG, "title"), { textContent: name }));
    svg.append(dot);
  }
  const box = shape("rect", { class: "box", width: 0, height: 0, "stroke-width": unit / 3 });
  svg.append(box);
  const show = () => {
    const [west, south, east, north] = input.value.split(",").map(Number);
    const isBox = [west, south, east, north].every(Number.isFinite);
    for (const [name, value] of Object.entries(
      isBox ? { x: west, y: -north, width: Math.max(0, east - west), height: Math.max(0, north - south) } : { width: 0, height: 0 },
    ))
      box.setAttribute(name, value);
  };
  input.addEventListener("input", show);
  show();
  dragBox(svg, (from, to) => {
    const degrees = [Math.min(from.x, to.x), -Math.max(from.y, to.y), Math.max(from.x, to.x), -Math.min(from.y, to.y)];
    input.value = degrees.map((value) => Number(value.toFixed(3))).join(",");
    show();
  });
}

function around(places) {
  const latitudes = places.map((place) => place[1]);
  const longitudes = places.map((place) => place[2]);
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
  const [west, east] = [Math.min(...longitudes), Math.max(...longitudes)];
  const width = Math.max(east - west, 2 * (north - south), 0.5) * 1.3;
  return { west: (west + east - width) / 2, north: (south + north + width / 2) / 2, width, height: width / 2 };
}

/** Lines at round degrees, about five across. */
function graticule({ west, north, width, height }) {
  const rough = width / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const lines = [];
  for (let value = Math.ceil(west / step) * step; value < west + width; value += step) lines.push({ axis: "x", value });
  for (let value = Math.ceil((north - height) / step) * step; value < north; value += step) lines.push({ axis: "y", value });
  return lines;
}

function dragBox(svg, onDrag) {
  const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  svg.addEventListener("pointerdown", (down) => {
    down.preventDefault(); // the labels are not to be marked
    const from = point(down);
    svg.setPointerCapture(down.pointerId);
    const move = (event) => onDrag(from, point(event));
    svg.addEventListener("pointermove", move);
    svg.addEventListener("pointerup", () => svg.removeEventListener("pointermove", move), { once: true });
  });
}

function shape(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
