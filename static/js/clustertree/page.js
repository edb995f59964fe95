/** The page of the tree: joins rows, keys, buttons and dragging with the server, which has each change at once. */
import { Notice, Server } from "../page/server.js";
import { Toasts } from "../page/toast.js";
import { Arranging } from "./arranging.js";
import { Dragging } from "./dragging.js";
import { after, fits, topmost } from "./order.js";
import { TreeRows } from "./rows.js";
import { RowSource } from "./source.js";

/** @type {Arranging|null} of who may label */
let arranging = null;
const root = document.getElementById("cluster-tree");
const rows = new TreeRows(root, {
  open: ({ dataset }) => location.assign(`${root.dataset.clusters}${dataset.id}/`),
  changed: () => arranging?.update(),
  load: (groups) => source.drawGroups(groups),
});
const source = new RowSource(rows, (why) => toasts.error(why));
// where the focus goes when an answer is closed
const back = { last: null, element: document.getElementById("content") };
const toasts = new Toasts(document.getElementById("toasts"), back);
const server = new Server(root, new Notice(document.getElementById("messages")));

/** Where a row that is dragged would land. */
function placeAt({ dataset }, where) {
  const all = arranging.changes.model();
  const row = all.find(({ id }) => id === Number(dataset.id));
  if (where === "into") return { parent: row.id, before: null };
  return where === "before" ? { parent: row.parent, before: row.id } : after(all, row);
}

if (rows.mayLabel) {
  arranging = new Arranging(root, rows, source, server, toasts);
  const lifted = () => topmost(arranging.changes.model(), arranging.changes.numbers());
  new Dragging(rows, {
    lift: () => {},
    fits: (row, where) => fits(arranging.changes.model(), lifted(), placeAt(row, where)),
    drop: (row, where) => arranging.alone(() => arranging.changes.move(lifted(), placeAt(row, where))),
  });
  arranging.update();
}
root.addEventListener("click", ({ target }) => target instanceof Element && target.closest("[data-further]") && source.drawMore());
if (rows.isPartial && rows.opened.size) source.draw();
root.dataset.ready = "";
