"""A folder of the server, in which packages are read where they lie: nothing is copied, and nothing written."""

import os
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import ClassVar

from django.core.exceptions import ValidationError

from annotations.imports.origins.places import (
    MOST_LISTED,
    ZIPS,
    ImportPlace,
    Incoming,
    Listing,
    clean_path,
    natural_key,
)

MOST_SCANNED = 100_000  # entries of one folder; a page must not wait for the rest


@dataclass(frozen=True)
class FolderPlace(ImportPlace):
    """`root` is an absolute path, the same for the site and its workers."""

    kind: ClassVar[str] = "folder"
    word: ClassVar[str] = "Folder"

    def listing(self, path: str, endings: tuple[str, ...] = ZIPS) -> Listing:
        folder, listing = self.resolved(path), Listing()
        if not folder.is_dir():
            raise ValidationError({"path": f"{path} is no folder. Choose one of {self.title}."})
        try:
            with os.scandir(folder) as entries:
                for entry in islice(entries, MOST_SCANNED):
                    self._list(entry, listing, endings)
                listing.is_cut = next(entries, None) is not None
        except OSError as error:
            raise ValidationError(
                {"path": f"{path or self.name} cannot be read ({error.strerror})."}
            ) from error
        return _sorted(listing)

    def package(self, path: str) -> Incoming:
        path = clean_path(path)
        file = self.resolved(path)
        return Incoming(file, Path(path).name or self.name, self.origin(path))

    def resolved(self, path: str) -> Path:
        """The file or folder itself, behind all links. Raises ValidationError where it lies elsewhere or nowhere."""
        root, inner = Path(self.root).resolve(), clean_path(path)
        try:
            file = (root / inner).resolve(strict=True)
            if _is_hidden(inner) or (file.is_relative_to(root) and _is_hidden(str(file.relative_to(root)))):
                raise FileNotFoundError(inner)  # what is hidden is not listed either
        except (OSError, RuntimeError, UnicodeError):  # the second of links that go in a circle
            where = f"There is no {path} in {self.title}." if path else f"{self.title} cannot be read now."
            raise ValidationError({"path": where}) from None
        if not file.is_relative_to(root):
            raise ValidationError(
                {"path": f"{path} is a link that leads out of {self.title}. Put the file itself there."}
            )
        return file

    def _list(self, entry: os.DirEntry[str], listing: Listing, endings: tuple[str, ...]) -> None:
        if entry.name.startswith(".") or (entry.is_symlink() and not self._is_inside(entry)):
            return
        if not _is_text(entry.name):  # no page can name it; it comes with its folder
            listing.others += 1
        elif entry.is_dir():
            listing.folders.append(entry.name)
        elif entry.name.lower().endswith(endings):
            listing.files.append((entry.name, entry.stat().st_size))
        else:
            listing.others += 1

    def _is_inside(self, entry: os.DirEntry[str]) -> bool:
        return Path(entry.path).exists() and Path(entry.path).resolve().is_relative_to(
            Path(self.root).resolve()
        )


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") and part != "." for part in path.split("/"))


def _is_text(name: str) -> bool:
    """Not so is the name of an older system, whose bytes are no UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sorted(listing: Listing) -> Listing:
    is_cut = listing.is_cut or max(len(listing.folders), len(listing.files)) > MOST_LISTED
    folders = sorted(listing.folders, key=natural_key)[:MOST_LISTED]
    files = sorted(listing.files, key=lambda each: natural_key(each[0]))[:MOST_LISTED]
    return Listing(folders, files, listing.others, is_cut)
