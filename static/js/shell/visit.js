/** Going to another view of the bench: a filter or an order that the server refuses is said here, and the page stays. */

export class Visits {
  /** @param {string} url of the vignettes alone: they take the query of the bench, and refuse what it refuses */
  constructor(url, toasts) {
    this.url = url;
    this.toasts = toasts;
    this.visits = 0;
    document.addEventListener("click", (event) => this.followLink(event));
  }

  /** Returns whether it goes there, or somewhere else by what was chosen since: that is what counts. Without a network the browser says why it can't.
   * @param {URLSearchParams} query
   * @param {(why: string) => void} say tells why not */
  async go(query, say = (refusal) => this.toasts.error(refusal)) {
    this.visits += 1;
    const visit = this.visits;
    const refusal = await this.refusal(query);
    if (visit !== this.visits) return true;
    if (refusal) say(refusal);
    else location.search = String(query);
    return !refusal;
  }

  async refusal(query) {
    const response = await fetch(`${this.url}?${query}`).catch(() => null);
    return response?.status === 400 ? response.text() : null;
  }

  /** Saved views, and similarity from the panel: what was right when they were made may not be any more. */
  followLink(event) {
    const link = event.target.closest("#views a, a.similar");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || new URL(link.href).pathname !== location.pathname) return;
    event.preventDefault();
    const view = link.closest("#views") && `The view “${link.textContent.trim()}” can't be shown. `;
    this.go(new URL(link.href).searchParams, (refusal) => this.toasts.error((view ?? "") + refusal));
  }

  /** A form whose answer is another view.
   * @param {((why: string) => void)} [say] tells why not; what is chosen stays then, as what is typed does */
  submitThrough(form, say) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!(await this.go(queryOf(form), say)) && !say) form.querySelectorAll("select").forEach(chooseAsBefore);
    });
  }
}

/** What the page shows is chosen again. */
function chooseAsBefore(select) {
  select.selectedIndex = indexShown(select);
}

/** @param {HTMLSelectElement} select */
function indexShown(select) {
  return Math.max(
    0,
    [...select.options].findIndex((option) => option.defaultSelected),
  );
}

/** What somebody has chosen before the script came, whose event nobody heard. The form has autocomplete="off", so that no
 * browser brings back what was chosen on an earlier visit.
 * @param {HTMLFormElement} form
 * @returns {HTMLSelectElement|HTMLInputElement|undefined} */
export function chosenEarly(form) {
  const fields = /** @type {(HTMLSelectElement|HTMLInputElement)[]} */ ([...form.elements]);
  return fields.find((field) =>
    field instanceof HTMLSelectElement ? field.selectedIndex !== indexShown(field) : field.type === "checkbox" && field.checked !== field.defaultChecked,
  );
}

/** What is not asked for is not in the URL. */
function queryOf(form) {
  return new URLSearchParams([...new FormData(form)].flatMap(([name, value]) => (value ? [[name, String(value)]] : [])));
}
