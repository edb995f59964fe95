let isAwaited = false; // it is on its way, perhaps from before what was said
let turn = 0; // counts how often it was asked for: only the answer to the latest is put in

/** The open discussion of an object, brought up to date: what is being typed in it stays. */
export async function refreshDiscussion() {
  const discussion = document.getElementById("discussion");
  if (!discussion) return refreshWhenLoaded();
  if (isSending(discussion)) return refreshWhenSent();
  turn += 1;
  const current = turn;
  const response = await fetch(discussion.dataset.url).catch(() => null); // without a network it stays as it is, and for who is signed out
  const html = response?.ok && !response.redirected ? await response.text().catch(() => "") : "";
  if (!html || current !== turn || !discussion.isConnected) return;
  if (isSending(discussion)) return refreshWhenSent();
  const fresh = new DOMParser().parseFromString(html, "text/html");
  discussion.querySelector("h3").replaceWith(fresh.querySelector("h3"));
  const list = discussion.querySelector(".comments");
  if (!fresh.querySelector(".nothing")) list.querySelector(".nothing")?.remove();
  for (const line of fresh.querySelectorAll(".comments > [data-changed]")) put(line, list);
}

function refreshWhenLoaded() {
  if (isAwaited) return;
  isAwaited = true;
  const loaded = () => {
    isAwaited = false;
    refreshDiscussion();
  };
  document.addEventListener("htmx:load", loaded, { once: true });
}

/** Whether an answer is on its way that draws all of it anew: a comment put in before would be drawn over. */
function isSending(discussion) {
  return discussion.querySelector(":scope > form.htmx-request") !== null;
}

/** The answer may be older than what was heard meanwhile. */
function refreshWhenSent() {
  document.addEventListener("htmx:afterRequest", () => refreshDiscussion(), { once: true });
}

/** Puts a comment in the place of what it was before, or at the end; not where one is just changing it oneself. */
function put(line, list) {
  const old = list.querySelector(`#${line.id}`);
  if (old?.dataset.changed >= line.dataset.changed || old?.querySelector("details[open], .htmx-request")) return;
  if (old) old.replaceWith(line);
  else list.append(line);
  htmx.process(line);
}
