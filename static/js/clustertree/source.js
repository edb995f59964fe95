/** Where rows come from: of a large tree the server sends those that are in sight. */

const STEP = 200; // rows more of each group

export class RowSource {
  /** @param {import("./rows.js").TreeRows} rows */
  constructor(rows) {
    this.rows = rows;
    this.turn = 0; // counts how often they were asked for: only the answer to the latest is drawn
    this.siblings = STEP;
  }

  /** The rows as they are now; null where they don't come, "" where they were asked for again meanwhile.
   * @param {string} [focus] a row that is to be among them
   * @returns {Promise<string|null>} */
  async fetch(focus) {
    this.turn += 1;
    const { turn } = this;
    const answer = await fetch(this.address(focus), { headers: { "HX-Request": "true" } }).catch(() => null);
    const rows = answer?.ok && !answer.redirected ? await answer.text().catch(() => null) : null;
    return turn === this.turn ? rows : "";
  }

  /** @param {string} [focus] */
  address(focus) {
    const address = new URL(location.href);
    if (this.rows.isPartial) {
      address.searchParams.set("open", [...this.rows.opened].join(","));
      address.searchParams.set("siblings", String(this.siblings));
      if (focus) address.searchParams.set("focus", focus);
    }
    return address.href;
  }

  /** Draws the rows of groups that were opened.
   * @param {string} [focus] */
  async draw(focus) {
    const html = await this.fetch(focus);
    if (html) this.rows.replace(html, focus ? { focus } : {});
    return html !== null;
  }

  /** By a button below the rows, which comes anew with them: the focus stays on it, or goes to the rows when all are there. */
  async drawMore() {
    this.siblings += STEP;
    await this.draw();
    /** @type {HTMLElement|null} */
    const button = this.rows.root.querySelector("[data-further]");
    (button ?? this.rows.current)?.focus();
  }
}
