"""Opens a package, a zip or a folder, without ever writing outside or unpacking more than is allowed."""

import os
import shutil
import stat
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from annotations.imports.ecotaxa.problems import PackageError

MOST_BYTES = int(os.environ.get("SESTON_IMPORT_MAX_BYTES", 50 * 10**9))
MOST_FILES = 20_000_000
MOST_RATIO = 200  # a picture or a table packs 20 to 1 at best; a zip bomb 1,000 to 1
RATIO_FROM = 10 * 2**20  # small files may pack as they like
MOST_NESTED = 500
MOST_PICTURE_BYTES = 500 * 10**6  # a picture is read whole
TABLES = ("ecotaxa*.tsv", "ecotaxa*.txt")
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError)


@dataclass(frozen=True, slots=True)
class _Entry:
    source: zipfile.ZipFile | Path
    inner: zipfile.ZipInfo | str
    size: int


class Package:
    """Files of a package by their path inside it. Close it, or use it in a `with`."""

    def __init__(self, path: Path):
        self.path = path
        self._scratch: Path | None = None
        self._bytes = 0
        self._entries: dict[str, _Entry] = {}
        self._zips: list[zipfile.ZipFile] = []
        self._lock = threading.Lock()
        try:
            self._open(path)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        for archive in self._zips:
            archive.close()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def tables(self) -> list[str]:
        """Paths of the tables, sorted. EcoTaxa wants them to be called ecotaxa*.tsv or ecotaxa*.txt."""
        return sorted(
            name
            for name in self._entries
            if any(fnmatchcase(PurePosixPath(name).name, kind) for kind in TABLES)
        )

    def named(self, name: str) -> str | None:
        """The path of the file of that name, in whatever folder; of several, the outermost."""
        paths = [path for path in self._entries if PurePosixPath(path).name == name]
        return min(paths, key=lambda path: (path.count("/"), path), default=None)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """A picture. Raises PackageError when it is damaged or too large for one, KeyError for no file."""
        if self._entries[name].size > MOST_PICTURE_BYTES:
            raise PackageError(f"{name} is larger than {MOST_PICTURE_BYTES // 10**6} MB. Save it smaller.")
        with self.stream(name) as file:
            return file.read()

    @contextmanager
    def stream(self, name: str) -> Iterator[BinaryIO]:
        """The file from its beginning. What is damaged in it is told as a PackageError."""
        entry = self._entries[name]
        file = None
        try:
            with self._lock:  # opening and closing count references, which two threads would miscount
                file = self._opened(entry)
            yield file
        except DAMAGE as error:
            raise PackageError(f"{name} cannot be unpacked ({error}). Make the package again.") from error
        finally:
            if file is not None:
                with self._lock:
                    file.close()

    @staticmethod
    def _opened(entry: _Entry) -> BinaryIO:
        if isinstance(entry.source, Path):
            return (entry.source / str(entry.inner)).open("rb")
        return entry.source.open(entry.inner)  # type: ignore[return-value]

    # --- Opening --------------------------------------------------------------------------------------------

    def _open(self, path: Path) -> None:
        if path.is_dir():
            self._add_folder(path)
        elif path.is_file():
            self._add_zip(path, "")
        else:
            raise PackageError(f"There is no file or folder {path.name}. Check the path.")

    def _add_folder(self, folder: Path) -> None:
        root = folder.resolve()
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder).as_posix()
            if file.is_file():
                if not file.resolve().is_relative_to(root):
                    raise PackageError(
                        f"{name} is a link that leads out of the package. Put the file itself there."
                    )
                self._add(name, _Entry(folder, name, file.stat().st_size))

    def _add_zip(self, path: Path, prefix: str) -> None:
        try:
            archive = zipfile.ZipFile(path)
        except DAMAGE as error:
            raise PackageError(
                f"{prefix or path.name} is no zip file, or it is damaged. Make the zip again."
            ) from error
        self._zips.append(archive)
        for info in archive.infolist():
            if not info.is_dir():
                name = _safe_name(info, prefix)
                self._add(prefix + name, _Entry(archive, info, info.file_size))

    def _add(self, name: str, entry: _Entry) -> None:
        self._bytes += entry.size
        if self._bytes > MOST_BYTES:
            raise PackageError(
                f"Unpacked, the package is larger than {MOST_BYTES / 10**9:,.0f} GB. Split it, or ask the "
                "administrator to raise SESTON_IMPORT_MAX_BYTES."
            )
        if len(self._entries) >= MOST_FILES:
            raise PackageError(f"The package holds more than {MOST_FILES:,} files. Split it.")
        if name.lower().endswith("images.zip"):
            self._add_nested(name, entry)
        else:
            self._entries[name] = entry

    def _add_nested(self, name: str, entry: _Entry) -> None:
        """UVP software packs each profile's pictures once more, as `…_Images.zip`."""
        if len(self._zips) >= MOST_NESTED or name.count(".zip/") > 1:
            raise PackageError(f"{name}: too many zips in one another. Unpack the inner ones first.")
        if isinstance(entry.source, Path):
            self._add_zip(entry.source / str(entry.inner), name + "/")
        else:
            self._add_zip(self._unpacked(name, entry), name + "/")

    def _unpacked(self, name: str, entry: _Entry) -> Path:
        """A zip in a zip is the one thing that is unpacked: it can't be read in place."""
        self._scratch = self._scratch or Path(tempfile.mkdtemp(prefix="seston-import-"))
        target = self._scratch / f"{len(self._zips)}.zip"
        self._entries[name] = entry
        with self.stream(name) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file, 2**20)
        del self._entries[name]
        return target


def _safe_name(info: zipfile.ZipInfo, prefix: str) -> str:
    """The entry's path with forward slashes. Raises PackageError for what no honest package holds."""
    plain = info.filename.replace("\\", "/")
    name, path = prefix + plain, PurePosixPath(plain)
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise PackageError(
            f"{name} would be unpacked outside the package. Make the zip again from inside its folder."
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise PackageError(f"{name} is a link. Put the file itself into the zip.")
    if info.flag_bits & 1:
        raise PackageError(f"{name} is encrypted. Make the zip again without a password.")
    if info.file_size > RATIO_FROM and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise PackageError(
            f"{name} unpacks to {info.file_size / 10**6:,.0f} MB, {MOST_RATIO} times its size or more: "
            "that looks like a zip bomb. Leave it out."
        )
    return path.as_posix()
