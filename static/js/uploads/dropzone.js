/** A file field into which files can be dropped, with what is chosen below it: names, sizes, and a way back. The field stays
 * what it is, unseen over the zone: its keys, its label and what a form sends are those of the browser. */
import { accepts, byFolder, filesOf, joined, sizeInWords } from "./files.js";
import { packedFolders } from "./packing.js";

export class DropZone {
  /** @param {HTMLInputElement} input of type file; with data-at-once somebody else takes what is chosen, and no list
   *   is kept; with data-packs-folders a folder becomes a zip */
  constructor(input) {
    this.input = input;
    /** @type {File[]} what is chosen, by one choice after the other */
    this.files = [];
    this.zone = element("div", "dropzone");
    this.list = Object.assign(element("ul", "chosen-files"), { ariaLabel: "Chosen files", hidden: true });
    this.words = Object.assign(element("p", "hint"), { role: "status" });
    const invitation = element("span", "invitation", input.multiple ? "Drop files here, or choose them" : "Drop the file here, or choose it");
    const hasFocus = document.activeElement === input;
    input.before(this.zone);
    this.zone.append(input, invitation);
    if (hasFocus) input.focus();
    this.zone.after(this.list, this.words);
    if (input.multiple) this.offerFolders();
    this.listen();
    if (input.files?.length) this.choose([...input.files]); // before this came
  }

  listen() {
    this.input.addEventListener("change", () => this.choose([...(this.input.files ?? [])]));
    for (const name of ["dragenter", "dragover"]) this.zone.addEventListener(name, (event) => this.hover(event, true));
    this.zone.addEventListener("dragleave", () => this.zone.classList.remove("over"));
    this.zone.addEventListener("drop", (event) => this.drop(event));
    this.input.form?.addEventListener("reset", () => this.write([]));
  }

  /** @param {Event} event
   * @param {boolean} isOver */
  hover(event, isOver) {
    event.preventDefault();
    this.zone.classList.toggle("over", isOver);
  }

  /** A browser chooses either files or a folder. */
  offerFolders() {
    const chooser = Object.assign(document.createElement("input"), { type: "file", webkitdirectory: true });
    const button = Object.assign(element("button", "plain", "Choose a folder"), { type: "button" });
    button.addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => this.add([...(chooser.files ?? [])].map((file) => ({ path: file.webkitRelativePath, file }))));
    this.zone.after(button);
  }

  /** @param {DragEvent} event */
  async drop(event) {
    this.hover(event, false);
    if (event.dataTransfer) await this.add(await filesOf(event.dataTransfer));
  }

  /** @param {{path: string, file: File}[]} dropped */
  async add(dropped) {
    const { files, refusals } =
      "packsFolders" in this.input.dataset ? await this.packFolders(dropped) : { files: dropped.map(({ file }) => file), refusals: [] };
    const fitting = files.filter((file) => accepts(this.input.accept, file));
    const accepted = this.input.multiple ? fitting : fitting.slice(0, 1);
    this.words.textContent = [...refusals, leftOut(files, accepted, this.input.accept)].filter(Boolean).join(" ");
    if (!accepted.length) return;
    this.put(accepted);
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {{path: string, file: File}[]} dropped
   * @returns {Promise<{files: File[], refusals: string[]}>} */
  async packFolders(dropped) {
    const { folders, single } = byFolder(dropped);
    const { zips, refusals } = await packedFolders(folders, (name, count) => {
      this.words.textContent = `Packing ${name}: ${count.toLocaleString("en")} files …`;
    });
    return { files: [...single.map(({ file }) => file), ...zips], refusals };
  }

  /** A field of several adds to what is there.
   * @param {File[]} files */
  choose(files) {
    if ("atOnce" in this.input.dataset) return;
    this.write(this.input.multiple ? joined(this.files, files) : files);
  }

  /** @param {File[]} files */
  write(files) {
    this.files = files;
    this.put(files);
    this.list.replaceChildren(...files.map((file) => this.line(file)));
    this.list.hidden = !files.length;
  }

  /** Into the field, which sends them. @param {File[]} files */
  put(files) {
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    this.input.files = transfer.files;
  }

  /** @param {File} file */
  line(file) {
    const line = element("li");
    const dropping = Object.assign(element("button", "plain", "Remove"), { type: "button", ariaLabel: `Remove ${file.name}` });
    dropping.addEventListener("click", () => this.remove(file));
    line.append(element("span", "name", file.name), element("span", "number", sizeInWords(file.size)), dropping);
    return line;
  }

  /** @param {File} file */
  remove(file) {
    this.write(this.files.filter((other) => other !== file));
    this.words.textContent = `${file.name} is removed.`;
    this.input.focus();
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** @param {File[]} dropped
 * @param {File[]} accepted
 * @param {string} accept */
function leftOut(dropped, accepted, accept) {
  const out = dropped.filter((file) => !accepted.includes(file));
  if (!out.length) return "";
  const names = out.length > 3 ? `${out.length} files` : out.map(({ name }) => name).join(", ");
  const why = out.every((file) => accepts(accept, file))
    ? "one file is taken here"
    : `what is taken here is ${accept.split(",").filter((kind) => kind.startsWith("."))[0] ?? accept}`;
  return `Left out: ${names}; ${why}.`;
}

/** @param {string} tag
 * @param {string} className
 * @param {string} textContent */
function element(tag, className = "", textContent = "") {
  return Object.assign(document.createElement(tag), { className, textContent });
}
