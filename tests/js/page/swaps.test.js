// A part of a page that is drawn anew while somebody is at work there.
import assert from "node:assert/strict";
import { mock, test } from "node:test";

const document = Object.assign(new EventTarget(), { activeElement: null, body: {} });
globalThis.document = /** @type {any} */ (document);
globalThis.HTMLDetailsElement = /** @type {any} */ (class {});
globalThis.Element = /** @type {any} */ (class extends EventTarget {});
const { saveFields, restoreFields } = await import("../../../static/js/page/swaps.js");

/** @template T
 * @param {string} name
 * @param {T} [detail]
 * @param {EventTarget} [target] */
function emit(name, detail, target = document) {
  target.dispatchEvent(Object.assign(new Event(name), { detail }));
  return detail;
}

/** A form of one field, as it is drawn.
 * @param {string} value
 * @returns {any} */
function formOf(value, name = "text") {
  const form = { getAttribute: (attribute) => (attribute === "hx-post" ? "/comments/5/" : null) };
  const field = { form, name, value, defaultValue: value, closest: () => null };
  return Object.assign(new EventTarget(), { field, isConnected: true, matches: () => true, querySelectorAll: () => [field] });
}

/** What asks for itself every second. */
function polling(isPressed) {
  const part = { id: "job", getAttribute: () => "every 1s", matches: () => isPressed, contains: () => false, querySelectorAll: () => [] };
  return { target: part, shouldSwap: true, requestConfig: { elt: part, verb: "get" } };
}

test("a part that asks again and again is not exchanged below a pressed button", () => {
  assert.equal(emit("htmx:beforeSwap", polling(true)).shouldSwap, false);
  assert.equal(emit("htmx:beforeSwap", polling(false)).shouldSwap, true);
});

test("an answer that draws nothing takes the focus nowhere when the next one comes", () => {
  const part = Object.assign(new Element(), polling(false).target, { id: "measured" });
  const requestConfig = { elt: part, verb: "get" };
  emit("htmx:beforeSwap", { target: part, shouldSwap: false, requestConfig });
  const arrival = new Event("htmx:afterSwap");
  Object.defineProperty(arrival, "target", { value: Object.assign(part, { querySelectorAll: () => assert.fail("nobody waits for it") }) });
  document.dispatchEvent(arrival);
});

test("what was typed before an answer came is put back once", () => {
  const [before, after, later] = [formOf("as it was"), formOf("as it is"), formOf("as it is")];
  before.field.value = "as I have it";
  saveFields(before);
  restoreFields(after);
  restoreFields(later);
  assert.deepEqual([after.field.value, later.field.value], ["as I have it", "as it is"]);
});

test("what was sent does not come back, but for what was typed since", () => {
  const [form, after] = [formOf(""), formOf("")];
  form.field.value = "said";
  emit("htmx:beforeRequest", { elt: form });
  saveFields(form);
  restoreFields(after);
  assert.equal(after.field.value, "");
  form.field.value = "said, and more";
  saveFields(form);
  restoreFields(after);
  assert.equal(after.field.value, "said, and more");
});

test("what nobody took, of a form that is gone, comes back with its like", () => {
  const [form, after] = [formOf("", "caption"), formOf("", "caption")];
  form.field.value = "not heard";
  emit("htmx:beforeRequest", { elt: form });
  form.isConnected = false;
  emit("htmx:afterRequest", { successful: false }, form);
  restoreFields(after);
  assert.equal(after.field.value, "not heard");
});

test("what was refused, and sent once more with other words, does not come back", () => {
  const [form, after] = [formOf(""), formOf("")];
  for (const words of ["refused", "better words"]) {
    form.field.value = words;
    emit("htmx:beforeRequest", { elt: form });
    emit("htmx:afterRequest", { successful: words !== "refused" }, form);
    saveFields(form);
  }
  restoreFields(after);
  assert.equal(after.field.value, "");
});

test("who sends something that nobody answers is told so, until an answer comes", () => {
  const messages = [];
  Object.assign(document, {
    createElement: () => ({ remove: () => messages.pop() }),
    getElementById: () => ({ append: ({ textContent }) => messages.push(textContent) }),
  });
  const form = formOf("");
  const send = (error, status) => {
    emit("htmx:beforeRequest", { elt: form });
    emit("htmx:afterRequest", { successful: status === 200 }, form);
    if (error) emit(error, { xhr: { status } }, form);
  };
  send("htmx:sendError", 0);
  assert.match(messages[0], /did not answer/);
  send("htmx:responseError", 502);
  assert.equal(messages.length, 1);
  send(null, 200);
  assert.deepEqual(messages, []);
  send("htmx:sendAbort", 0);
  send("htmx:responseError", 400);
  assert.deepEqual(messages, [], "a later request came in its place; what is refused is said by the server");
});

test("a part that somebody asked for and that does not come is said; one that asks by itself asks again", () => {
  const messages = [];
  const remove = () => messages.pop();
  Object.assign(document, {
    createElement: () => ({ remove }),
    getElementById: () => ({ append: ({ textContent }) => messages.push(textContent) }),
  });
  const part = (trigger) => ({ getAttribute: () => trigger, matches: () => false });
  emit("htmx:sendError", { elt: part("every 1s") });
  assert.deepEqual(messages, []);
  emit("htmx:responseError", { elt: part(null), xhr: { status: 400 } });
  assert.deepEqual(messages, [], "a refusal has words of its own");
  emit("htmx:sendError", { elt: part(null) });
  assert.match(messages[0], /Try it again/);
  emit("htmx:afterRequest", { successful: true });
  assert.deepEqual(messages, []);
});

test("more of a list that does not come is asked for again after a pause, while it is on the page", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const requests = [];
  const messages = [];
  globalThis.htmx = /** @type {any} */ ({ trigger: (part, name) => requests.push([part, name]) });
  Object.assign(document, {
    createElement: () => ({ remove: () => messages.pop() }),
    getElementById: () => ({ append: ({ textContent }) => messages.push(textContent) }),
  });
  const more = (trigger, isConnected = true) => ({ isConnected, getAttribute: () => trigger, matches: () => false });
  const row = more("intersect root:#gallery");
  for (const elt of [more("click"), more("revealed", false), row]) emit("htmx:sendError", { elt });
  assert.match(messages[0], /asked again/);
  assert.deepEqual(requests, []);
  mock.timers.tick(5000);
  assert.deepEqual(requests, [[row, "intersect"]]);
  emit("htmx:afterRequest", { successful: true });
  assert.deepEqual(messages, []);
  mock.timers.reset();
});
