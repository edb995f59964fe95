/** The dialog of looks: what is only about looks shows at once, what needs the server reloads the page. */

export class Look {
  /** @param {HTMLFormElement} filters whose orders name the free columns, and which knows what is shown of them */
  constructor(dialog, layout, filters) {
    this.dialog = dialog;
    this.layout = layout;
    this.form = dialog.querySelector("form");
    this.form.querySelector(".captions").append(...columnsOf(filters).map(asTick));
    this.form.addEventListener("change", () => this.choose());
    this.form.addEventListener("submit", (event) => this.submit(event));
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  }

  open() {
    const { layout, ground, inverted } = this.layout.chosen;
    const { elements } = this.form;
    elements.layout.value = layout;
    elements.ground.value = ground;
    elements.inverted.checked = inverted;
    if (!this.dialog.open) this.dialog.showModal();
  }

  choose() {
    const { layout, ground, inverted } = this.form.elements;
    this.layout.choose({ layout: layout.value, ground: ground.value, inverted: inverted.checked });
  }

  submit(event) {
    event.preventDefault();
    const query = new URLSearchParams(location.search);
    for (const name of ["show", "size", "cursor"]) query.delete(name);
    for (const box of this.form.querySelectorAll("[name=show]:checked")) query.append("show", box.value);
    query.set("size", this.form.elements.size.value);
    location.search = String(query);
  }
}

/** The free columns, as the page sorts by them: it names them once. */
function columnsOf(filters) {
  const captions = new Set([...filters.querySelectorAll("[name=show]")].map(({ value }) => value));
  const orders = [...filters.elements.order.options].map(({ value }) => value);
  return orders.filter((value) => value.startsWith("field:")).map((value) => ({ value, checked: captions.has(value) }));
}

function asTick({ value, checked }) {
  const label = Object.assign(document.createElement("label"), { className: "tick" });
  label.append(Object.assign(document.createElement("input"), { type: "checkbox", name: "show", value, checked }), ` ${value.slice("field:".length)}`);
  return label;
}
