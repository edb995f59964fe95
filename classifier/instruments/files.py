"""The files of an instrument, in a folder or in a zip, read the same way."""

import errno
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, wraps
from pathlib import Path
from typing import BinaryIO, Protocol, Self, TypeVar, cast
from weakref import WeakKeyDictionary

from classifier.contract.errors import ClassifierError
from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.records import BrokenFile

UNREADABLE = ZIP_DAMAGE  # what reading raises for files that are damaged or away
MOST_BYTES = 2**30  # of a file that is read whole
WHOLE = "Copy it again from where it is whole."
OfFiles = TypeVar("OfFiles")


class Files(Protocol):
    """Paths have forward slashes and are relative; what systems hide (`.DS_Store`, `__MACOSX`) is not among them."""

    name: str  # of the folder or zip, as its owner calls it

    def paths(self) -> Sequence[str]:
        """All files, sorted."""

    def size(self, path: str) -> int:
        """Bytes; KeyError for no file."""

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        """To be read and sought in; going backwards in a zip is slow. OSError for what can't be read."""


class FolderFiles:
    """All files below a folder. A link that leads out of it is listed, and not read."""

    def __init__(self, folder: Path):
        self.folder, self.name = folder, folder.resolve().name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    @cached_property
    def _sizes(self) -> dict[str, int]:
        files = (Path(place, name) for place, _, names in os.walk(self.folder) for name in names)
        sizes = {
            file.relative_to(self.folder).as_posix(): file.stat().st_size for file in files if file.is_file()
        }
        return {path: sizes[path] for path in sorted(sizes) if not _is_hidden(path)}

    def paths(self) -> Sequence[str]:
        return list(self._sizes)

    def size(self, path: str) -> int:
        return self._sizes[path]

    def open(self, path: str) -> BinaryIO:
        file = (self.folder / path).resolve()
        if not file.is_relative_to(self.folder.resolve()):
            raise OSError(errno.EPERM, "it is a link that leads out of the folder")
        return file.open("rb")


class ZipFiles:
    """All files of a zip, read without unpacking it. Close it, or use it in a `with`."""

    def __init__(self, file: Path):
        self.name = file.stem
        try:
            self._zip = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            raise ClassifierError(f"{file} is no zip file, or it is damaged. Make the zip again.") from error
        files = (info for info in self._zip.infolist() if not info.is_dir())
        entries = {info.filename.replace("\\", "/"): info for info in files}
        self._entries = {path: entries[path] for path in sorted(entries) if not _is_hidden(path)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._zip.close()

    def paths(self) -> Sequence[str]:
        return list(self._entries)

    def size(self, path: str) -> int:
        return self._entries[path].file_size

    def open(self, path: str) -> BinaryIO:
        return cast(BinaryIO, self._zip.open(self._entries[path]))


def read_whole(files: Files, path: str, most: int = MOST_BYTES) -> bytes | BrokenFile:
    """A file's content, or what is wrong with it; also of one that is larger than `most` bytes."""
    if files.size(path) > most:
        return BrokenFile(path, f"It has {files.size(path):,} bytes, where {most:,} are the most.", WHOLE)
    try:
        with files.open(path) as file:
            return file.read()
    except UNREADABLE as error:
        return unreadable(path, error)


def unreadable(path: str, error: Exception) -> BrokenFile:
    """A file that its disk or zip doesn't give. Raises the error where that passes: the disk is away for a while."""
    if is_transient(error):
        raise error
    reason = getattr(error, "strerror", None) or error
    return BrokenFile(path, f"It cannot be read ({reason}).", WHOLE)


def once_for_files(look: Callable[[Files], OfFiles]) -> Callable[[Files], OfFiles]:
    """A decorator for what each of thousands of parts asks of the same files: it is worked out once."""
    answers: WeakKeyDictionary[Files, OfFiles] = WeakKeyDictionary()

    @wraps(look)
    def looked_up(files: Files) -> OfFiles:
        if files not in answers:
            answers[files] = look(files)
        return answers[files]

    return looked_up


@once_for_files
def all_paths(files: Files) -> frozenset[str]:
    """To ask whether there is a file."""
    return frozenset(files.paths())


@contextmanager
def passing_over_damage(*more: type[Exception]) -> Iterator[None]:
    """For a first look into files, which are read and named later: ends where one is damaged, or of an error of `more`.

    Raises the error where that passes: the disk is away for a while.
    """
    damage: tuple[type[Exception], ...] = (*more, *UNREADABLE)
    try:
        yield
    except damage as error:
        if is_transient(error):
            raise


def open_files(source: Path) -> FolderFiles | ZipFiles:
    """Of a folder or a zip. Raises ClassifierError for what is neither."""
    if source.is_dir():
        return FolderFiles(source)
    if source.is_file():
        return ZipFiles(source)
    raise ClassifierError(f"There is no folder or zip {source}. Check the path.")


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))
