/** The marks on the image as a table, and whose are shown. */
import { inFull } from "./measuretext.js";

const KINDS = { point: "points", line: "line", polyline: "polyline", box: "box", ellipse: "ellipse", polygon: "polygon", mask: "mask" };
export const NOBODY = ""; // an account that is gone

export const personOf = (mark) => mark.author?.username ?? NOBODY;

/** One line under the other. */
function cell(...lines) {
  const element = document.createElement("td");
  element.append(...lines.flatMap((line, n) => (n ? [document.createElement("br"), line] : [line])));
  return element;
}

export class List {
  /** @param {HTMLElement} element of templates/marks/list.html
   * @param {{choose: (mark: Mark) => void, remove: (mark: Mark) => void, onHidden: () => void}} acts */
  constructor(element, acts) {
    this.rows = element.querySelector("tbody");
    this.table = element.querySelector("table");
    this.people = element.querySelector("[data-part=people]");
    this.empty = element.querySelector("[data-part=empty]");
    this.acts = acts;
    this.hidden = new Set(); // user names
  }

  shows(mark) {
    return !this.hidden.has(personOf(mark));
  }

  show(marks, chosen, mayChange) {
    this.table.hidden = !marks.length;
    this.empty.hidden = marks.length > 0;
    const { activeElement } = document;
    const focused = activeElement instanceof HTMLElement && this.rows.contains(activeElement) && activeElement.dataset;
    const again = focused && { id: focused.mark, act: focused.act };
    this.rows.replaceChildren(...marks.filter((mark) => this.shows(mark)).map((mark) => this.row(mark, mark === chosen, mayChange)));
    if (again) this.rows.querySelector(`[data-mark="${again.id}"][data-act="${again.act}"]`)?.focus();
    this.showPeople(marks);
  }

  row(mark, isChosen, mayChange) {
    const row = document.createElement("tr");
    row.setAttribute("aria-current", isChosen);
    row.dataset.mark = mark.id ?? "";
    row.append(cell(`${mark.label.name}, ${KINDS[mark.kind]}`), cell(...inFull(mark)), cell(mark.author?.name ?? (mark.id ? "nobody" : "you")));
    const acts = cell();
    acts.append(this.button("Select", mark, this.acts.choose));
    if (mayChange) acts.append(this.button("Delete", mark, this.acts.remove));
    row.append(acts);
    return row;
  }

  button(words, mark, act) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "plain", textContent: words });
    Object.assign(button.dataset, { mark: mark.id ?? "", act: words });
    button.setAttribute("aria-label", `${words} ${mark.label.name}, ${inFull(mark).join(", ")}`);
    button.addEventListener("click", () => act(mark));
    return button;
  }

  /** One box a person, with how many marks are theirs. */
  showPeople(marks) {
    const people = new Map();
    for (const mark of marks.filter((each) => each.id)) {
      const person = people.get(personOf(mark)) ?? { name: mark.author?.name ?? "nobody any more", count: 0 };
      people.set(personOf(mark), { ...person, count: person.count + 1 });
    }
    const { activeElement } = document;
    const focused = activeElement instanceof HTMLInputElement && this.people.contains(activeElement) ? activeElement.value : null;
    this.people.replaceChildren(...[...people].map(([username, { name, count }]) => this.box(username, `${name} (${count})`)));
    if (focused !== null) this.people.querySelector(`input[value="${CSS.escape(focused)}"]`)?.focus();
  }

  box(username, words) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", value: username, checked: !this.hidden.has(username) });
    box.addEventListener("change", () => {
      this.hidden[box.checked ? "delete" : "add"](username);
      this.acts.onHidden();
    });
    label.append(box, ` ${words}`);
    return label;
  }
}
