/** The recent taxa as buttons, each with its number key: one stroke labels. */
const SHOWN = 6;

export class Recent {
  constructor(element, picker, give) {
    Object.assign(this, { element, picker, give });
    this.show();
  }

  show() {
    const taxa = this.picker.recent().slice(0, SHOWN);
    this.element.replaceChildren(
      ...taxa.map((taxon, i) => {
        const button = document.createElement("button");
        const key = document.createElement("kbd");
        key.textContent = i + 1;
        button.title = `Give ${taxon.name} (key ${i + 1})`;
        button.append(key, taxon.name);
        button.addEventListener("click", () => this.give(taxon));
        return button;
      }),
    );
  }

  /** The taxon of the number key: 0 is the most recent. */
  use(place) {
    const taxon = this.picker.recent()[place];
    if (taxon && place < SHOWN) this.give(taxon);
  }
}
