// A contact sheet that is open stays open when the preview comes anew.

import { byId } from "../page/elements.js";

const preview = byId("preview");
/** @type {string[]} */
let opened = [];

preview.addEventListener("htmx:beforeSwap", ({ target }) => {
  if (target === preview) opened = [...preview.querySelectorAll(".sheets > [open]")].map(({ id }) => id);
});

preview.addEventListener("htmx:afterSettle", ({ target }) => {
  if (target === preview) for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
});
