/** Figures in pixels of the image, as annotations/marks/geometry.py has them: how they are made, drawn and bent. */

/** How many points a hand sets. A box has two corners; an ellipse the ends of one axis, then how wide it is. */
export const LEAST = { point: 1, line: 2, polyline: 2, polygon: 3, box: 2, ellipse: 3 };
export const MOST = { point: 1, line: 2, box: 2, ellipse: 3 };
const DIGITS = 100;

const rounded = ([x, y]) => [Math.round(x * DIGITS) / DIGITS, Math.round(y * DIGITS) / DIGITS];
const apart = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

/** The geometry that the points make, or null where they are too few or too close. */
export function figure(kind, given) {
  const points = given.map(rounded);
  if (points.length < LEAST[kind]) return null;
  if (kind === "box") return boxBetween(...points);
  if (kind === "ellipse") return ellipseThrough(...points);
  return { points };
}

function boxBetween([ax, ay], [bx, by]) {
  const [width, height] = rounded([Math.abs(ax - bx), Math.abs(ay - by)]);
  return width && height ? { x: Math.min(ax, bx), y: Math.min(ay, by), width, height } : null;
}

function ellipseThrough(a, b, c) {
  const rx = apart(a, b) / 2;
  const [cx, cy] = rounded([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
  const ry = rx && Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / (2 * rx);
  if (!rx || !ry) return null;
  return ellipse(cx, cy, rx, ry, Math.atan2(a[1] - b[1], b[0] - a[0]));
}

function ellipse(cx, cy, rx, ry, radians) {
  const [rxr, ryr] = rounded([rx, ry]);
  return { cx, cy, rx: rxr, ry: ryr, angle: Math.round(((radians * 180) / Math.PI) * DIGITS) / DIGITS };
}

/** The ends of both axes: right, left, up, down, before it is turned. */
function ends({ cx, cy, rx, ry, angle }) {
  const cos = Math.cos((angle * Math.PI) / 180);
  const sin = Math.sin((angle * Math.PI) / 180);
  return [
    [cx + rx * cos, cy - rx * sin],
    [cx - rx * cos, cy + rx * sin],
    [cx - ry * sin, cy - ry * cos],
    [cx + ry * sin, cy + ry * cos],
  ];
}

const corners = ({ x, y, width, height }) => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];

/** Where a figure is taken hold of, and where points snap to. */
export function handles(kind, geometry) {
  if (kind === "box") return corners(geometry);
  if (kind === "ellipse") return [...ends(geometry), [geometry.cx, geometry.cy]];
  return geometry.points ?? [];
}

/** The figure after one of its handles was moved, or null where nothing would be left. */
export function moved(kind, geometry, index, to) {
  const point = rounded(to);
  if (kind === "box") return boxBetween(corners(geometry)[(index + 2) % 4], point);
  if (kind === "ellipse") return bent(geometry, index, point);
  return { points: geometry.points.map((old, n) => (n === index ? point : old)) };
}

function bent(geometry, index, point) {
  const { cx, cy, ry } = geometry;
  if (index === 4) return { ...geometry, cx: point[0], cy: point[1] };
  const far = apart([cx, cy], point);
  if (!far) return null;
  if (index > 1) return { ...geometry, ry: rounded([far, 0])[0] };
  const side = index === 0 ? 1 : -1;
  return ellipse(cx, cy, far, ry, Math.atan2(side * (cy - point[1]), side * (point[0] - cx)));
}

/** An SVG path in pixels of the image. */
export function path(kind, geometry) {
  if (kind === "mask") return maskPath(geometry);
  if (kind === "ellipse") {
    const [right, left] = ends(geometry);
    const arc = `A ${geometry.rx} ${geometry.ry} ${-geometry.angle} 0 0`;
    return `M ${right} ${arc} ${left} ${arc} ${right} Z`;
  }
  if (kind === "point") return "";
  const points = kind === "box" ? corners(geometry) : geometry.points;
  return `M ${points.join(" L ")}${kind === "box" || kind === "polygon" ? " Z" : ""}`;
}

function maskPath({ size: [height], counts }) {
  let at = 0;
  let drawn = "";
  counts.forEach((count, n) => {
    for (let start = at; n % 2 && start < at + count; ) {
      const y = start % height;
      const run = Math.min(at + count - start, height - y);
      drawn += `M${Math.floor(start / height)} ${y}h1v${run}h-1Z`;
      start += run;
    }
    at += count;
  });
  return drawn;
}

/** Where its words stand: beside its last point, or its right-most one. */
export function anchor(kind, geometry) {
  if (kind === "mask") return maskAnchor(geometry);
  const points = handles(kind, geometry);
  if (["point", "line", "polyline"].includes(kind)) return points.at(-1);
  return points.reduce((best, point) => (point[0] > best[0] ? point : best));
}

function maskAnchor({ size: [height], counts }) {
  const inside = counts.slice(0, counts.length - (counts.length % 2));
  const last = inside.reduce((sum, count) => sum + count, 0) - 1;
  return [Math.floor(last / height) + 1, last % height];
}

/** Length of a line through the points, in pixels. */
export function lengthOf(points) {
  return points.slice(1).reduce((sum, point, n) => sum + apart(points[n], point), 0);
}

/** COCO's run lengths of a mask: columns first, beginning with what is outside. */
export function encode(mask, width, height) {
  const counts = [];
  let inside = 0;
  let run = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) {
      const value = mask[y * width + x];
      if (value !== inside) {
        counts.push(run);
        run = 0;
        inside = value;
      }
      run++;
    }
  }
  return { size: [height, width], counts: [...counts, run] };
}

/** The pixels of a mask, row by row. */
export function decode({ size: [height, width], counts }) {
  const mask = new Uint8Array(width * height);
  let at = 0;
  counts.forEach((count, n) => {
    for (let i = at; n % 2 && i < at + count; i++) mask[(i % height) * width + Math.floor(i / height)] = 1;
    at += count;
  });
  return mask;
}
