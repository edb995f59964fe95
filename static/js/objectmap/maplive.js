/** What others do while the map is open: their labels colour the points, not only the vignettes below it. */
import { Live } from "../live/live.js";

export class MapLive extends Live {
  /** @param {HTMLElement} root
   * @param {import("./strip.js").MapGallery} gallery
   * @param {import("./strip.js").MapLabels} labels
   * @param {HTMLElement} people
   * @param {import("./newlabels.js").NewLabels|null} points */
  constructor(root, gallery, labels, people, points) {
    super(root, gallery, labels, people);
    this.points = points;
  }

  fromOthers() {
    const news = super.fromOthers();
    const isAll = this.isAll || news.some(({ objects }) => !objects);
    if (isAll) this.points?.labelled(null);
    else if (news.length) this.points?.labelled([...new Set(news.flatMap(({ objects }) => objects.map(([id]) => id)))]);
    return news;
  }

  hearOfTrait(event) {
    super.hearOfTrait(event);
    this.points?.traitChanged();
  }
}
