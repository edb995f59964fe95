/** Figures in pixels of the image, as annotations/marks/geometry.py has them: how they are made, drawn and bent. */

/** How many points a hand sets. A box has two corners; an ellipse the ends of one axis, then how wide it is. */
/** @type {Record<string, number>} */
export const LEAST = { point: 1, line: 2, polyline: 2, polygon: 3, box: 2, ellipse: 3 };
/** @type {Partial<Record<string, number>>} */
export const MOST = { point: 1, line: 2, box: 2, ellipse: 3 };
const DIGITS = 100;

/** @param {Point} point
 * @returns {Point} */
const rounded = ([x, y]) => [Math.round(x * DIGITS) / DIGITS, Math.round(y * DIGITS) / DIGITS];
/** @param {Point} a
 * @param {Point} b */
const apart = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);

/** The geometry that the points make, or null where they are too few or too close.
 * @param {DrawnKind} kind
 * @param {Point[]} drawn
 * @returns {PointsGeometry|BoxGeometry|EllipseGeometry|null} */
export function figure(kind, drawn) {
  const points = drawn.map(rounded);
  if (points.length < LEAST[kind]) return null;
  const [a, b, c] = points;
  if (kind === "box") return boxBetween(a, b);
  if (kind === "ellipse") return ellipseThrough(a, b, c);
  return { points };
}

/** @param {Point} a
 * @param {Point} b
 * @returns {BoxGeometry|null} */
function boxBetween([ax, ay], [bx, by]) {
  const [width, height] = rounded([Math.abs(ax - bx), Math.abs(ay - by)]);
  return width && height ? { x: Math.min(ax, bx), y: Math.min(ay, by), width, height } : null;
}

/** @param {Point} a
 * @param {Point} b
 * @param {Point} c
 * @returns {EllipseGeometry|null} */
function ellipseThrough(a, b, c) {
  const rx = apart(a, b) / 2;
  const [cx, cy] = rounded([(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
  const ry = rx && Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])) / (2 * rx);
  if (!rx || !ry) return null;
  return ellipse(cx, cy, rx, ry, Math.atan2(a[1] - b[1], b[0] - a[0]));
}

/** @param {number} cx
 * @param {number} cy
 * @param {number} rx
 * @param {number} ry
 * @param {number} radians
 * @returns {EllipseGeometry} */
function ellipse(cx, cy, rx, ry, radians) {
  const [rxr, ryr] = rounded([rx, ry]);
  return { cx, cy, rx: rxr, ry: ryr, angle: Math.round(((radians * 180) / Math.PI) * DIGITS) / DIGITS };
}

/** The ends of both axes: right, left, up, down, before it is turned.
 * @param {EllipseGeometry} ellipse
 * @returns {Point[]} */
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

/** @param {BoxGeometry} box
 * @returns {Point[]} */
const corners = ({ x, y, width, height }) => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];

/** Where a figure is taken hold of, and where points snap to.
 * @param {Geometry} geometry
 * @returns {Point[]} */
export function handles(geometry) {
  if ("width" in geometry) return corners(geometry);
  if ("rx" in geometry) return [...ends(geometry), [geometry.cx, geometry.cy]];
  return "points" in geometry ? geometry.points : [];
}

/** The figure after one of its handles was moved, or null where nothing would be left.
 * @param {Geometry} geometry
 * @param {number} index of the handle
 * @param {Point} to
 * @returns {Geometry|null} */
export function moved(geometry, index, to) {
  const point = rounded(to);
  if ("width" in geometry) return boxBetween(corners(geometry)[(index + 2) % 4], point);
  if ("rx" in geometry) return bent(geometry, index, point);
  return "points" in geometry ? { points: geometry.points.map((old, n) => (n === index ? point : old)) } : null;
}

/** @param {EllipseGeometry} geometry
 * @param {number} index
 * @param {Point} point
 * @returns {EllipseGeometry|null} */
function bent(geometry, index, point) {
  const { cx, cy, ry } = geometry;
  if (index === 4) return { ...geometry, cx: point[0], cy: point[1] };
  const far = apart([cx, cy], point);
  if (!far) return null;
  if (index > 1) return { ...geometry, ry: rounded([far, 0])[0] };
  const side = index === 0 ? 1 : -1;
  return ellipse(cx, cy, far, ry, Math.atan2(side * (cy - point[1]), side * (point[0] - cx)));
}

/** An SVG path in pixels of the image.
 * @param {MarkKind} kind
 * @param {Geometry} geometry */
export function path(kind, geometry) {
  if ("counts" in geometry) return maskPath(geometry);
  if ("rx" in geometry) {
    const [right, left] = ends(geometry);
    const arc = `A ${geometry.rx} ${geometry.ry} ${-geometry.angle} 0 0`;
    return `M ${right} ${arc} ${left} ${arc} ${right} Z`;
  }
  if (kind === "point") return "";
  const points = "width" in geometry ? corners(geometry) : geometry.points;
  return `M ${points.join(" L ")}${kind === "box" || kind === "polygon" ? " Z" : ""}`;
}

/** @param {MaskGeometry} mask */
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

/** Where its words stand: beside its last point, or its right-most one.
 * @param {MarkKind} kind
 * @param {Geometry} geometry
 * @returns {Point} */
export function anchor(kind, geometry) {
  if ("counts" in geometry) return maskAnchor(geometry);
  const points = handles(geometry);
  if (["point", "line", "polyline"].includes(kind)) return points[points.length - 1];
  return points.reduce((best, point) => (point[0] > best[0] ? point : best));
}

/** @param {MaskGeometry} mask
 * @returns {Point} */
function maskAnchor({ size: [height], counts }) {
  const inside = counts.slice(0, counts.length - (counts.length % 2));
  const last = inside.reduce((sum, count) => sum + count, 0) - 1;
  return [Math.floor(last / height) + 1, last % height];
}

/** Length of a line through the points, in pixels.
 * @param {Point[]} points */
export function lengthOf(points) {
  return points.slice(1).reduce((sum, point, n) => sum + apart(points[n], point), 0);
}

/** COCO's run lengths of a mask: columns first, beginning with what is outside.
 * @param {Uint8Array} mask
 * @param {number} width
 * @param {number} height
 * @returns {MaskGeometry} */
export function encode(mask, width, height) {
  /** @type {number[]} */
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

/** The pixels of a mask, row by row.
 * @param {MaskGeometry} mask */
export function decode({ size: [height, width], counts }) {
  const mask = new Uint8Array(width * height);
  let at = 0;
  counts.forEach((count, n) => {
    for (let i = at; n % 2 && i < at + count; i++) mask[(i % height) * width + Math.floor(i / height)] = 1;
    at += count;
  });
  return mask;
}
