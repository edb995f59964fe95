/** Every action of the bench by key; EcoTaxa's own keys work too. */
export function listenToKeys(gallery, actions) {
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea, dialog, button, summary") || document.querySelector("dialog[open]")) return;
    const handler = event.ctrlKey || event.metaKey ? withControl(gallery, actions, event) : plain(gallery, actions, event);
    if (handler) {
      event.preventDefault();
      handler();
    }
  });
}

function withControl(gallery, actions, event) {
  const key = event.key.toLowerCase();
  if (key === "z" && event.shiftKey) return actions.redo;
  return {
    a: () => gallery.only(gallery.all()),
    l: actions.accept,
    u: actions.dubious,
    z: actions.undo,
    y: actions.redo,
  }[key];
}

function plain(gallery, actions, event) {
  if (event.altKey) return null;
  if (event.key.startsWith("Arrow")) return () => move(gallery, event.key, event.shiftKey);
  const named = {
    Enter: event.target.closest("a") ? null : actions.accept,
    "-": actions.dubious,
    "?": actions.help,
    "/": () => document.getElementById("find-taxon").focus(),
    "+": () => actions.zoom(+10),
    "=": () => actions.zoom(+10),
    _: () => actions.zoom(-10),
    Escape: () => gallery.only([]),
    " ": () => gallery.focused() && gallery.toggle(gallery.focused()),
  };
  if (event.key in named) return named[event.key];
  if (actions.recent && /^[1-9]$/.test(event.key)) return () => actions.recent(Number(event.key) - 1);
  return actions.pick && /^\p{L}$/u.test(event.key) ? () => actions.pick(event.key) : null;
}

function move(gallery, key, isExtending) {
  const from = gallery.focused() ?? (gallery.last?.isConnected ? gallery.last : null);
  const to = from ? gallery.neighbour(from, key) : gallery.all()[0];
  if (!to) return;
  if (isExtending) gallery.anchor ??= from;
  gallery.focus(to);
  if (isExtending) gallery.extendTo(to);
  else gallery.anchor = to;
}
