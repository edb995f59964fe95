/** A day as YYYY-MM-DD: it is typed, or chosen in the browser's calendar. */

/** @param {Element} field */
export function offerCalendar(field) {
  const [text, calendar] = /** @type {NodeListOf<HTMLInputElement>} */ (field.querySelectorAll("input"));
  const button = /** @type {HTMLButtonElement} */ (field.querySelector("[data-calendar]"));
  if (!calendar.showPicker) return;
  button.hidden = false;
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
