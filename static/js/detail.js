/** Shows all about the focused vignette, once the eye has rested on it for a moment. */
const REST = 120; // milliseconds

export function followSelection(gallery, panel, url) {
  let waiting;
  gallery.element.addEventListener("look", ({ detail: vignette }) => {
    clearTimeout(waiting);
    if (getComputedStyle(panel).display === "none") return;
    waiting = setTimeout(() => htmx.ajax("GET", `${url}${vignette.dataset.id}/`, { target: panel, swap: "innerHTML" }), REST);
  });
}
