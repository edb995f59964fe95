/** What the last Ctrl + A has selected: the next takes all, though others have been seen since.
 * @type {HTMLElement[]} */
let chosen = [];

/** Ctrl + A: those that have been on the screen; once more, all that are loaded. What is in the document is selected at once, what
 * was forgotten when it is back, if nobody has gone on meanwhile: keys wait for it.
 * @returns {Promise<string>} what to say of it */
export async function selectAll(gallery) {
  const isAll = chosen.length > 0 && isSelected(gallery, chosen);
  const select = () => {
    chosen = isAll ? gallery.all() : gallery.seenAmong();
    gallery.only(chosen);
  };
  const words = () => {
    const unseen = gallery.all().length - chosen.length;
    if (isAll || !unseen || !chosen.length) return "";
    return `Selected: the ${inWords(chosen.length)} that have been on the screen. ${inWords(unseen)} more are loaded: Ctrl + A again selects them, too.`;
  };
  select();
  const coming = gallery.pages?.fetchAll("Some of the vignettes that are loaded could not be fetched again: they are not selected. Try it again in a moment.");
  if (!coming) return words();
  let message = "";
  await gallery.pages.whenThere(coming, () => {
    if (!isSelected(gallery, chosen)) return;
    select();
    message = words();
  });
  return message;
}

/** Whether these are what is selected. */
function isSelected(gallery, vignettes) {
  return vignettes.length === gallery.count && vignettes.every((v) => gallery.isSelected(v));
}

function inWords(count) {
  return count.toLocaleString("en");
}
