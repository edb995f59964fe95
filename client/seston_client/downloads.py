"""Files come down whole or not at all: where the connection breaks, what is missing is asked for."""

import time
from pathlib import Path
from typing import IO

import requests
from tqdm.auto import tqdm

from seston_client.connection import Connection
from seston_client.errors import SestonError

CHUNK = 1 << 17  # bytes: what a break loses at most
TRIES = 6  # one after the other that bring nothing


def download(connection: Connection, address: str, path: Path, *, has_bar: bool = True) -> Path:
    """Writes what lies at an address to the path; `….part` beside it grows meanwhile, and begins empty."""
    part = path.with_name(f"{path.name}.part")
    with (
        part.open("wb") as file,
        tqdm(desc=path.name, unit="B", unit_scale=True, disable=not has_bar) as bar,
    ):
        _Download(connection, address, file, bar).finish()
    return part.replace(path)


class _Download:
    def __init__(self, connection: Connection, address: str, file: IO[bytes], bar: tqdm) -> None:
        self.connection, self.address, self.file, self.bar = connection, address, file, bar
        self.tag = ""  # of the file that the first bytes are of

    def finish(self) -> None:
        failures = 0
        while True:
            start = self.file.tell()
            try:
                return self._read(start)
            except SestonError as error:
                failures = failures + 1 if self.file.tell() <= start else 0
                if error.status or failures == TRIES:
                    raise
                time.sleep(2**failures / 4)

    def _read(self, start: int) -> None:
        """From a byte on as long as it is the same file, else from its beginning."""
        is_going_on = start > 0 and self.tag != ""
        headers = {"Range": f"bytes={start}-", "If-Range": self.tag} if is_going_on else {}
        with self.connection.stream(self.address, headers) as answer:
            if answer.status_code != requests.codes.partial_content:
                self.file.seek(0)
                self.file.truncate()
                self.tag = _strong_tag(answer)
            self._show(int(answer.headers.get("Content-Length") or 0))
            for block in answer.iter_content(CHUNK):
                self.file.write(block)
                self.bar.update(len(block))

    def _show(self, remaining: int) -> None:
        self.bar.reset(self.file.tell() + remaining or None)
        self.bar.update(self.file.tell())


def _strong_tag(answer: requests.Response) -> str:
    """Of the bytes as they are; a weak one says nothing of them."""
    tag = answer.headers.get("ETag", "")
    return "" if tag.startswith("W/") else tag
