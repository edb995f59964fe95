"""The zip that an export writes: tables are deflated by ISA-L, several times as fast as zlib at its fastest; pictures,
which are packed already, are stored."""

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from isal import isal_zlib

BLOCK = 2**20  # bytes that are deflated at once
LEVEL = 1  # of ISA-L's 0 to 3


class ArchiveWriter:
    """A context manager. Entries are written one after the other, none is held in memory."""

    def __init__(self, out: Path):
        self.zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True)

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(self, *exception: object) -> None:
        self.zip.close()

    @contextmanager
    def table(self, name: str) -> Iterator[IO[bytes]]:
        """A file of text, to be written to within the block."""
        with self.zip.open(name, "w", force_zip64=True) as raw:
            vars(raw)["_compressor"] = isal_zlib.compressobj(LEVEL, isal_zlib.DEFLATED, -15)
            with io.BufferedWriter(cast(io.RawIOBase, raw), BLOCK) as file:
                yield cast(IO[bytes], file)

    @contextmanager
    def stored(self, name: str) -> Iterator[IO[bytes]]:
        """A file that is packed already, as Parquet or a tar of pictures."""
        entry = zipfile.ZipInfo(name)
        with self.zip.open(entry, "w", force_zip64=True) as raw:
            yield raw

    def picture(self, name: str, content: bytes) -> None:
        self.zip.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_STORED)

    def text(self, name: str, content: str | bytes) -> None:
        self.zip.writestr(name, content)
