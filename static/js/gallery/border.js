/** How light the ground of pictures is: the mean grey of their borders. */
const ENOUGH = 12; // pictures: the ground of the others is like theirs

/** @param {HTMLImageElement[]} images
 * @returns {number|null} from 0, black, to 1; null where none of the pictures can be read */
export function groundOf(images) {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const drawn = images.filter((image) => image.complete && image.naturalWidth).slice(0, ENOUGH);
  try {
    const greys = context ? drawn.map((image) => borderOf(context, image)) : [];
    return greys.length ? greys.reduce((sum, grey) => sum + grey, 0) / greys.length : null;
  } catch (error) {
    if (error instanceof DOMException && error.name === "SecurityError") return null; // pictures of another origin
    throw error;
  }
}

/** @param {CanvasRenderingContext2D} context
 * @param {HTMLImageElement} image */
function borderOf(context, image) {
  const { naturalWidth: width, naturalHeight: height } = image;
  Object.assign(context.canvas, { width, height });
  context.drawImage(image, 0, 0);
  const edges = [
    [0, 0, width, 1],
    [0, height - 1, width, 1],
    [0, 0, 1, height],
    [width - 1, 0, 1, height],
  ];
  const greys = edges.flatMap(([x, y, w, h]) => greysOf(context.getImageData(x, y, w, h).data));
  return greys.reduce((sum, grey) => sum + grey, 0) / greys.length;
}

/** @param {Uint8ClampedArray} data */
function greysOf(data) {
  return Array.from({ length: data.length / 4 }, (_, i) => (data[4 * i] + data[4 * i + 1] + data[4 * i + 2]) / 3 / 255);
}
