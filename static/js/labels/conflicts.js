/** What somebody else changed meanwhile: theirs stands, yours is named. */
const MOST = 50;

export class Conflicts {
  constructor(dialog) {
    this.dialog = dialog;
  }

  /** @param {{vignette: Element|null, theirs: string, yours: string}[]} conflicts */
  show(conflicts) {
    this.dialog.querySelector("ul").replaceChildren(...conflicts.slice(0, MOST).map(asLine));
    const more = conflicts.length - MOST;
    this.dialog.querySelector("#conflicts-more").textContent = more > 0 ? `and ${more.toLocaleString("en")} more` : "";
    if (!this.dialog.open) this.dialog.showModal();
  }
}

function asLine({ vignette, theirs, yours }) {
  const line = document.createElement("li");
  const picture = vignette?.querySelector("img")?.cloneNode();
  const words = Object.assign(document.createElement("span"), { textContent: theirs });
  words.append(Object.assign(document.createElement("small"), { textContent: yours && `You chose: ${yours}` }));
  line.append(...[picture, words].filter(Boolean));
  return line;
}
