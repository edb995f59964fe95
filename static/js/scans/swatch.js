// @ts-check
/** A line as it is drawn on the scan, in words beside it.
 * @param {string} colour
 * @param {number[]} dashes
 * @returns {Element} */
export function swatch(colour, dashes) {
  const holder = document.createElement("span");
  holder.innerHTML = `<svg width="28" height="10" aria-hidden="true"><path d="M1 5h26" stroke="${colour}" stroke-width="3" stroke-dasharray="${dashes.join(" ")}"/></svg>`;
  return /** @type {Element} */ (holder.firstElementChild);
}
