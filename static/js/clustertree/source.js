/** Where rows come from: of a large tree the server sends those that are in sight. */

const STEP = 200; // rows more of each group
const AWAY = "The rows could not be fetched: the server cannot be reached. Try it again in a moment.";

export class RowSource {
  /** @param {import("./rows.js").TreeRows} rows
   * @param {(why: string) => void} say tells that rows somebody asked for don't come */
  constructor(rows, say) {
    this.rows = rows;
    this.say = say;
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

  /** Draws the rows of groups that were opened; where they don't come these close again, to be tried anew.
   * @param {HTMLElement[]} groups */
  async drawGroups(groups) {
    if (await this.draw()) return;
    for (const group of groups) if (this.rows.isMissing(group)) this.rows.setOpen(group, false);
    this.say(AWAY);
  }

  /** Draws the rows of groups that are open. False where they don't come.
   * @param {string} [focus] */
  async draw(focus) {
    const html = await this.fetch(focus);
    if (html) this.rows.replace(html, focus ? { focus } : {});
    return html !== null;
  }

  /** By a button below the rows, which comes anew with them: the focus stays on it, or goes to the rows when all are there. */
  async drawMore() {
    this.siblings += STEP;
    if (!(await this.draw())) {
      this.siblings -= STEP;
      return this.say(AWAY);
    }
    /** @type {HTMLElement|null} */
    const button = this.rows.root.querySelector("[data-further]");
    (button ?? this.rows.current)?.focus();
  }
}
