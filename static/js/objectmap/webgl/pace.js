/** How many points a frame draws, by how long the frames before took: neither slower than a hand, nor less than could be. */

const LEAST = 15_000; // however slow it is
const FIRST = 100_000; // how quick the device is nobody knows yet
const MOST = 20_000_000;
const SLOW = 45; // milliseconds between two frames
const VERY_SLOW = 120;
const QUICK = 25;
const STANDING = 3; // times as many when nobody moves the map: the whole is there sooner

export class Pace {
  constructor() {
    this.points = FIRST;
  }

  /** @param {number} took milliseconds since the frame before, while the map moves */
  learn(took) {
    if (took > SLOW) this.points = Math.max(LEAST, this.points * (took > VERY_SLOW ? 0.4 : 0.7));
    else if (took < QUICK) this.points = Math.min(MOST, this.points * 1.15);
  }

  /** @param {boolean} isMoving */
  budget(isMoving) {
    return isMoving ? this.points : STANDING * this.points;
  }
}
