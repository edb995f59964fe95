// @ts-check
/** Meridians and parallels at round degrees. */
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60];
const ACROSS = 6; // lines, at most

/** Degrees between lines.
 * @param {number} span degrees that are shown */
export function stepOf(span) {
  return STEPS.find((step) => span / step <= ACROSS) ?? 90;
}

/** Multiples of the step.
 * @param {number} from
 * @param {number} to
 * @param {number} step */
export function linesBetween(from, to, step) {
  const [first, last] = [Math.ceil(from / step - 1e-9), Math.floor(to / step + 1e-9)]; // 0.3 / 0.1 is less than 3
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => Number(((first + n) * step).toFixed(3)) + 0);
}

/** @param {number} longitude any, also beyond 180 */
export function meridian(longitude) {
  const turned = Number((longitude - 360 * Math.round(longitude / 360)).toFixed(3));
  if (Math.abs(turned) === 180 || turned === 0) return `${Math.abs(turned)}°`;
  return `${Math.abs(turned)}° ${turned < 0 ? "W" : "E"}`;
}

/** @param {number} latitude */
export function parallel(latitude) {
  return latitude === 0 ? "0°" : `${Math.abs(latitude)}° ${latitude < 0 ? "S" : "N"}`;
}
