/** Who is there and whose turn it is, by Web Locks: the browser ends a page's claims when the page goes. */

export class Locks {
  /** @param {string} page the name of this page */
  constructor(page) {
    this.page = page;
    this.end = () => {};
  }

  /** @returns {Promise<void>} resolves when the page has its name, which it keeps until `end` */
  enter() {
    return new Promise((resolve) => {
      const untilTheEnd = () =>
        new Promise((end) => {
          this.end = () => end(null);
          resolve();
        });
      navigator.locks.request(this.page, untilTheEnd);
    });
  }

  /** @template T
   * @param {string} name
   * @param {(isMyTurn: IsMyTurn) => Promise<T>} work
   * @returns {Promise<T>} */
  alone(name, work) {
    return navigator.locks.request(name, () => work(() => true));
  }

  /** @returns {Promise<Set<string>>} the names of pages that are open, among others */
  async names() {
    const { held } = await navigator.locks.query();
    return new Set((held ?? []).map(({ name }) => name ?? ""));
  }
}
