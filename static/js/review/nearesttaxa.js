/** The known taxa that the objects of a question are nearest to. */

/** @param {HTMLElement} element
 * @param {{nearest: {taxon: Taxon, share: number, image: {url: string, width: number, height: number}|null}[], is_by_similarity: boolean}} proposal */
export function showNearest(element, { nearest, is_by_similarity }) {
  if (!nearest.length) return element.replaceChildren("Nearest known: nothing yet.");
  const of = is_by_similarity ? "of the nearest objects that have a name" : "by the model’s scores";
  element.replaceChildren("Nearest known: ", ...nearest.map(relative), hint(of));
}

function hint(words) {
  return Object.assign(document.createElement("span"), { className: "hint", textContent: words });
}

/** A known taxon with its picture and how near it is. */
function relative({ taxon, share, image }) {
  const element = document.createElement("span");
  element.className = "relative";
  if (image) element.append(Object.assign(document.createElement("img"), { src: image.url, alt: "", width: image.width, height: image.height }));
  element.append(`${taxon.name} ${Math.round(100 * share)} %`);
  return element;
}
