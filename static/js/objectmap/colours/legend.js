/** What the colours say, as a table with counts: a click shows one group alone or hides it, and selects what it holds. */

import { inside } from "../../page/elements.js";

export class Legend {
  /** @param {HTMLElement} element
   * @param {(hidden: Set<number>) => void} onChange
   * @param {(group: number) => void} onSelect */
  constructor(element, onChange, onSelect) {
    this.element = element;
    this.onChange = onChange;
    this.onSelect = onSelect;
    /** @type {MapGroup[]} */
    this.groups = [];
    /** @type {Set<number>} */
    this.hidden = new Set(); // groups
    element.addEventListener("click", (event) => this.click(/** @type {HTMLElement} */ (event.target).closest("button"), event));
  }

  /** @param {string} title
   * @param {MapGroup[]} groups
   * @param {Uint32Array} counts
   * @param {string[]} colours */
  show(title, groups, counts, colours) {
    inside(this.element, "[data-part=title]").textContent = title;
    this.groups = groups;
    this.counts = counts;
    const body = document.createElement("tbody");
    let branch = "";
    for (const [i, group] of groups.entries()) {
      if (!counts[i]) continue;
      if (group.branch && group.branch !== branch && group.branch !== group.name) body.append(heading(group));
      branch = group.branch;
      body.append(row(i, group, counts[i], colours[i]));
    }
    inside(this.element, "tbody").replaceWith(body);
    this.showPressed();
  }

  /** Hides the groups of these keys, and shows all others.
   * @param {MapGroup[]} groups
   * @param {number[]} keys */
  hideKeys(groups, keys) {
    this.hidden.clear();
    for (const [i, { key }] of groups.entries()) if (keys.includes(key)) this.hidden.add(i);
  }

  /** @param {HTMLElement|null} button
   * @param {MouseEvent} event */
  click(button, event) {
    if (!button) return;
    const group = Number(button.dataset.group);
    if (button.dataset.do === "all") this.hidden.clear();
    else if (button.dataset.do === "select") return this.onSelect(group);
    else if (event.ctrlKey || event.metaKey || event.shiftKey) this.toggle(group);
    else this.alone(group);
    this.showPressed();
    this.onChange(this.hidden);
  }

  /** @param {number} group */
  toggle(group) {
    if (!this.hidden.delete(group)) this.hidden.add(group);
  }

  /** A second click on the one that is alone shows all again.
   * @param {number} group */
  alone(group) {
    const isAlone = !this.hidden.has(group) && this.groups.every((_, i) => i === group || this.hidden.has(i));
    this.hidden.clear();
    if (!isAlone) for (const [i] of this.groups.entries()) if (i !== group) this.hidden.add(i);
  }

  showPressed() {
    for (const button of this.element.querySelectorAll("[data-do=show]"))
      button.setAttribute("aria-pressed", String(!this.hidden.has(Number(button.dataset.group))));
    /** @type {HTMLElement} */ (this.element.querySelector("[data-do=all]")).hidden = !this.hidden.size;
  }
}

/** @param {MapGroup} group the first of its branch */
function heading({ branch, is_branch_italic }) {
  const line = document.createElement("tr");
  line.innerHTML = '<th scope="rowgroup" colspan="3" class="branch"></th>';
  inside(line, "th").textContent = branch;
  inside(line, "th").classList.toggle("latin", is_branch_italic);
  return line;
}

/** @param {number} i
 * @param {MapGroup} group
 * @param {number} count
 * @param {string} colour */
function row(i, group, count, colour) {
  const line = document.createElement("tr");
  line.innerHTML = `<th scope="row"><button type="button" class="plain" data-do="show" data-group="${i}"><span class="dot"></span><span class="name"></span></button></th>
    <td class="n number"></td><td><button type="button" class="plain" data-do="select" data-group="${i}">Select</button></td>`;
  const name = inside(line, ".name");
  name.textContent = group.name;
  name.classList.toggle("latin", group.is_italic);
  inside(line, "[data-do=show]").title = `${group.name}: show it alone; with Ctrl, hide it or show it again`;
  /** @type {HTMLElement} */ (line.querySelector(".dot")).style.background = colour;
  inside(line, ".n").textContent = count.toLocaleString("en");
  inside(line, "[data-do=select]").setAttribute("aria-label", `Select all ${count.toLocaleString("en")} of ${group.name}`);
  return line;
}
