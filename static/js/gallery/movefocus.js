/** Moves the focus from vignette to vignette by key. */
const SETTLED = ["validated", "dubious", "machine-validated"];

export function move(gallery, key) {
  const isExtending = key.startsWith("Shift+");
  const from = gallery.focused() ?? (gallery.last?.isConnected ? gallery.last : null);
  const to = from ? gallery.neighbour(from, key.replace("Shift+", "")) : gallery.all()[0];
  if (!to) return;
  if (isExtending) gallery.anchor ??= from;
  gallery.focus(to);
  if (isExtending) gallery.extendTo(to);
  else gallery.anchor = to;
}

/** To the next vignette that neither a person nor a rule has settled. */
export function moveToUnsettled(gallery) {
  const all = gallery.all();
  const behind = all.slice(all.indexOf(gallery.focused() ?? gallery.last) + 1);
  const next = behind.find((v) => !SETTLED.includes(v.dataset.state));
  if (!next) return;
  gallery.focus(next);
  gallery.anchor = next;
}

/** A screen on (+1) or back (-1). */
export function moveByScreen(gallery, direction) {
  const { element } = gallery;
  const from = gallery.focused() ?? gallery.last ?? gallery.all()[0];
  if (!from) return;
  const height = element.clientHeight * 0.9 * direction;
  const goal = topOf(from) + height;
  const all = gallery.all();
  const to = direction > 0 ? (all.find((v) => topOf(v) >= goal) ?? all.at(-1)) : (all.findLast((v) => topOf(v) <= goal) ?? all[0]);
  element.scrollBy({ top: height });
  gallery.focus(to);
  gallery.anchor = to;
}

/** To the first vignette (0) or the last that is loaded (-1), also where the page had forgotten it, if nobody has gone on
 * meanwhile. */
export async function moveToEnd(gallery, place) {
  const from = gallery.last;
  const go = () => {
    const to = gallery.all().at(place);
    if (!to || gallery.last !== from) return;
    gallery.focusLate(to);
    gallery.anchor = to;
  };
  const { pages } = gallery;
  if (!pages) return go();
  await pages.whenThere(pages.fetchEnd(place), (isThere) => isThere && go());
}

/** On the screen: each page of the gallery measures its vignettes from its own corner. */
function topOf(vignette) {
  return vignette.getBoundingClientRect().top;
}
