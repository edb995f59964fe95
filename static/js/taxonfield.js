// A text field that takes a taxon: its list follows what is typed. It works without this too, by the whole name.
document.addEventListener("input", async ({ target }) => {
  if (!(target instanceof HTMLInputElement) || !target.dataset.complete) return;
  const text = target.value.trim();
  if (!text) return;
  const answer = await fetch(`${target.dataset.complete}?q=${encodeURIComponent(text)}`);
  const { results } = await answer.json();
  if (target.value.trim() !== text) return; // overtaken
  target.list.replaceChildren(
    ...results.map(({ name, lineage }) => Object.assign(document.createElement("option"), { value: name, label: lineage.join(" › ") })),
  );
});
