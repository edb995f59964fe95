// @ts-check
/** Packs a folder into a zip, nothing compressed: pictures are already. The files themselves are never held in memory. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});
const MOST_BYTES = 4e9; // of a zip of the plain kind
const MOST_FILES = 65_000;
const NAMES_IN_UTF8 = 0x0800;

/** @typedef {{path: string, file: File}} Packed a file and where it lies in the folder, as tow/a.png */

/** The same folder becomes the same file, so that what was begun to be sent goes on.
 * @param {string} name of the zip
 * @param {Packed[]} entries
 * @returns {Promise<File>} rejects with a RangeError in words where it is too large for one zip */
export async function packed(name, entries) {
  const bytes = entries.reduce((sum, { file }) => sum + file.size, 0);
  if (bytes > MOST_BYTES || entries.length > MOST_FILES) {
    throw new RangeError(`${name.replace(/\.zip$/, "")} has more than 4 GB or 65,000 files: pack it into a zip yourself, or choose a part of it.`);
  }
  /** @type {BlobPart[]} */
  const parts = [];
  /** @type {BlobPart[]} */
  const directory = [];
  let offset = 0;
  for (const { path, file } of entries.toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
    const header = headerOf(path, file, await checksum(file));
    parts.push(local(header), file);
    directory.push(central(header, offset));
    offset += 30 + header.name.length + file.size;
  }
  const size = directory.reduce((sum, part) => sum + /** @type {Uint8Array} */ (part).length, 0);
  const lastModified = Math.max(0, ...entries.map(({ file }) => file.lastModified));
  return new File([...parts, ...directory, end(entries.length, size, offset)], name, { type: "application/zip", lastModified });
}

/** Each folder as a zip of its name; one that can't be packed keeps none of the others from it.
 * @param {Map<string, Packed[]>} folders by name
 * @param {(name: string, count: number) => void} onFolder is told before each is packed, with how many files it has
 * @returns {Promise<{zips: File[], refusals: string[]}>} and why each of the rest is left out, in words */
export async function packedFolders(folders, onFolder) {
  const zips = [];
  const refusals = [];
  for (const [name, entries] of folders) {
    onFolder(name, entries.length);
    try {
      zips.push(await packed(`${name}.zip`, entries));
    } catch (error) {
      refusals.push(error instanceof RangeError ? error.message : `A file of ${name} cannot be read: it is in use, or it is gone. Choose the folder again.`);
    }
  }
  return { zips, refusals };
}

/** CRC-32, as zips have it.
 * @param {Blob} blob */
export async function checksum(blob) {
  let sum = 0xffffffff;
  const reader = blob.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return ~sum >>> 0;
    for (const byte of value) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  }
}

/** @param {string} path
 * @param {File} file
 * @param {number} sum */
function headerOf(path, file, sum) {
  const { time, day } = moment(new Date(file.lastModified));
  return { name: new TextEncoder().encode(path), fields: [20, NAMES_IN_UTF8, 0, time, day], sum, size: file.size };
}

/** As MS-DOS wrote it: two seconds are the least, 1980 the first year.
 * @param {Date} date */
function moment(date) {
  const year = Math.max(0, date.getUTCFullYear() - 1980);
  return {
    time: (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1),
    day: (year << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate(),
  };
}

/** @param {ReturnType<typeof headerOf>} header */
function local({ name, fields, sum, size }) {
  return record(0x04034b50, [...fields.map(short), long(sum), long(size), long(size), short(name.length), short(0)], name);
}

/** @param {ReturnType<typeof headerOf>} header
 * @param {number} offset */
function central({ name, fields, sum, size }, offset) {
  const rest = [long(sum), long(size), long(size), short(name.length), short(0), short(0), short(0), short(0), long(0), long(offset)];
  return record(0x02014b50, [short(20), ...fields.map(short), ...rest], name);
}

/** @param {number} count
 * @param {number} size
 * @param {number} offset */
function end(count, size, offset) {
  return record(0x06054b50, [short(0), short(0), short(count), short(count), long(size), long(offset), short(0)], new Uint8Array());
}

/** @typedef {{value: number, bytes: 2|4}} Field */

/** @param {number} value
 * @returns {Field} */
const short = (value) => ({ value, bytes: 2 });

/** @param {number} value
 * @returns {Field} */
const long = (value) => ({ value, bytes: 4 });

/** @param {number} mark that it begins with
 * @param {Field[]} fields
 * @param {Uint8Array} name
 * @returns {Uint8Array<ArrayBuffer>} */
function record(mark, fields, name) {
  const all = [long(mark), ...fields];
  const length = all.reduce((sum, { bytes }) => sum + bytes, 0);
  const content = new Uint8Array(length + name.length);
  const view = new DataView(content.buffer);
  let at = 0;
  for (const { value, bytes } of all) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  content.set(name, length);
  return content;
}
