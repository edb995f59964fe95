/** The steps of the tour: what each says, where it is, and how one sees that it was done. */

/** What a step may look at.
 * @typedef {object} TourPage
 * @property {URL} address
 * @property {number} selected vignettes
 * @property {boolean} inHand whether a vignette has the focus, or is looked at closely
 * @property {number} labels that were changed since the step began
 * @property {boolean} undone whether something was undone since then
 * @property {boolean} isReview
 * @property {string} trait in the place of taxa
 */

/** @typedef {object} TourStep
 * @property {string} title
 * @property {(facts: {title: string, trains: boolean, isTouch: boolean}) => string} words
 * @property {"bench"|"review"|"train"} at
 * @property {string} [link] to the page where it is done
 * @property {(page: TourPage, before: string) => boolean} isDone `before` is the query when the step began
 */

/** @type {TourStep[]} */
export const STEPS = [
  {
    title: "Look",
    words: ({ title, isTouch }) =>
      `Each picture is one organism. ${isTouch ? "Tap one" : "Press → to go from one to the next"}. What you do in this tour is real: it counts in “${title}”, for everybody there, until you undo it.`,
    at: "bench",
    isDone: ({ inHand, selected }) => inHand || selected > 0,
  },
  {
    title: "Select several",
    words: ({ isTouch }) => (isTouch ? "Tap two or more that are alike." : "Hold Shift and press →, or Shift + click: two or more that are alike."),
    at: "bench",
    isDone: ({ selected }) => selected > 1,
  },
  {
    title: "Label with a key",
    words: ({ isTouch }) =>
      isTouch
        ? "Tap Taxon…, type a few letters, tap the taxon. It stands in the row below then: the next time one tap gives it."
        : "Type a few letters of a taxon, such as oit, and press Enter. It stands on a digit below then: the next time 1 gives it.",
    at: "bench",
    isDone: ({ labels }) => labels > 0,
  },
  {
    title: "Undo",
    words: ({ isTouch }) => `${isTouch ? "Tap Undo." : "Press Ctrl + Z."} Whatever you do can be taken back, now or next week: Actions lists it all.`,
    at: "bench",
    isDone: ({ undone }) => undone,
  },
  {
    title: "Review what is predicted",
    words: ({ isTouch }) =>
      isTouch
        ? "A model has named some objects, and asks page by page. Tap what is not it, to take it out; then tap Accept."
        : "A model has named some objects, and asks page by page. Point at what is not it and type its name; then press Enter for the others.",
    at: "review",
    link: "Open the review",
    isDone: ({ isReview, labels }) => isReview && labels > 0,
  },
  {
    title: "Filter",
    words: ({ isTouch }) => `${isTouch ? "Open Taxa and tap" : "On the left, click"} a state or a taxon; Filters… has the rest: size, depth, date, place.`,
    at: "bench",
    link: "Back to the bench",
    isDone: ({ address }, before) => address.search !== before && /[?&](state|taxon|sample|score|area|depth|date)/.test(address.search),
  },
  {
    title: "Traits",
    words: () => "Above the pictures, choose a trait in the place of “taxa”. Then a digit gives its value as it gave the taxon.",
    at: "bench",
    link: "Back to the bench",
    isDone: ({ trait }) => trait !== "",
  },
  {
    title: "Train a model",
    words: ({ trains }) =>
      trains
        ? "Models learn from what people validated. The page says from how much, and how long it takes here: press Train, and read the verdict when it is done."
        : "Models learn from what people validated. Managers of the project train them; their verdicts are for everybody.",
    at: "train",
    link: "To the models",
    isDone: ({ address }) => /\/models\/\d+\/$/.test(address.pathname),
  },
];
