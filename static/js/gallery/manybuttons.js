/** The buttons of a review and of a trait: each says on how many it acts. */
import { isBare } from "./gallery.js";

export class ManyButtons {
  constructor(gallery, labels) {
    this.gallery = gallery;
    this.labels = labels;
    const validate = (vignettes) => labels.give({ state: "validated" }, vignettes);
    const rest = (vignettes) => labels.giveRest(vignettes);
    this.buttons = [
      { id: "accept-seen", of: () => gallery.seenAmong(), act: validate },
      { id: "accept-others", of: () => gallery.seenAmong().filter((v) => !gallery.isSelected(v)), act: validate },
      { id: "accept-loaded", of: () => gallery.all(), act: validate, isBeyondSeen: true },
      { id: "rest", of: () => gallery.seenAmong().filter(isBare), act: rest },
      { id: "rest-loaded", of: () => gallery.all().filter(isBare), act: rest, isBeyondSeen: true },
    ]
      .map((button) => ({ ...button, element: /** @type {HTMLButtonElement} */ (document.getElementById(button.id)) }))
      .filter(({ element }) => element);
    for (const button of this.buttons) this.listen(button);
    gallery.element.addEventListener("seen", () => this.count());
    this.count();
  }

  /** The second click of a double click would act on those that have just come up. */
  listen({ element, of, act }) {
    element.addEventListener("click", ({ detail: clicks }) => clicks < 2 && act(of()));
  }

  count() {
    const isAllSeen = this.gallery.all().every((v) => this.gallery.seen.has(v));
    for (const { element, of, isBeyondSeen } of this.buttons) {
      const count = of().length;
      element.querySelector(".number").textContent = words(count);
      element.disabled = !count;
      element.hidden = Boolean(isBeyondSeen && isAllSeen);
    }
  }
}

function words(count) {
  return count.toLocaleString("en");
}
