"""Opens a package, a zip or a folder, without ever writing outside or unpacking more than is allowed."""

import os
import shutil
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from annotations.imports.errors import PackageError
from annotations.imports.names import FileNames, names_on_disk
from annotations.imports.opening import CHANGED, open_inside
from annotations.imports.zip_entries import kind_of_file, safe_names
from annotations.imports.zip_reading import read_small
from classifier.contract.refusals import ZIP_DAMAGE, is_transient

MOST_FILES = 20_000_000
MOST_NESTED = 500
MOST_PICTURE_BYTES = 500 * 10**6  # a picture is read whole
TABLE_ENDINGS = (".tsv", ".txt")
# what systems leave behind in folders and zips, which nobody meant to send
JUNK = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini", "ehthumbs.db"}


@dataclass(frozen=True, slots=True)
class _Entry:
    source: zipfile.ZipFile | Path
    inner: zipfile.ZipInfo | str
    size: int
    checksum: int | None = None  # of the content, where it can be had without reading it
    written: int | None = None  # nanoseconds, of a file of a folder


IGNORE = "ignore"  # what a heading means whose column is left out


class Package:
    """Files of a package by their path inside it. Close it, or use it in a `with`.

    `follows_links`: whether the path to it may lead over links, as that of an administrator; what is in it never does.
    """

    def __init__(self, path: Path, name: str = "", *, follows_links: bool = True):
        self.name = name or path.name  # what its owner calls it: an upload lies under a name of its own
        self.passed_over: list[str] = []  # folders that are links, and zips, whose content is not read
        self.junk: list[str] = []  # what systems leave behind, which is not read
        self.column_names: Mapping[
            str, str
        ] = {}  # what headings mean, in lower case, by the mapping that was chosen
        self.date_order = ""  # what was said of days that could be two, as `DATE_ORDERS` has it
        self.repeated: dict[str, bool] = {}  # entries that stand twice in a zip: is their content one?
        self._aliases: dict[str, tuple[str, ...]] = {}
        self._scratch: Path | None = None
        self._bytes = 0
        self._entries: dict[str, _Entry] = {}
        self._inner_zips: dict[str, _Entry] = {}
        self._zips: list[zipfile.ZipFile] = []
        self._places: list[tuple[Path, str, str]] = []  # of the zips: folder, name in it, path in the package
        self._files: list[BinaryIO] = []  # that they are read from
        self._lock = threading.Lock()
        with ExitStack() as closing:  # whatever stops the opening
            closing.callback(self.close)
            self._open(path.resolve() if follows_links else path)
            closing.pop_all()

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        for archive in self._zips:
            archive.close()
        for file in self._files:
            file.close()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def reopen(self) -> None:
        """For a copy of the process: files that were open before have one place in both, where each reads on.

        Raises PackageError where another file lies there by now: its entries would be read from places of the old one.
        """
        for archive, (folder, inner, prefix) in zip(self._zips, self._places, strict=True):
            before, archive.fp = archive.fp, self._opened_zip(folder, inner, prefix)
            assert before is not None  # as of a package that was closed
            if not os.path.sameopenfile(before.fileno(), archive.fp.fileno()):
                raise PackageError(f"{prefix[:-1] or self.name} {CHANGED}")

    def tables(self) -> list[str]:
        """Paths of the tables, sorted: `ecotaxa*.tsv` or `ecotaxa*.txt`, in any case."""
        return list(self._tables)

    @cached_property
    def _tables(self) -> list[str]:
        return sorted(filter(is_table, self._entries))

    def paths(self) -> list[str]:
        return list(self._entries)

    def inner_zips(self) -> list[str]:
        """Paths of zips that were not opened: a format that knows what they hold streams them."""
        return list(self._inner_zips)

    @cached_property
    def names(self) -> FileNames:
        return FileNames(self._entries, self._aliases, self.tables())

    def named(self, name: str) -> str | None:
        """The path of the file of that name, in whatever folder; of several, the outermost."""
        paths = self.all_named(name)
        return min(paths, key=lambda path: (path.count("/"), path), default=None)

    def column(self, heading: str) -> str:
        """The name of a column by the mapping that was chosen, or as its table has it."""
        return self.column_names.get(heading.strip().lower(), heading)

    def ignored_places(self, headings: Sequence[str]) -> frozenset[int]:
        """The columns that the mapping leaves out."""
        if IGNORE not in self.column_names.values():
            return frozenset()
        return frozenset(place for place, heading in enumerate(headings) if self.column(heading) == IGNORE)

    def all_named(self, name: str) -> list[str]:
        return [path for path in self._entries if path.lower().endswith(name) and _is_called(path, name)]

    def size(self, name: str) -> int:
        """Bytes, unpacked; KeyError for no file."""
        return self._entry(name).size

    def _entry(self, name: str) -> _Entry:
        return self._entries.get(name) or self._inner_zips[name]

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def read(self, name: str) -> bytes:
        """A picture. Raises PackageError when it is damaged or too large for one, KeyError for no file."""
        entry = self._entries[name]
        if entry.size > MOST_PICTURE_BYTES:
            raise PackageError(f"{name} is larger than {MOST_PICTURE_BYTES // 10**6} MB. Save it smaller.")
        if isinstance(entry.inner, zipfile.ZipInfo) and isinstance(entry.source, zipfile.ZipFile):
            content = read_small(entry.source, entry.inner)
            if content is not None:
                return content
        with self.stream(name) as file:
            return file.read()

    @contextmanager
    def stream(self, name: str) -> Iterator[BinaryIO]:
        """The file from its beginning. Raises PackageError for what is damaged, OSError where a disk is away."""
        entry = self._entry(name)
        file = None
        try:
            with self._lock:  # opening and closing count references, which two threads would miscount
                file = self._opened(entry)
            yield file
        except ZIP_DAMAGE as error:
            _raise_what_passes(error)
            reason = getattr(error, "strerror", None) or error  # an OSError's own words name our files
            raise PackageError(f"{name} cannot be unpacked ({reason}). Make the package again.") from error
        finally:
            if file is not None:
                with self._lock:
                    file.close()

    @staticmethod
    def _opened(entry: _Entry) -> BinaryIO:
        if isinstance(entry.source, Path):
            file = open_inside(entry.source, str(entry.inner))
            now = os.fstat(file.fileno())
            if (now.st_size, now.st_mtime_ns) != (entry.size, entry.written):
                file.close()
                raise PackageError(f"{entry.inner} {CHANGED}")
            return file
        return entry.source.open(entry.inner)  # type: ignore[return-value]

    # --- Opening --------------------------------------------------------------------------------------------

    def _open(self, path: Path) -> None:
        if path.is_dir():
            self._add_folder(path)
        elif path.is_file():
            self._add_zip(path.parent, path.name, "")
        else:
            raise PackageError(f"There is no file or folder {self.name}. Check the path.")

    def _add_folder(self, folder: Path) -> None:
        for place, folders, files in os.walk(folder, onerror=_unreadable):
            folders.sort()
            for name in sorted(files):
                self._add_file(folder, Path(place, name))
            links = [name for name in folders if Path(place, name).is_symlink()]
            self.passed_over += [Path(place, name).relative_to(folder).as_posix() for name in links]

    def _add_file(self, folder: Path, file: Path) -> None:
        name = file.relative_to(folder).as_posix()
        readable, *others = names_on_disk(name)
        if file.is_symlink():
            _refuse_link(folder, file, readable)
        if file.is_file():
            now = file.stat()
            self._add(readable, _Entry(folder, name, now.st_size, written=now.st_mtime_ns), others)

    def _add_zip(self, folder: Path, inner: str, prefix: str) -> None:
        file = self._opened_zip(folder, inner, prefix)
        try:
            archive = zipfile.ZipFile(file)
        except ZIP_DAMAGE as error:
            _raise_what_passes(error)
            raise PackageError(f"{prefix[:-1] or self.name} {kind_of_file(file)}") from error
        self._zips.append(archive)
        self._places.append((folder, inner, prefix))
        for info in archive.infolist():
            if not info.is_dir():
                name, *others = [prefix + name for name in safe_names(info, prefix)]
                self._add(name, _Entry(archive, info, info.file_size, info.CRC), others)

    def _opened_zip(self, folder: Path, inner: str, prefix: str) -> BinaryIO:
        try:
            file = open_inside(folder, inner)
        except OSError as error:
            _raise_what_passes(error)
            raise PackageError(
                f"{prefix[:-1] or self.name} cannot be read ({error.strerror}). Let the site read it."
            ) from error
        self._files.append(file)
        return file

    def _add(self, name: str, entry: _Entry, others: Sequence[str] = ()) -> None:
        if is_junk(name):
            self.junk.append(name)
            return
        if (there := self._entries.get(name)) is not None:
            is_same = (there.size, there.checksum) == (entry.size, entry.checksum)
            self.repeated[name] = is_same and self.repeated.get(name, True)
        if others:
            self._aliases[name] = tuple(others)
        self._bytes += entry.size
        most = settings.IMPORT_MAX_BYTES
        if self._bytes > most:
            raise PackageError(
                f"Unpacked, the package is larger than {most / 10**9:,.0f} GB. Split it, or ask the "
                "administrator to raise SESTON_IMPORT_MAX_BYTES."
            )
        if len(self._entries) >= MOST_FILES:
            raise PackageError(f"The package holds more than {MOST_FILES:,} files. Split it.")
        if name.lower().endswith("images.zip"):
            self._add_nested(name, entry)
        elif name.lower().endswith(".zip"):
            self.passed_over.append(name)
            self._inner_zips[name] = entry
        else:
            self._entries[name] = entry

    def _add_nested(self, name: str, entry: _Entry) -> None:
        """UVP software packs each profile's pictures once more, as `…_Images.zip`."""
        if len(self._zips) >= MOST_NESTED or name.count(".zip/") > 1:
            raise PackageError(f"{name}: too many zips in one another. Unpack the inner ones first.")
        if isinstance(entry.source, Path):
            self._add_zip(entry.source, str(entry.inner), name + "/")
        else:
            unpacked = self._unpacked(name, entry)
            self._add_zip(unpacked.parent.resolve(), unpacked.name, name + "/")

    def _unpacked(self, name: str, entry: _Entry) -> Path:
        """A zip in a zip is the one thing that is unpacked: it can't be read in place."""
        self._scratch = self._scratch or Path(tempfile.mkdtemp(prefix="seston-import-"))
        target = self._scratch / f"{len(self._zips)}.zip"
        self._inner_zips[name] = entry
        with self.stream(name) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file, 2**20)
        del self._inner_zips[name]
        return target


def _is_called(path: str, name: str) -> bool:
    return path.rpartition("/")[2].lower() == name


def is_table(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.startswith("ecotaxa") and name.endswith(TABLE_ENDINGS)


def is_junk(path: str) -> bool:
    """What no person put there: hidden files, and what Windows and macOS leave."""
    return any(part.startswith(".") or part in JUNK for part in path.lower().split("/"))


def _refuse_link(folder: Path, link: Path, name: str) -> None:
    if not link.exists():
        raise PackageError(f"{name} is a link to nothing. Put the file itself there.")
    if not link.resolve().is_relative_to(folder.resolve()):
        raise PackageError(f"{name} is a link that leads out of the package. Put the file itself there.")


def _raise_what_passes(error: Exception) -> None:
    """A disk that is away for a while is no fault of the package. zipfile hides some of its errors in others."""
    for cause in (error, error.__context__):
        if cause is not None and is_transient(cause):
            raise cause


def _unreadable(error: OSError) -> None:
    _raise_what_passes(error)
    name = Path(error.filename or "").name
    raise PackageError(
        f"The folder {name} cannot be read ({error.strerror}). Let the site read it."
    ) from error
