"""Finds the file that a table means, though its name is written in another way there."""

import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import basename, dirname, join, normpath, splitext

# what zip tools and file systems wrote names in before they all wrote UTF-8, the likeliest first: western Windows and
# DOS, old Macs, central Europe, Cyrillic, Japan, China
CODE_PAGES = (
    *("utf-8", "cp1252", "cp850", "cp437", "mac_roman", "cp1250", "cp852"),
    *("cp1251", "cp866", "cp932", "gb18030"),
)
# of those that browsers show or that are converted; entries.py, which knows more, stands above
PICTURE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp"})
DRIVE = re.compile(r"^(?:[A-Za-z]:|/)")
MOST_COMPARED = 20_000  # names that a misspelt one is compared with: each comparison takes time
MOST_SEARCHED = 100  # missing files for which misspelt names are looked for
MOST_NEAR = 5


@dataclass(frozen=True, slots=True)
class FileMatch:
    """Where the file lies; or None, and what lies near: path and how it differs."""

    path: str | None
    difference: str = ""  # what had to be overlooked; empty where the names are one
    near: tuple[tuple[str, str], ...] = ()
    is_ambiguous: bool = False  # any of `near` may be meant


def folded(name: str) -> str:
    """Equal for names that look alike: composed or decomposed, in any case, with any spaces."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", name.casefold()).replace("\u00a0", " ")


def decodings(raw: bytes) -> tuple[str, ...]:
    """The names that bytes without a known encoding may mean, the likeliest first."""
    names = []
    for page in CODE_PAGES:
        try:
            names.append(raw.decode(page))
        except UnicodeDecodeError:
            continue
    return tuple(dict.fromkeys(names))


def names_on_disk(name: str) -> tuple[str, ...]:
    """The same for a file of a folder, whose name Python may have been unable to decode."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return decodings(os.fsencode(name))
    return (name,)


class FileNames:
    """All the files of a package by what their names may mean.

    `aliases` are other names of paths whose encoding nobody wrote down; `tables` are the paths of the tables, for a
    picture in a table's folder belongs to that table.
    """

    def __init__(self, paths: Collection[str], aliases: dict[str, tuple[str, ...]], tables: Iterable[str]):
        self.searched = 0
        self.paths = set(paths)
        self.table_folders = {dirname(table) for table in tables}
        self.by_path: dict[str, tuple[str, ...]] = {}
        self.by_alias: dict[str, tuple[str, ...]] = {}
        self.by_name: dict[str, tuple[str, ...]] = {}
        for path in paths:
            _append(self.by_path, folded(path), path)
            _append(self.by_name, folded(basename(path)), path)
        for path, names in aliases.items():
            for name in names:
                _append(self.by_alias, folded(name), path)
                _append(self.by_name, folded(basename(name)), path)

    def alike(self) -> list[list[str]]:
        """Paths that differ in nothing but case, accents or spaces, together."""
        return [sorted(paths) for paths in self.by_path.values() if len(paths) > 1]

    def find(self, folder: str, file_name: str) -> FileMatch:
        """The file that a table in `folder` calls `file_name`, if there is exactly one that it can mean."""
        exact = normpath(join(folder, file_name))
        if exact in self.paths:
            return FileMatch(exact)
        for index in (self.by_path, self.by_alias):
            if paths := index.get(folded(exact)):
                return self._one_of(exact, paths)
        same_name = list(dict.fromkeys(self.by_name.get(folded(basename(exact)), ())))
        likely = [path for path in same_name if self._is_moved(path, folder, file_name)]
        likely = likely or [
            path for path in self._of_stem(exact) if self._is_converted(path, folder, file_name)
        ]
        if likely:
            return self._one_of(exact, likely)
        return FileMatch(None, near=self._near(exact, same_name))

    def _one_of(self, exact: str, paths: Sequence[str]) -> FileMatch:
        if len(paths) == 1:
            return FileMatch(paths[0], _difference(exact, paths[0]))
        return FileMatch(None, near=_described(exact, sorted(paths)), is_ambiguous=True)

    def _of_stem(self, exact: str) -> Sequence[str]:
        """Pictures of its name that end otherwise: they were converted, or tables name them without an ending."""
        stem, ending = splitext(folded(basename(exact)))
        with_ending = ending in PICTURE_ENDINGS
        return self.by_stem.get(stem if with_ending else folded(basename(exact)), ())

    @cached_property
    def by_stem(self) -> dict[str, tuple[str, ...]]:
        """Asked for where a name is not there as it is written, which is seldom."""
        stems: dict[str, tuple[str, ...]] = {}
        for path in sorted(self.paths):
            stem, ending = splitext(folded(basename(path)))
            if ending in PICTURE_ENDINGS:
                _append(stems, stem, path)
        return stems

    def _is_converted(self, path: str, folder: str, file_name: str) -> bool:
        named, ending = splitext(file_name)
        stem = named if folded(ending) in PICTURE_ENDINGS else file_name
        return self._is_moved(path, folder, stem + splitext(path)[1])

    def _is_moved(self, path: str, folder: str, file_name: str) -> bool:
        """Whether only folders in front are missing from one of the two, or come from another machine."""
        owner = self._table_folder_of(path)
        if owner not in (None, folder):
            return False
        if DRIVE.match(file_name):
            return True
        inside = path.removeprefix(f"{folder}/") if folder else path
        there, named = _parts(inside), _parts(file_name)
        shorter, longer = sorted((there, named), key=len)
        return longer[len(longer) - len(shorter) :] == shorter

    def _table_folder_of(self, path: str) -> str | None:
        """The nearest folder around a file that has a table."""
        folder = dirname(path)
        while folder not in self.table_folders:
            if not folder:
                return None
            folder = dirname(folder)
        return folder

    def _near(self, exact: str, same_name: list[str]) -> tuple[tuple[str, str], ...]:
        near = list(same_name)
        self.searched += 1
        name = folded(basename(exact))
        stem = splitext(name)[0]
        if len(self.by_name) <= MOST_COMPARED and self.searched <= MOST_SEARCHED:
            endings = (other for other in self.by_name if splitext(other)[0] == stem)
            alike = get_close_matches(name, self.by_name, MOST_NEAR, 0.8)
            for other in dict.fromkeys([*endings, *alike]):
                near += self.by_name[other]
        return _described(exact, near)


def _append(index: dict[str, tuple[str, ...]], key: str, path: str) -> None:
    """Tuples, because Python's garbage collector would look at millions of lists again and again."""
    index[key] = (*index.get(key, ()), path)


def _parts(path: str) -> list[str]:
    """Folded, without what leads up or nowhere."""
    return [folded(part) for part in path.split("/") if part not in ("", ".", "..")]


def _described(exact: str, paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((path, _difference(exact, path)) for path in list(dict.fromkeys(paths))[:MOST_NEAR])


def _difference(expected: str, there: str) -> str:
    """How two paths differ, in words; nothing where they differ only in how their bytes are written."""
    if unicodedata.normalize("NFC", expected) == unicodedata.normalize("NFC", there):
        return ""
    if folded(expected) == folded(there):
        return "in other case" if expected.lower() == there.lower() else "with other accents or spaces"
    if folded(basename(expected)) == folded(basename(there)):
        return "in another folder"
    mine, theirs = PurePosixPath(folded(basename(expected))), PurePosixPath(folded(basename(there)))
    if mine.stem == theirs.stem:
        return "with another ending" if theirs.suffix else "without an ending"
    if expected.isascii() and there.isascii():
        return "spelt otherwise"
    return ""
