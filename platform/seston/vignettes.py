"""Serves vignettes straight from ASGI: a page of 200 pictures must not wait for 200 runs of the middleware."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from django.core.files.storage import FileSystemStorage, default_storage

from seston.storage import PREFIX, may_open

TYPES = {
    "png": b"image/png",
    "jpg": b"image/jpeg",
    "gif": b"image/gif",
    "webp": b"image/webp",
    "tif": b"image/tiff",
}
FOR_EVER = b"private, max-age=31536000, immutable"
Application = Callable[..., Awaitable[None]]  # ASGI: scope, receive, send


def serve_vignettes(application: Application) -> Application:
    """Answers GET /vignettes/<key>?s=<signature>; everything else goes to `application`."""

    async def serve(scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            return await application(scope, receive, send)
        key = scope["path"].removeprefix(PREFIX)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("s", [""])[0]
        content = await _read(key) if may_open(key, given) else None
        await _answer(send, key, content)

    return serve


async def _read(key: str) -> bytes | None:
    # A vignette is a few kB: reading it here is faster than a trip to a thread and back.
    try:
        if isinstance(default_storage, FileSystemStorage) or hasattr(default_storage, "location"):
            return Path(default_storage.path(key)).read_bytes()
        return await sync_to_async(_read_stored, thread_sensitive=False)(key)
    except FileNotFoundError:
        return None


def _read_stored(key: str) -> bytes:
    with default_storage.open(key) as file:
        return file.read()


async def _answer(send: Callable, key: str, content: bytes | None) -> None:
    if content is None:
        body, status = b"No such picture.", 404
        headers = [(b"content-type", b"text/plain")]
    else:
        body, status = content, 200
        kind = TYPES[key.rsplit(".", 1)[1]]
        headers = [
            (b"content-type", kind),
            (b"cache-control", FOR_EVER),
            (b"x-content-type-options", b"nosniff"),
        ]
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
