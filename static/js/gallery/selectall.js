/** Ctrl + A: those that have been on the screen; once more, all that are loaded.
 * @returns {string} what to say of it */
export function selectAll(gallery) {
  const [seen, all] = [gallery.seenAmong(), gallery.all()];
  const areSelected = seen.length && seen.every((v) => gallery.isSelected(v));
  gallery.only(areSelected ? all : seen);
  const unseen = all.length - seen.length;
  if (areSelected || !unseen) return "";
  return `Selected: the ${words(seen.length)} that have been on the screen. ${words(unseen)} more are loaded: Ctrl + A again selects them, too.`;
}

function words(count) {
  return count.toLocaleString("en");
}
