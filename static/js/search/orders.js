/** What objects of the project can be sorted by: fetched when somebody first asks, and which were used last here. */
const MOST_USED = 5;

/** @type {Promise<OrderChoice[]|null>|null} */
let fetching = null;

/** @param {Server} server
 * @returns {Promise<OrderChoice[]|null>} null without a network; whoever asks later asks the server again */
export async function ordersOf(server) {
  fetching ??= server.get("orders/");
  const orders = await fetching;
  if (!orders) fetching = null;
  return orders;
}

/** Those that hold every word, the ones used last first. Each in the direction that it had then, or in the other one where
 * only that holds the words, as `newest`.
 * @param {OrderChoice[]} orders
 * @param {string[]} used orders with their directions
 * @param {string} text
 * @returns {OrderChoice[]} */
export function matching(orders, used, text) {
  const words = text.toLowerCase().split(/\s+/);
  const places = used.map(plain);
  const place = ({ order }) => (places.includes(plain(order)) ? places.indexOf(plain(order)) : used.length);
  return orders
    .map((choice) => ({ ...choice, order: used[place(choice)] ?? choice.order }))
    .map((choice) => ({ ...choice, order: directions(choice).find((order) => holds({ ...choice, order }, words)) }))
    .filter(({ order }) => order)
    .sort((one, other) => startsSo(other, text) - startsSo(one, text) || place(one) - place(other));
}

function directions({ order, is_reversible: isReversible }) {
  return isReversible ? [order, order.startsWith("-") ? order.slice(1) : `-${order}`] : [order];
}

function holds(choice, words) {
  const text = `${choice.name} ${wordsOf(choice)}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function wordsOf({ order, ascending, descending }) {
  return order.startsWith("-") ? descending : ascending;
}

/** What is typed begins its name: before those that only hold it. */
function startsSo({ name }, text) {
  return Number(Boolean(text) && name.toLowerCase().startsWith(text.toLowerCase()));
}

/** Without its direction, and without the seed of chance. */
function plain(order) {
  return order.replace(/^-/, "").replace(/^random:.*/, "random");
}

/** @param {OrderChoice} choice
 * @returns {ComboboxRow<string>} */
export function orderRow(choice) {
  const arrow = choice.order.startsWith("-") ? "↓" : "↑";
  return { value: choice.order, name: choice.name, beside: wordsOf(choice) || (choice.is_column ? "column" : ""), number: choice.is_reversible ? arrow : "" };
}

/** @param {string} project
 * @returns {string[]} */
export function usedOrders(project) {
  return JSON.parse(localStorage.getItem(nameOf(project)) ?? "[]");
}

/** @param {string} project
 * @param {string} order with its direction */
export function noteUse(project, order) {
  const others = usedOrders(project).filter((other) => plain(other) !== plain(order));
  localStorage.setItem(nameOf(project), JSON.stringify([order, ...others].slice(0, MOST_USED)));
}

const nameOf = (project) => `seston.orders.${project}`;
