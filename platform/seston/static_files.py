"""Scripts and styles straight from ASGI: a page has some fifty, which need not run through the middleware one by one.

Each is read and compressed once, and again when it has changed. Scripts and styles travel without the lines that are
nothing but comment: a seventh of what a first page weighs. The lines keep their numbers, for whoever reads an error.
"""

import gzip
import mimetypes
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation

from seston.static_addresses import is_unchanged, parted

Application = Callable[..., Awaitable[None]]  # ASGI: scope, receive, send
FRESH = b"max-age=60, public"  # then the browser asks whether it has changed
FOREVER = b"max-age=31536000, public, immutable"  # of an address that says what it holds
FILES = 2000  # that are remembered: all there are
TEXTS = {"text/css", "text/javascript", "application/json", "image/svg+xml", "text/html", "text/plain"}
# a line that begins a comment which ends at the end of a line
COMMENTS = {
    "text/javascript": re.compile(
        r"^[ \t]*(?:/\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*$", re.DOTALL | re.MULTILINE
    ),
    "text/css": re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*$", re.DOTALL | re.MULTILINE),
}


def serve_static(application: Application) -> Application:
    """Answers GET and HEAD of a static file that is there; everything else goes to `application`."""

    async def serve(scope: dict, receive: Callable, send: Callable) -> None:
        is_static = scope["type"] == "http" and scope["path"].startswith(settings.STATIC_URL)
        if not is_static or scope["method"] not in ("GET", "HEAD"):
            return await application(scope, receive, send)
        name, version = parted(scope["path"].removeprefix(settings.STATIC_URL))
        path = path_of(name)
        if path is None:
            return await application(scope, receive, send)
        status = path.stat()
        file = read(path, status.st_mtime_ns, status.st_size)
        lifetime = FOREVER if is_unchanged(name, version, status) else FRESH
        await _answer(file, lifetime, scope["method"], dict(scope["headers"]), send)

    return serve


@lru_cache(FILES)
def find(name: str) -> Path | None:
    path = finders.find(name)
    return Path(path) if path else None


def path_of(name: str) -> Path | None:
    """None for what is no static file, or is gone."""
    try:
        path = find(name)
    except SuspiciousFileOperation:
        return None
    return path if path and path.is_file() else None


@dataclass(frozen=True)
class StaticFile:
    body: bytes
    compressed: bytes | None  # None where that saves nothing
    headers: list[tuple[bytes, bytes]]
    tag: bytes


@lru_cache(FILES)
def read(path: Path, modified: int, size: int) -> StaticFile:
    """As it was at that time, in nanoseconds since 1970, and of that size: another time is another file."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    body = path.read_bytes()
    if kind in COMMENTS and "vendor" not in path.parts:
        body = without_comments(body.decode(), kind).encode()
    compressed = gzip.compress(body, mtime=0) if kind in TEXTS else None
    charset = "; charset=utf-8" if kind in TEXTS else ""
    tag = f'"{modified:x}-{size:x}"'.encode()
    headers = [
        (b"content-type", f"{kind}{charset}".encode()),
        (b"etag", tag),
        (b"last-modified", formatdate(modified / 1e9, usegmt=True).encode()),
        (b"vary", b"accept-encoding"),
        (b"x-content-type-options", b"nosniff"),
    ]
    return StaticFile(body, compressed, headers, tag)


def without_comments(text: str, kind: str) -> str:
    """Without the lines that are nothing but comment, each of which leaves an empty one."""
    return COMMENTS[kind].sub(lambda match: "\n" * match.group().count("\n"), text)


async def _answer(
    file: StaticFile, lifetime: bytes, method: str, request_headers: dict[bytes, bytes], send: Callable
) -> None:
    headers, body, status = [*file.headers, (b"cache-control", lifetime)], file.body, 200
    if file.tag in request_headers.get(b"if-none-match", b""):
        status, body = 304, b""
    elif file.compressed and b"gzip" in request_headers.get(b"accept-encoding", b""):
        body = file.compressed
        headers.append((b"content-encoding", b"gzip"))
    if status == 200:
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
