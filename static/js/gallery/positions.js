/** Where each vignette stands among those that are loaded, for who hears the page: neither those that were forgotten nor
 * those that are still to come are in the document, so a browser would count wrongly. */

/** @param {HTMLElement} gallery
 * @returns {void} */
export function numberVignettes(gallery) {
  const size = setSize(gallery);
  for (const { page, before } of placesOf(gallery)) {
    if (page.ids) continue;
    for (const [n, vignette] of present(page).entries()) place(vignette, before + n + 1, size);
  }
}

/** The one that gets the focus: others may have left since all were numbered.
 * @param {HTMLElement} gallery
 * @param {Element} vignette */
export function numberVignette(gallery, vignette) {
  const mine = vignette.closest(".page");
  const own = placesOf(gallery).find(({ page }) => page === mine);
  if (own) place(vignette, own.before + present(own.page).indexOf(vignette) + 1, setSize(gallery));
}

/** @returns {{page: GalleryPage, before: number}[]} the pages, with how many vignettes come before each */
function placesOf(gallery) {
  let count = 0;
  return [...gallery.querySelectorAll(".page")].map((page) => {
    const before = count;
    count += countOf(page);
    return { page, before };
  });
}

/** -1 while more are to come: nobody has counted them. */
function setSize(gallery) {
  if (gallery.querySelector(".more")) return -1;
  return [...gallery.querySelectorAll(".page")].reduce((sum, page) => sum + countOf(page), 0);
}

function countOf(page) {
  return page.ids?.length ?? present(page).length;
}

/** What was reviewed is hidden, and back in its place when it is undone. */
function present(page) {
  return [...page.children].filter((vignette) => !vignette.classList.contains("leaving"));
}

function place(vignette, position, size) {
  set(vignette, "aria-posinset", String(position));
  set(vignette, "aria-setsize", String(size));
}

function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
