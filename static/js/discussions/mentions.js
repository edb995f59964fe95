/** Completes user names behind an @ in comments, wherever a text area knows the members. */
document.addEventListener("input", ({ target }) => isCommenting(target) && complete(target));
document.addEventListener("keydown", (event) => {
  const list = document.querySelector(".mention-list");
  if (!list || !isCommenting(event.target)) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") choose(list, event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter" || event.key === "Tab") take(event.target, list.querySelector("[aria-selected=true]"));
  else if (event.key === "Escape") list.remove();
  else return;
  event.preventDefault();
});

/** @param {EventTarget|null} target
 * @returns {target is HTMLTextAreaElement} */
function isCommenting(target) {
  return target instanceof HTMLTextAreaElement && target.matches("[data-members]");
}

// as annotations/discussions/names.py reads it
const BEGUN = /(?<![\p{L}\p{N}_@/=])@([\p{L}\p{N}_.@+-]*)$/u;

/** What stands behind the @ before the caret, or null. A name may hold an @, too.
 * @param {HTMLTextAreaElement} area */
function begun(area) {
  return area.value.slice(0, area.selectionStart).match(BEGUN)?.[1] ?? null;
}

/** @param {HTMLTextAreaElement} area */
function complete(area) {
  document.querySelector(".mention-list")?.remove();
  const text = begun(area);
  if (text === null) return;
  const names = (area.dataset.members ?? "")
    .split(" ")
    .filter((name) => name.toLowerCase().startsWith(text.toLowerCase()))
    .slice(0, 8);
  if (!names.length) return;
  const list = Object.assign(document.createElement("ul"), { className: "mention-list", role: "listbox" });
  list.ariaLabel = "Members";
  for (const name of names) {
    const line = Object.assign(document.createElement("li"), { textContent: `@${name}`, role: "option" });
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(area, line);
    });
    list.append(line);
  }
  area.after(list);
  choose(list, 0);
}

/** @param {HTMLElement} list
 * @param {number} step */
function choose(list, step) {
  const lines = [...list.children];
  const now = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
  const next = Math.min(lines.length - 1, Math.max(0, now + step));
  for (const [i, line] of lines.entries()) line.setAttribute("aria-selected", String(i === next));
}

/** @param {HTMLTextAreaElement} area
 * @param {HTMLElement|null} line */
function take(area, line) {
  const name = begun(area);
  if (!line || name === null) return;
  const start = area.selectionStart - name.length - 1;
  area.setRangeText(`${line.textContent} `, start, area.selectionStart, "end");
  line.parentElement?.remove();
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true })); // who keeps what is typed keeps the name, too
}

if (isCommenting(document.activeElement)) complete(document.activeElement); // begun before this came
