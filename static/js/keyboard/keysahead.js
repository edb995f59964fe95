/** Who works by keys does not wait for answers: keys that are pressed while one is on its way mean what comes then. They wait
 * for it, and do afterwards what they would have done. */
import { pressAgain } from "../page/ondemand.js";

const PATIENCE = 10_000; // milliseconds after which nobody means an answer any more

/** @template T
 * @param {Promise<T>} answer
 * @param {(content: T) => void|boolean} act what the key meant that asked for it. Escape gives that up, and then does what it always does.
 * @param {(() => void)|null} drop where keys mean nothing without the answer: says that they did nothing, when it comes too late. They
 *   do nothing either where `act` returns false, which says why itself */
export async function whenAnswered(answer, act, drop = null) {
  /** @type {KeyboardEvent[]} */
  const waiting = [];
  let isCancelled = false;
  /** @param {KeyboardEvent} event */
  const hold = (event) => {
    isCancelled ||= event.key === "Escape";
    if (isCancelled || event.key === "Tab") return; // no page can press Tab again
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.push(event);
  };
  const end = () => {
    clearTimeout(timer);
    window.removeEventListener("keydown", hold, { capture: true });
  };
  const timer = setTimeout(() => {
    isCancelled ||= !drop;
    end();
    const keys = waiting.splice(0);
    if (!drop) keys.forEach(pressAgain);
    else if (keys.length) drop();
  }, PATIENCE);
  window.addEventListener("keydown", hold, { capture: true });
  const content = await answer.finally(end);
  if (isCancelled) return;
  const isDone = act(content) !== false;
  if (isDone || !drop) waiting.forEach(pressAgain);
}
