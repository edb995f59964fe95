"""Asks the whole ASGI application for a picture, as a browser would."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from seston.asgi import application


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    largest_piece: int = 0  # bytes of the body at once


def get(url: str) -> Answer:
    path, _, query = url.partition("?")
    answer = Answer()

    async def send(message: dict) -> None:
        answer.status = message.get("status", answer.status)
        answer.headers |= {name.decode(): value.decode() for name, value in message.get("headers", [])}
        answer.body += message.get("body", b"")
        answer.largest_piece = max(answer.largest_piece, len(message.get("body", b"")))

    scope = {"type": "http", "path": path, "query_string": query.encode(), "headers": [], "method": "GET"}
    # in a thread of its own: the browser tests leave an event loop running in this one
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, application(scope, None, send)).result()
    return answer
