/** Shows all about the focused vignette, once the eye has rested on it for a moment. */
const REST = 120; // milliseconds

export function followSelection(gallery, panel, url) {
  let waiting;
  const show = (vignette) => {
    clearTimeout(waiting);
    if (!vignette || getComputedStyle(panel).display === "none") return;
    const address = `${url}${vignette.dataset.id}/`;
    const ask = () => htmx.ajax("GET", address, { target: panel, swap: "innerHTML" }).catch(() => {}); // no network
    waiting = setTimeout(ask, REST);
  };
  gallery.element.addEventListener("look", ({ detail: vignette }) => show(vignette));
  panel.addEventListener("drawer", () => show(gallery.last));
}
