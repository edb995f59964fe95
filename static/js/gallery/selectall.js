/** What the last Ctrl + A has selected: the next takes all, though others have been seen since.
 * @type {HTMLElement[]} */
let chosen = [];

/** Ctrl + A: those that have been on the screen; once more, all that are loaded. What is in the document is selected at once, what
 * was forgotten when it is back, if nobody has gone on meanwhile.
 * @returns {Promise<string>} what to say of it */
export async function selectAll(gallery) {
  const isAll = isSelection(gallery, gallery.seenAmong()) || isSelection(gallery, chosen, gallery.count);
  const select = () => {
    chosen = isAll ? gallery.all() : gallery.seenAmong();
    gallery.only(chosen);
  };
  select();
  const coming = gallery.pages?.fetchAll("Some of the vignettes that are loaded could not be fetched again: they are not selected. Try it again in a moment.");
  if (coming) {
    await coming;
    const isAsBefore = !gallery.count || isSelection(gallery, chosen, gallery.count); // none where all that was seen is forgotten
    if (!isAsBefore) return "";
    select();
  }
  const unseen = gallery.all().length - chosen.length;
  if (isAll || !unseen) return "";
  return `Selected: the ${words(chosen.length)} that have been on the screen. ${words(unseen)} more are loaded: Ctrl + A again selects them, too.`;
}

/** Whether these are selected, and so many in all. */
function isSelection(gallery, vignettes, count = vignettes.length) {
  return vignettes.length > 0 && vignettes.length === count && vignettes.every((v) => gallery.isSelected(v));
}

function words(count) {
  return count.toLocaleString("en");
}
