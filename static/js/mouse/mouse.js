/** Click, Shift-click, Ctrl-click, and where a drag begins: a rubber band, or what is selected, carried onto a taxon
 * (dragging.js). Touch selects by tapping. */
const SLACK = 6; // pixels that a click may move: a hand is not a tripod
const TICK = 26; // pixels

/** @type {typeof import("./dragging.js")|null} */
let dragging = null;

export function listenToMouse(gallery, onDrop, onDouble) {
  gallery.element.addEventListener("dblclick", (event) => event.target.closest(".vignette") && onDouble());
  gallery.element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("a, button")) return;
    const vignette = event.target.closest(".vignette");
    if (event.pointerType === "touch") return;
    event.preventDefault();
    let drag = null;
    let last = null;
    const listening = new AbortController();
    const { signal } = listening;
    const onMove = (move) => {
      last = move;
      if (!drag && Math.hypot(move.clientX - event.clientX, move.clientY - event.clientY) < SLACK) return;
      drag ??= dragging?.beginDrag(gallery, vignette, event, onDrop);
      drag?.move(move);
    };
    fetchDragging().then(() => last && !signal.aborted && onMove(last));
    const onUp = (up) => {
      listening.abort();
      if (drag) drag.end(up);
      else click(gallery, vignette, up);
    };
    const onCancel = () => {
      listening.abort();
      drag?.cancel(); // a pen that scrolls the page never comes up
    };
    window.addEventListener("pointermove", onMove, { signal });
    window.addEventListener("pointerup", onUp, { signal });
    window.addEventListener("pointercancel", onCancel, { signal });
  });
  gallery.element.addEventListener("click", (event) => {
    const vignette = event.target.closest(".vignette");
    if (event.pointerType === "touch" && vignette) {
      gallery.toggle(vignette);
      gallery.focus(vignette);
    }
  });
}

/** Without a network a drag is a click. */
async function fetchDragging() {
  dragging ??= await import("./dragging.js").catch(() => null);
}

function click(gallery, vignette, event) {
  if (!vignette) return gallery.togglesOnClick || gallery.only([]);
  if (event.shiftKey) gallery.extendTo(vignette);
  else if (gallery.togglesOnClick || event.ctrlKey || event.metaKey || isOnTick(vignette, event)) gallery.toggle(vignette);
  else {
    gallery.only([vignette]);
    gallery.anchor = vignette;
  }
  gallery.focus(vignette);
}

/** In the corner with the tick, a click adds to the selection: no key is needed. */
function isOnTick(vignette, event) {
  const box = vignette.getBoundingClientRect();
  return event.clientX > box.right - TICK && event.clientY < box.top + TICK;
}
