/** The dialog of looks: what is only about looks shows at once, what needs the server reloads the page. */
import { equipFields } from "../fields/fields.js";
import { ordersOf } from "../search/orders.js";

export class Look {
  /** @param {Server} server that names the free columns */
  constructor(dialog, layout, server) {
    this.dialog = dialog;
    this.layout = layout;
    this.server = server;
    this.form = dialog.querySelector("form");
    this.addColumns();
    this.form.addEventListener("change", () => this.choose());
    this.form.addEventListener("submit", (event) => this.submit(event));
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  }

  /** The free columns of the project, as captions. */
  async addColumns() {
    this.adding ??= ordersOf(this.server);
    const orders = await this.adding;
    this.adding = null;
    if (!orders || this.form.querySelector("[value^='field:']")) return; // no network: when it is opened next
    const captions = new URLSearchParams(location.search).getAll("show");
    const columns = orders.filter((order) => order.is_column).map(({ order }) => ({ value: order, checked: captions.includes(order) }));
    const group = this.form.querySelector(".captions");
    group.append(...columns.map(asTick));
    equipFields(group);
  }

  /** The columns may come when it is open, or closed again. */
  open() {
    this.addColumns();
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

function asTick({ value, checked }) {
  const label = Object.assign(document.createElement("label"), { className: "tick" });
  label.append(Object.assign(document.createElement("input"), { type: "checkbox", name: "show", value, checked }), ` ${value.slice("field:".length)}`);
  return label;
}
