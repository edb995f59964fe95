/** The vignettes below the map and what labels them: those of the bench, and the map hears of what they show. */
import { Gallery } from "../gallery/gallery.js";
import { Labels } from "../labels/labels.js";

export class MapGallery extends Gallery {
  /** @param {HTMLElement} element
   * @param {(id: number, taxon: number, state: string) => void} onShow */
  constructor(element, onShow) {
    super(element);
    this.onShow = onShow;
  }

  show(vignette, label) {
    super.show(vignette, label);
    this.onShow(Number(vignette.dataset.id), Number(vignette.dataset.taxon || 0), label.state);
  }
}

export class MapLabels extends Labels {
  /** No panel of counts stands here. */
  recountWithin() {}

  /** What was labelled stays in hand, so that it can be looked at and labelled otherwise. */
  after() {
    return undefined;
  }
}
