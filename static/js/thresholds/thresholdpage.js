// The page of a taxon's threshold: the slider, the button that accepts, and the page anew when what waits has changed.

import { byId } from "../page/elements.js";
import { Notice, Server } from "../page/server.js";
import { Toasts } from "../page/toast.js";
import { Accepting } from "./accepting.js";
import { BackOff, CoarserAccepting } from "./backoff.js";
import { ThresholdSlider } from "./threshold.js";

const page = byId("threshold-page");
// where the focus goes when an answer is closed
const back = { last: null, element: byId("content") };
const toasts = new Toasts(byId("toasts"), back);
const server = new Server(page, new Notice(byId("messages")));

function begin() {
  const form = document.getElementById("threshold");
  if (!(form instanceof HTMLFormElement)) return;
  const slider = new ThresholdSlider(form);
  const accept = document.getElementById("accept");
  if (accept) new Accepting(accept, slider, server, toasts, reload);
  const coarser = byId("coarser");
  new BackOff(coarser, slider, (element, backOff) => new CoarserAccepting(element, backOff, slider, server, toasts, reload));
  page.dataset.ready = "";
}

/** @param {number} [threshold] where the slider stands then; the server chooses where none is */
async function reload(threshold) {
  const address = location.pathname + (threshold === undefined ? "" : `?threshold=${threshold}`);
  const answer = await fetch(address).catch(() => null);
  const html = answer?.ok ? await answer.text().catch(() => "") : "";
  const anew = new DOMParser().parseFromString(html, "text/html").getElementById("threshold-page");
  if (!anew) return location.reload(); // which says why it does not come
  page.replaceChildren(...anew.childNodes);
  history.replaceState(history.state, "", address);
  begin();
  (document.getElementById("slider") ?? byId("content")).focus();
}

begin();
