/** Ctrl + P prints all that is loaded: what was forgotten is fetched first. A print by the browser's menu can't wait for that,
 * it says what is missing (print.css).
 * @param {import("./pages.js").Pages} pages */
export function fetchBeforePrint(pages) {
  window.addEventListener("keydown", (event) => {
    const isPrint = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "p";
    const coming = isPrint && pages.fetchAll("Some of the vignettes could not be fetched: the print says where they are missing.");
    if (!coming) return;
    event.preventDefault();
    coming.then(() => window.print());
  });
}
