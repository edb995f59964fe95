/** Letters that label (quick keys, and what a person has put on a letter) are first letters of names, too. Which of the
 * two was meant shows in what follows: such a letter waits for a moment, its object shows what it would get, and the
 * work goes on to the next object. It labels when nothing follows, when a key that is no letter does, or when more such
 * letters do. A letter that labels nothing makes a word of all of them: then nothing is labelled and the picker opens. */

const PAUSE = 400; // milliseconds without a key, after which the letters were strokes
const BEGINNING = 4; // letters that all label are a word where so many of them begin a name of the project
const LONGEST = 8; // letters in a row that all label: by now it is sorting

/** @typedef {KeyMeaning & {letter: string, vignettes: HTMLElement[], isSelected: boolean}} Stroke */

export class Strokes {
  /** @param {TargetGallery} gallery
   * @param {{goOn: (vignettes: HTMLElement[]) => void, isName: (text: string) => boolean, spell: (text: string) => void}} bench where the work
   *   goes on, whether a name begins so, and what opens the picker */
  constructor(gallery, bench) {
    this.gallery = gallery;
    this.bench = bench;
    /** @type {Stroke[]} */
    this.run = [];
    /** @type {Timer|undefined} */
    this.timer = undefined;
    window.addEventListener("pointerdown", () => this.commit(), { capture: true });
    window.addEventListener("pagehide", () => this.commit());
    document.addEventListener("visibilitychange", () => document.hidden && this.commit());
  }

  isOpen() {
    return this.run.length > 0;
  }

  /** @param {string} letter
   * @param {KeyMeaning} meaning of the letter */
  press(letter, meaning) {
    const vignettes = this.gallery.targets();
    if (!vignettes.length) return;
    const isSelected = vignettes.some((v) => this.gallery.isSelected(v));
    const stroke = { letter, ...meaning, vignettes, isSelected };
    this.run.push(stroke);
    const text = this.text();
    if (text.length >= BEGINNING && this.bench.isName(text)) this.spell();
    else if (text.length >= LONGEST) this.commit();
    else this.wait(stroke);
  }

  /** @param {Stroke} stroke */
  wait({ labels, says, vignettes }) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commit(), PAUSE);
    if (!labels) return;
    for (const v of vignettes) v.dataset.pending = says;
    this.bench.goOn(vignettes);
  }

  text() {
    return this.run.map(({ letter }) => letter).join("");
  }

  /** They were strokes: each labels what it was about. */
  commit() {
    for (const { act, vignettes } of this.end()) act(vignettes);
  }

  /** They were a word, which a last letter may go on with. */
  spell(letter = "") {
    const text = this.text() + letter;
    this.drop();
    this.bench.spell(text);
  }

  /** Nothing is labelled, and the work goes back to where it was. Returns whether anything waited. */
  drop() {
    const [first] = this.end();
    if (!first) return false;
    this.gallery.set(first.vignettes, first.isSelected);
    if (first.vignettes[0]?.isConnected) this.gallery.focus(first.vignettes[0]);
    return true;
  }

  end() {
    clearTimeout(this.timer);
    const { run } = this;
    this.run = [];
    for (const { vignettes } of run) for (const v of vignettes) delete v.dataset.pending;
    return run;
  }
}
