// @ts-check
/** What is said of files before they are sent. */

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** In decimal units, as people and disks count: 12.3 MB.
 * @param {number} bytes */
export function sizeInWords(bytes) {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const size = bytes / 1000 ** power;
  return `${size.toFixed(power && size < 100 ? 1 : 0)} ${UNITS[power]}`;
}

/** Whether a field takes a file of that name and type, as its `accept` says; without one it takes all.
 * @param {string} accept
 * @param {{name: string, type: string}} file */
export function accepts(accept, { name, type }) {
  const kinds = accept
    .toLowerCase()
    .split(",")
    .map((kind) => kind.trim())
    .filter(Boolean);
  const fits = (/** @type {string} */ kind) => {
    if (kind.startsWith(".")) return name.toLowerCase().endsWith(kind);
    return kind.endsWith("/*") ? type.startsWith(kind.slice(0, -1)) : type === kind;
  };
  return kinds.length === 0 || kinds.some(fits);
}

/** Those that are there with those that are added, each once.
 * @template {{name: string, size: number, lastModified: number}} F
 * @param {F[]} files
 * @param {F[]} added
 * @returns {F[]} */
export function joined(files, added) {
  const keyOf = (/** @type {F} */ { name, size, lastModified }) => `${name}/${size}/${lastModified}`;
  return [...new Map([...files, ...added].map((file) => [keyOf(file), file])).values()];
}

/** The files that were dropped, those in folders too, each with where it lay: tow/a.png.
 * @param {DataTransfer} transfer
 * @returns {Promise<{path: string, file: File}[]>} */
export async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()); // at once: later they are gone
  const files = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return files.map((file) => ({ path: file.name, file }));
  return (await Promise.all(entries.filter((entry) => entry !== null).map(filesIn))).flat();
}

/** @param {FileSystemEntry} entry
 * @returns {Promise<{path: string, file: File}[]>} */
async function filesIn(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject));
    return [{ path: entry.fullPath.slice(1), file }];
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  const files = [];
  for (;;) {
    const entries = /** @type {FileSystemEntry[]} */ (await new Promise((resolve, reject) => reader.readEntries(resolve, reject)));
    if (!entries.length) return files.flat(); // a browser hands out a hundred at a time
    files.push(...(await Promise.all(entries.map(filesIn))));
  }
}

/** By the folder that was dropped or chosen, and what lay in none.
 * @template {{path: string}} F
 * @param {F[]} files
 * @returns {{folders: Map<string, F[]>, single: F[]}} */
export function byFolder(files) {
  const isIn = (/** @type {F} */ { path }) => path.includes("/");
  return { folders: Map.groupBy(files.filter(isIn), ({ path }) => path.split("/")[0]), single: files.filter((file) => !isIn(file)) };
}
