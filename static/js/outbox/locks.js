/** Who is there and whose turn it is, by Web Locks: the browser ends a page's claims when the page goes. */

export class Locks {
  /** @param {string} page the name of this page */
  constructor(page) {
    this.page = page;
  }

  enter() {
    return new Promise((resolve) => {
      const untilTheEnd = () =>
        new Promise((end) => {
          this.end = end;
          resolve();
        });
      navigator.locks.request(this.page, untilTheEnd);
    });
  }

  end() {}

  alone(name, work) {
    return navigator.locks.request(name, () => work(() => true));
  }

  /** @returns {Promise<Set<string>>} the names of pages that are open, among others */
  async names() {
    const { held } = await navigator.locks.query();
    return new Set(held.map(({ name }) => name));
  }
}
