/** A day as YYYY-MM-DD: it is typed, or chosen in the browser's calendar. */

const ICON = '<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M2 4h12v10H2zM2 7h12M5 2v3M11 2v3" /></svg>';

/** Puts the calendar's button beside the field, where the browser has one.
 * @param {HTMLInputElement} text */
export function offerCalendar(text) {
  if (!text.showPicker) return;
  const hasFocus = document.activeElement === text;
  const button = Object.assign(document.createElement("button"), {
    type: "button",
    className: "plain",
    innerHTML: ICON,
    ariaLabel: `Calendar: ${nameOf(text)}`,
  });
  const calendar = Object.assign(document.createElement("input"), { type: "date", tabIndex: -1, ariaHidden: "true" });
  const day = Object.assign(document.createElement("span"), { className: "day" });
  text.before(day);
  day.append(text, button, calendar);
  if (hasFocus) text.focus();
  button.addEventListener("click", () => {
    calendar.value = text.value; // empty where it is no day
    calendar.showPicker();
  });
  calendar.addEventListener("change", () => {
    text.value = calendar.value;
    text.dispatchEvent(new Event("input", { bubbles: true })); // as if it were typed
    text.focus();
  });
}

/** Of its group and its label.
 * @param {HTMLInputElement} text */
function nameOf(text) {
  const names = [text.closest("fieldset")?.querySelector("legend"), text.labels?.[0]];
  return names
    .filter(Boolean)
    .map((name) => name?.textContent.trim())
    .join(" ");
}
