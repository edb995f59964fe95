/** Sorting by similarity to what is in hand: like these, like these too, not like these. The address holds the objects, those
 * that it is not to be like with a minus: `order=similar:17,18,-25`. */

/** @typedef {{likes: string[], unlikes: string[], kind: string}} Examples */

/** @param {string|null} order
 * @returns {Examples} none where it is another order */
export function examplesOf(order) {
  const [name, numbers = "", kind = ""] = (order ?? "").split(":");
  const all = name === "similar" && numbers ? numbers.split(",") : [];
  return { likes: all.filter((id) => !id.startsWith("-")), unlikes: all.filter((id) => id.startsWith("-")).map((id) => id.slice(1)), kind };
}

/** @param {Examples} examples */
export function orderOf({ likes, unlikes, kind }) {
  const numbers = [...likes, ...unlikes.map((id) => `-${id}`)].join(",");
  return ["similar", numbers, kind].filter(Boolean).join(":");
}

/** Each object is in one of the two: where it was named last.
 * @param {Examples} before
 * @param {string[]} ids
 * @param {boolean} isLiked
 * @returns {Examples} */
export function withMore({ likes, unlikes, kind }, ids, isLiked) {
  const others = (/** @type {string[]} */ list) => list.filter((id) => !ids.includes(id));
  const [liked, unliked] = [others(likes), others(unlikes)];
  return { likes: isLiked ? [...liked, ...ids] : liked, unlikes: isLiked ? unliked : [...unliked, ...ids], kind };
}

export class Similarity {
  constructor(gallery, visits) {
    this.gallery = gallery;
    this.visits = visits;
  }

  /** What is most like them comes first, whatever it was sorted by. */
  like() {
    return this.visit({ likes: this.ids(), unlikes: [], kind: "" });
  }

  likeToo() {
    return this.visit(withMore(this.before(), this.ids(), true));
  }

  unlike() {
    return this.visit(withMore(this.before(), this.ids(), false));
  }

  ids() {
    return this.gallery.targets().map(({ dataset }) => dataset.id);
  }

  before() {
    return examplesOf(new URLSearchParams(location.search).get("order"));
  }

  /** The same view in another order. */
  visit(examples) {
    if (!this.ids().length) return null;
    const query = new URLSearchParams(location.search);
    query.set("order", orderOf(examples));
    return this.visits.go(query);
  }
}
