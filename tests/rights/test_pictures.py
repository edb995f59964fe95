"""A picture's address can't be guessed."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from annotations.pictures.keys import image_url
from seston.asgi import application


def ask(path: str, query: str = "") -> int:
    """Status of a GET by the whole ASGI application, pictures included."""
    statuses: list[int] = []

    async def send(message: dict) -> None:
        statuses.append(message.get("status", 0))

    scope = {"type": "http", "path": path, "query_string": query.encode(), "headers": [], "method": "GET"}
    # in a thread of its own: the browser tests leave an event loop running in this one
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, application(scope, None, send)).result()
    return statuses[0]


@pytest.mark.parametrize("spoil", [lambda q: "", lambda q: "s=" + "0" * 32, lambda q: q[:-1]])
def test_a_guessed_picture_is_not_found(spoil, settings):
    key = f"v/ab/cd/{'0' * 60}.png"
    file = settings.STORAGES["default"]["OPTIONS"]["location"] / key
    file.parent.mkdir(parents=True)
    file.write_bytes(b"picture")
    path, _, query = image_url(key).partition("?")
    assert ask(path, query) == 200
    assert ask(path, spoil(query)) == 404
    assert ask("/vignettes/../secret-key", query) == 404
