/** What is typed as a comment goes into a comment, whether its field is there yet or not. The field comes with the panel:
 * until then a field of this page takes the focus and the words, and hands both over. Words that were begun stay with
 * their object until they are sent, under the key that their form had: sent twice, they are one comment. */

export class Composer {
  /** @param {HTMLElement} panel with the field that waits (.composing)
   * @param {HTMLElement} content of the panel, which is fetched */
  constructor(panel, content, gallery) {
    this.panel = panel;
    this.content = content;
    this.gallery = gallery;
    this.waiting = panel.querySelector(".composing");
    this.field = this.waiting.querySelector("textarea");
    /** @type {Map<string, string>} object → the key under which its words were sent, to no answer yet */
    this.keys = new Map();
    const name = `seston.drafts.${panel.closest("[data-person]").getAttribute("data-person")}`;
    this.drafts = new Map(JSON.parse(sessionStorage.getItem(name) ?? "[]")); // object → words; another filter is another page
    window.addEventListener("pagehide", () => sessionStorage.setItem(name, JSON.stringify([...this.drafts])));
    this.field.addEventListener("input", () => this.drafts.set(this.waiting.dataset.object, this.field.value));
    this.field.addEventListener("keydown", (event) => event.key === "Escape" && this.giveUp());
    content.addEventListener("input", ({ target }) => target === this.arrived() && this.drafts.set(this.object(), this.arrived().value));
    content.addEventListener("htmx:beforeRequest", ({ target }) => this.sending(/** @type {Element} */ (target)));
    content.addEventListener("htmx:load", () => this.handOver());
    gallery.element.addEventListener("look", ({ detail }) => detail.dataset.id !== this.waiting.dataset.object && this.hide());
    panel.addEventListener("keydown", (event) => this.type(event));
  }

  /** To the field of the object in hand. */
  open() {
    const v = this.gallery.targets()[0];
    if (!v) return;
    if (v !== this.gallery.last) this.gallery.focus(v);
    this.openPanel();
    if (this.object() === v.dataset.id) return this.arrived()?.focus();
    this.waiting.dataset.object = v.dataset.id;
    this.field.value = this.drafts.get(v.dataset.id) ?? "";
    this.waiting.hidden = false;
    this.field.focus();
  }

  /** On small screens it is a drawer. */
  openPanel() {
    if (getComputedStyle(this.panel).display === "none") document.querySelector(`[data-drawer=${this.panel.id}]`).click();
  }

  /** Once the comment is said, wherever one has gone meanwhile, its words are not a draft any more; what was typed since is. */
  sending(form) {
    const [words, object] = [form.matches("form") && form.querySelector("textarea#comment-text")?.value, this.object()];
    if (!words) return;
    this.keys.set(object, keyField(form).value);
    const answered = ({ detail }) => detail.successful && this.forget(object, words);
    form.addEventListener("htmx:afterRequest", answered, { once: true });
  }

  /** @param {string} object
   * @param {string} words */
  forget(object, words) {
    this.keys.delete(object);
    if (words === this.drafts.get(object)) this.drafts.delete(object);
  }

  /** Letters typed in the panel, where no field has them, are the beginning of a comment once it is on its way. */
  type(event) {
    const isLetter = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isLetter || event.target !== this.panel || this.object() === this.gallery.last?.dataset.id) return;
    this.open(); // the key then goes to the field that has the focus
  }

  /** The object whose comments the panel shows. */
  object() {
    return this.content.querySelector("#discussion")?.dataset.object;
  }

  /** @returns {HTMLTextAreaElement|null} */
  arrived() {
    return this.content.querySelector("#discussion #comment-text");
  }

  /** The field has come: it takes what was typed, and the focus where it waited for it. */
  handOver() {
    const [field, object] = [this.arrived(), this.object()];
    if (!object) return;
    if (field && !field.value) field.value = this.drafts.get(object) ?? "";
    if (field && this.keys.has(object)) keyField(field.form).value = this.keys.get(object);
    if (this.waiting.hidden || this.waiting.dataset.object !== object) return;
    const hadFocus = document.activeElement === this.field;
    const { selectionStart, selectionEnd } = this.field;
    if (hadFocus) (field ?? this.panel).focus();
    if (hadFocus && field) field.setSelectionRange(selectionStart, selectionEnd);
    this.hide();
  }

  giveUp() {
    this.hide();
    this.gallery.focus(this.gallery.last);
  }

  hide() {
    this.waiting.hidden = true;
  }
}

/** @param {HTMLFormElement} form
 * @returns {HTMLInputElement} */
const keyField = (form) => form.querySelector("[name=key]");
