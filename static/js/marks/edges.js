/** Where the brightness of an image changes most: the outline of an organism, for points to snap to. */

const LEAST = 0.12; // of the strongest edge: weaker is noise
const PULL = 0.4; // how much an edge at the rim of what is near counts less than one under the hand

export class Edges {
  /** @param {HTMLImageElement} image that is loaded */
  constructor(image) {
    this.source = image.src;
    this.width = image.naturalWidth;
    this.height = image.naturalHeight;
    this.read(image);
  }

  /** No edge is there until the picture is: one that a bucket sent is fetched again, from this site. */
  read(image) {
    const grey = brightness(image);
    if (!grey && image.src === this.source) this.readFromHere();
    this.slopes = slopes(grey ?? new Float32Array(this.width * this.height), this.width, this.height);
    this.strongest = this.slopes.reduce((most, slope) => Math.max(most, slope), 0);
  }

  readFromHere() {
    const image = new Image();
    image.onload = () => this.read(image);
    image.src = `${this.source}&here=1`;
  }

  /** The point on the strongest edge no farther than `radius` pixels away; the point itself where there is none. */
  near([x, y], radius) {
    let [best, place] = [0, null];
    for (let row = Math.floor(y - radius); row <= y + radius; row++) {
      for (let column = Math.floor(x - radius); column <= x + radius; column++) {
        const far = Math.hypot(column + 0.5 - x, row + 0.5 - y) / radius;
        const slope = this.slope(column, row);
        const counts = slope * (1 - PULL * far * far);
        if (far <= 1 && slope >= LEAST * this.strongest && counts > best) [best, place] = [counts, [column, row]];
      }
    }
    return place && best ? this.between(...place) : [x, y];
  }

  slope(column, row) {
    return column < 0 || row < 0 || column >= this.width || row >= this.height ? 0 : this.slopes[row * this.width + column];
  }

  /** Between pixels: at the top of the parabola through a pixel's slope and its neighbours'. */
  between(column, row) {
    const top = (before, here, after) => {
      const bend = before - 2 * here + after;
      return bend < 0 ? Math.min(Math.max((0.5 * (before - after)) / bend, -0.5), 0.5) : 0;
    };
    const here = this.slope(column, row);
    const x = column + 0.5 + top(this.slope(column - 1, row), here, this.slope(column + 1, row));
    const y = row + 0.5 + top(this.slope(column, row - 1), here, this.slope(column, row + 1));
    return [x, y];
  }
}

/** From 0 to 255, row by row; null where the browser doesn't let one read a picture of another site. */
function brightness(image) {
  const { naturalWidth: width, naturalHeight: height } = image;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0);
  const grey = new Float32Array(width * height);
  try {
    const { data } = context.getImageData(0, 0, width, height);
    for (let i = 0; i < grey.length; i++) grey[i] = 0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2];
  } catch (error) {
    if (error.name !== "SecurityError") throw error;
    return null;
  }
  return grey;
}

/** Sobel's: how steep the brightness is at each pixel; none at the rim of the image. */
function slopes(grey, width, height) {
  const steep = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const [a, b, c] = [i - width - 1, i - width, i - width + 1];
      const [d, e, f] = [i + width - 1, i + width, i + width + 1];
      const across = grey[c] + 2 * grey[i + 1] + grey[f] - grey[a] - 2 * grey[i - 1] - grey[d];
      const down = grey[d] + 2 * grey[e] + grey[f] - grey[a] - 2 * grey[b] - grey[c];
      steep[i] = Math.hypot(across, down);
    }
  }
  return steep;
}
