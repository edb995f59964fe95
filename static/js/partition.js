/** Breaks what stands in a line into rows of one width, as even as can be.
 *
 * @param {number[]} ratios width over height of each picture, in order
 * @param {number} width of a row, in pixels
 * @param {number} height wished for, in pixels
 * @param {number} gap between pictures, in pixels
 * @returns {number[][]} the widths of the pictures of each row, which together with the gaps fill it */
export function evenRows(ratios, width, height, gap) {
  const total = ratios.reduce((sum, ratio) => sum + ratio * height + gap, 0);
  const count = Math.min(ratios.length, Math.max(1, Math.round(total / width)));
  return breaks(ratios, count).map((row) => {
    const sum = row.reduce((a, b) => a + b, 0);
    const inner = width - gap * (row.length - 1);
    return row.map((ratio) => (inner * ratio) / sum);
  });
}

/** The line in `count` rows whose sums lie as near to each other as can be (least sum of squares; dynamic programming). */
function breaks(ratios, count) {
  const sums = [0];
  for (const ratio of ratios) sums.push(sums.at(-1) + ratio);
  const ideal = sums.at(-1) / count;
  const cost = (from, to) => (sums[to] - sums[from] - ideal) ** 2;
  /** best[k][n]: the cost of the first n in k rows, and where the last of these begins */
  let best = ratios.map((_, i) => ({ cost: cost(0, i + 1), from: 0 }));
  const rows = [best];
  for (let k = 1; k < count; k += 1) {
    const next = ratios.map((_, i) => lastRow(best, i, k, cost));
    rows.push(next);
    best = next;
  }
  return walkBack(ratios, rows);
}

function lastRow(best, i, k, cost) {
  let found = { cost: Infinity, from: 0 };
  for (let from = k; from <= i; from += 1) {
    const total = best[from - 1].cost + cost(from, i + 1);
    if (total < found.cost) found = { cost: total, from };
  }
  return found;
}

function walkBack(ratios, rows) {
  const parts = [];
  let end = ratios.length;
  for (let k = rows.length - 1; k >= 0; k -= 1) {
    const { from } = rows[k][end - 1];
    parts.unshift(ratios.slice(from, end));
    end = from;
  }
  return parts;
}
