"""A file of another server, fetched into a draft: what broke off goes on where it stopped, if it is the same still.

Beside the draft lies a note of which file it is the beginning of: the server's strong ETag, or when it was changed
(RFC 9110 §13.1.5: `If-Range`). Without either, or with another one by now, the file begins anew.
"""

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from annotations.common.outgoing.errors import OutgoingRefused, ServerAway
from annotations.common.outgoing.requests import Response, read_pieces, refuse_status, send_request

TRIES = 5  # one after the other that bring nothing new
PARTIAL, UNSATISFIABLE = 206, 416
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
# called with the bytes that are here and those of the whole file, None where the server does not say
OnPiece = Callable[[int, int | None], None]


class DraftBusy(Exception):
    """Another process is still writing the draft."""


def download(url: str, draft: Path, *, most: int, on_piece: OnPiece, pause: Callable[[], None]) -> None:
    """Fetches all of the file into `draft`, going on behind what is there of it. `pause` waits between two tries.

    Raises OutgoingRefused for where it leads and for a file of more than `most` bytes, ServerAway where five tries one
    after the other got no further than those before, DraftBusy.
    """
    with alone(draft) as file:
        furthest, tries = _end(file), 0
        while True:
            try:
                return _try(url, file, _note_of(draft), most, on_piece)
            except ServerAway:
                # one that begins anew each time and breaks off sooner or later must not go on for ever
                tries = 0 if _end(file) > furthest else tries + 1
                furthest = max(furthest, _end(file))
                if tries >= TRIES:
                    raise
            pause()


def remove_draft(draft: Path) -> None:
    for path in (draft, _note_of(draft)):
        path.unlink(missing_ok=True)


def _try(url: str, file: IO[bytes], note: Path, most: int, on_piece: OnPiece) -> None:
    present, validator = _end(file), _validator(note)
    headers = {"Range": f"bytes={present}-", "If-Range": validator} if present and validator else {}
    with send_request("GET", url, headers=headers) as response:
        if response.status == UNSATISFIABLE:
            if response.headers.get("Content-Range") == f"bytes */{present}":
                return  # all of it was here
            note.unlink(missing_ok=True)
            raise ServerAway("The file changed while it was fetched")
        refuse_status(response, url)
        start, whole = _place(response)
        if start and not _continues(response, validator):
            note.unlink(missing_ok=True)  # the next try begins anew
            raise ServerAway("The file changed while it was fetched")
        if start not in (0, present):
            raise OutgoingRefused(
                "The server sent another part of the file than it was asked for. Upload the file."
            )
        _check_size(whole, most)
        file.seek(start)
        file.truncate()
        if not start:
            note.write_text(json.dumps(_validator_of(response)))
        _write_pieces(response, file, start, whole, most, on_piece)


def _write_pieces(
    response: Response, file: IO[bytes], start: int, whole: int | None, most: int, on_piece: OnPiece
) -> None:
    size = start
    on_piece(size, whole)
    for piece in read_pieces(response):
        size += len(piece)
        _check_size(size, most)
        on_piece(size, whole)  # before it is written: it says whether this process should stop
        file.write(piece)
    file.flush()
    if whole is not None and size != whole:
        raise ServerAway(f"Only {size:,} of {whole:,} bytes came")


def _place(response: Response) -> tuple[int, int | None]:
    """Where what is sent begins in the file, and how large that is."""
    if response.status == PARTIAL:
        place = RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if place is None:
            raise OutgoingRefused("The server sent a part of the file without saying which. Upload the file.")
        return int(place[1]), None if place[2] == "*" else int(place[2])
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else None


def _continues(response: Response, validator: str) -> bool:
    """Whether a part belongs to the file that the draft is the beginning of: not every server heeds `If-Range`."""
    return validator in (response.headers.get("ETag"), response.headers.get("Last-Modified")) or not (
        _validator_of(response)
    )


def _check_size(size: int | None, most: int) -> None:
    if size is not None and size > most:
        raise OutgoingRefused(
            f"The file is larger than {most / 10**9:,.1f} GB, the most that is fetched. Split it, or ask the "
            "administrator to raise SESTON_FETCH_MAX_BYTES."
        )


def _validator_of(response: Response) -> str:
    """What tells this file from another at the same address; nothing where the server says nothing strong."""
    tag = response.headers.get("ETag", "")
    return tag if tag.startswith('"') else response.headers.get("Last-Modified", "")


def _validator(note: Path) -> str:
    try:
        return str(json.loads(note.read_text()))
    except (FileNotFoundError, ValueError):  # cut off while it was written
        return ""


def _note_of(draft: Path) -> Path:
    return draft.with_name(f"{draft.name}.note")


def _end(file: IO[bytes]) -> int:
    return file.seek(0, os.SEEK_END)


@contextmanager
def alone(draft: Path) -> Iterator[IO[bytes]]:
    """The file, made where there is none; no other process has it so meanwhile. Raises DraftBusy."""
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.touch()
    with draft.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DraftBusy(f"{draft.name} is being written by another process.") from None
        yield file
