"""What a page looked like when a test failed on it: what fails once in a hundred runs has to say enough by itself."""

import json
from weakref import WeakKeyDictionary

from playwright.sync_api import ConsoleMessage, Page
from playwright.sync_api import Error as BrowserError

STATE = """() => {
    const every = (selector) => [...document.querySelectorAll(selector)];
    const texts = (selector) => every(selector).map(({ innerText }) => innerText.trim()).filter(Boolean);
    const { activeElement } = document;
    return {
        address: location.href,
        focus: activeElement?.outerHTML.slice(0, 200),
        dialogs: every("dialog[open]").map(({ id, innerText }) => `${id}: ${innerText.slice(0, 500)}`),
        statuses: texts("[role=status]"),
        alerts: texts("[role=alert]"),
        fields: every("input:not([type=hidden])").map(({ id, value }) => `${id}: ${value}`).slice(0, 20),
    };
}"""
_notes: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()
_errors: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()


def keep_notes(page: Page) -> None:
    """Of what its console says, also of the server's errors, and which requests get no answer.

    Nothing is heard of answers that are well: a page has two hundred, and each would come here.
    """
    notes, errors = _notes.setdefault(page, []), _errors.setdefault(page, [])
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: _note_message(notes, message))
    page.on(
        "requestfailed",
        lambda request: notes.append(f"{request.failure}: {request.method} {request.url}"),
    )


def errors_of(page: Page) -> list[str]:
    """Of its scripts, since its notes were begun."""
    return list(_errors[page])


def begin_notes(page: Page) -> None:
    """Anew: what was noted is another test's."""
    _notes[page].clear()
    _errors[page].clear()


def state_of(page: Page) -> str:
    """In lines for a report."""
    try:
        state = page.evaluate(STATE)
    except BrowserError as error:
        state = {"gone": str(error)}
    return "\n".join([json.dumps(state, indent=1, ensure_ascii=False), *_notes.get(page, [])[-40:]])


def _note_message(notes: list[str], message: ConsoleMessage) -> None:
    if message.type in ("error", "warning"):
        notes.append(f"{message.type}: {message.text} {message.location['url']}")
