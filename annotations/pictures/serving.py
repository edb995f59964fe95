"""Serves pictures straight from ASGI: a page of 200 pictures must not wait for 200 runs of the middleware.

Out of a bucket the browser fetches them itself, at a presigned address. `here=1` asks for the bytes from this site all
the same, for scripts that look at pixels, and `name=` for a file of that name.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import cast
from urllib.parse import parse_qsl

from asgiref.sync import sync_to_async
from django.core.files.storage import default_storage
from storages.backends.s3 import S3Storage

from annotations.pictures import plain
from annotations.pictures.derivatives import PARAMETER, thumbnail_of
from annotations.pictures.keys import PREFIX, content_type, may_open
from annotations.pictures.plain import may_open_plain, plain_of
from annotations.pictures.presigning import is_fetched_from_bucket, presigned_url
from annotations.pictures.store import StorageUnavailable, passing_errors
from annotations.pictures.streaming import LargeFile, pieces_of, read_or_open

FOR_EVER = b"private, max-age=31536000, immutable"
Application = Callable[..., Awaitable[None]]  # ASGI: scope, receive, send
Headers = list[tuple[bytes, bytes]]
log = logging.getLogger(__name__)


def serve_pictures(application: Application) -> Application:
    """Answers GET /vignettes/<key>?s=<signature>; everything else goes to `application`."""

    async def serve(scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            return await application(scope, receive, send)
        key = scope["path"].removeprefix(PREFIX)
        query = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        await _send(send, *await _response(key, query))

    return serve


async def _response(key: str, query: dict[str, str]) -> tuple[int, bytes | LargeFile, Headers]:
    """Only a picture is cached: what is missing or out of reach now may be there in a minute."""
    try:
        is_plain = may_open_plain(key, query.get(plain.PARAMETER, ""))
        if is_plain or may_open(key, query.get("s", "")):
            if is_plain:
                key = await sync_to_async(plain_of, thread_sensitive=False)(key)
            if PARAMETER in query:
                key = await sync_to_async(thumbnail_of, thread_sensitive=False)(key)
            if "here" not in query and is_fetched_from_bucket(default_storage):
                return 302, b"", _redirect_headers(key, query.get("name", ""))
            return 200, await read_or_open(key), _picture_headers(key)
    except FileNotFoundError:
        log.warning("picture %s is not in the storage", key)
    except StorageUnavailable as error:
        log.warning("picture %s: %s", key, error)
        message = b"The storage of pictures does not answer. Load the page again in a moment."
        return 503, message, [*_text_headers(), (b"retry-after", b"5")]
    return 404, b"No such picture.", _text_headers()


def _picture_headers(key: str) -> Headers:
    return [
        (b"content-type", content_type(key).encode()),
        (b"cache-control", FOR_EVER),
        (b"x-content-type-options", b"nosniff"),
    ]


def _redirect_headers(key: str, file_name: str) -> Headers:
    """To the bucket, for less long than its address is valid."""
    with passing_errors(key):
        url, seconds = presigned_url(cast(S3Storage, default_storage), key, content_type(key), file_name)
    return [(b"location", url.encode()), (b"cache-control", b"private, max-age=%d" % seconds)]


def _text_headers() -> Headers:
    return [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]


async def _send(send: Callable, status: int, body: bytes | LargeFile, headers: Headers) -> None:
    size = body.size if isinstance(body, LargeFile) else len(body)
    headers = [*headers, (b"content-length", str(size).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    if not isinstance(body, LargeFile):
        return await send({"type": "http.response.body", "body": body})
    try:
        async for piece in pieces_of(body):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    except (FileNotFoundError, StorageUnavailable) as error:
        # the answer has begun: that it ends too early is all that a browser can be told
        return log.warning("picture %s broke off: %s", body.key, error)
    await send({"type": "http.response.body", "body": b""})
