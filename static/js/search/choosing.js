/** What the bench's bar lets one choose from long lists: the order, the sample. */
import { Chooser } from "../fields/chooser.js";
import { matching, noteUse, orderRow, ordersOf, usedOrders } from "./orders.js";

const MOST_SAMPLES = 50;

export class Choosing extends Chooser {
  /** @param {HTMLDialogElement} dialog
   * @param {Server} server
   * @param {Visits} visits */
  constructor(dialog, server, visits) {
    super(dialog);
    this.server = server;
    this.visits = visits;
    this.project = document.getElementById("bench").dataset.project;
  }

  openOrders(button) {
    const find = async (text) => {
      const orders = await ordersOf(this.server);
      return orders && matching(orders, usedOrders(this.project), text).map(orderRow);
    };
    const take = (order) => {
      noteUse(this.project, order);
      this.visit("order", order);
    };
    this.open(button, { label: "Sort by", find, take });
  }

  openSamples(button) {
    const find = async (text) => {
      const samples = await this.server.get(`samples/?limit=${MOST_SAMPLES}&q=${encodeURIComponent(text)}`);
      const all = text ? [] : [{ value: "", name: "all samples" }];
      return samples && [...all, ...samples.map(({ id, name }) => ({ value: String(id), name }))];
    };
    this.open(button, { label: "Sample", find, take: (sample) => this.visit("sample", sample) });
  }

  /** The same view, but for this. */
  visit(name, value) {
    const query = new URLSearchParams(location.search);
    query.delete("cursor");
    query.delete(name);
    if (value) query.set(name, value);
    this.visits.go(query);
  }
}
