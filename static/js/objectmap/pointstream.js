/** The points of a map as they come from the server, block by block: annotations/maps/points.py says how they are written. */

const IN_BLOCKS = 4; // bytes of a count

/** Bytes that come in pieces of any length. */
class Bytes {
  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
  constructor(reader) {
    this.reader = reader;
    /** @type {Uint8Array[]} */
    this.parts = [];
    this.length = 0;
  }

  /** The next so many, as a buffer of their own. Rejects where the stream ends before.
   * @param {number} count
   * @returns {Promise<ArrayBuffer>} */
  async take(count) {
    while (this.length < count) {
      const { done, value } = await this.reader.read();
      if (done) throw new TypeError("The stream was cut off");
      this.parts.push(value);
      this.length += value.length;
    }
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      const part = this.parts[0];
      const piece = part.subarray(0, count - at);
      bytes.set(piece, at);
      at += piece.length;
      if (piece.length === part.length) this.parts.shift();
      else this.parts[0] = part.subarray(piece.length);
    }
    this.length -= count;
    return bytes.buffer;
  }

  async takeCount() {
    return new DataView(await this.take(IN_BLOCKS)).getUint32(0, true);
  }
}

/** Calls back with the header, then with each block. Rejects with a TypeError where the stream is cut off.
 * @param {ReadableStream<Uint8Array>} stream
 * @param {(header: MapHeader) => void} onHeader
 * @param {(block: MapBlock) => void} onBlock */
export async function readPoints(stream, onHeader, onBlock) {
  const bytes = new Bytes(stream.getReader());
  const header = JSON.parse(new TextDecoder().decode(await bytes.take(await bytes.takeCount())));
  onHeader(header);
  for (;;) {
    const count = await bytes.takeCount();
    if (!count) return;
    onBlock(await readBlock(bytes, count, header));
  }
}

/** @param {Bytes} bytes
 * @param {number} count
 * @param {MapHeader} header
 * @returns {Promise<MapBlock>} */
async function readBlock(bytes, count, header) {
  const start = new DataView(await bytes.take(8)).getFloat64(0, true);
  const deltas = new Int32Array(await bytes.take(4 * count));
  const values = header.groups.length ? new Uint16Array(await bytes.take(2 * count)) : new Float32Array(await bytes.take(4 * count));
  const placed = header.has_places ? count : 0;
  const x = new Uint16Array(await bytes.take(2 * placed));
  const y = new Uint16Array(await bytes.take(2 * placed));
  return { ids: idsOf(start, deltas), values, x, y };
}

/** @param {number} start
 * @param {Int32Array} deltas */
function idsOf(start, deltas) {
  const ids = new Float64Array(deltas.length);
  let id = start;
  for (let i = 0; i < deltas.length; i += 1) {
    id += deltas[i];
    ids[i] = id;
  }
  return ids;
}
