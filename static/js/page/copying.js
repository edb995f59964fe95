// @ts-check
/** Buttons that copy a text of the page: shown where the browser may write to the clipboard. */

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-copies]"))) {
  if (!navigator.clipboard) break; // on plain http
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const source = document.getElementById(button.dataset.copies ?? "");
  const text = source instanceof HTMLInputElement ? source.value : (source?.textContent.trim() ?? "");
  const status = button.parentElement?.querySelector("[role=status]");
  const isCopied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  if (status) status.textContent = isCopied ? "Copied." : "The browser does not let this page copy: select the text instead.";
}
