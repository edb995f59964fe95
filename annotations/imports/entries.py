"""The files of a package of any format: kinds by their endings, names that stand twice, what is passed over."""

import unicodedata
from collections.abc import Callable, Iterable
from posixpath import splitext

from annotations.common.problems import Problems
from annotations.imports.archive import Package

PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".jp2", ".pgm"}
TABLES = {".tsv", ".txt", ".csv", ".tab", ".xlsx", ".xls", ".ods", ".gz", ".parquet"}
MOST_ALONE = 10  # files that are named each by a warning of its own
MOST_NAMED = 5


def check_entries(package: Package, problems: Problems) -> None:
    """Refuses two files of one name; warns of names that only some systems tell apart."""
    for path, is_same in package.repeated.items():
        if is_same:
            problems.warn("The file stands twice in the zip, with the same content. It was read once.", path)
        else:
            message = "Two files of the zip have this name, and their content differs. Remove or rename one."
            problems.add(message, path)
    for paths in package.names.alike():
        how = "in case, accents or spaces"
        if len({unicodedata.normalize("NFC", path) for path in paths}) == 1:
            how = "in how their accents are written (composed or decomposed)"
        message = f"{' and '.join(paths)} differ only {how}, and are taken for different files."
        problems.warn(message, paths[0])


def warn_of(problems: Problems, paths: list[str], message: Callable[[str], str], together: str) -> None:
    """A warning each, or one for all where there are many."""
    if len(paths) <= MOST_ALONE:
        for path in paths:
            problems.warn(message(path), path)
    else:
        problems.warn(f"{len(paths):,} {together}: {listed(paths)}.", paths[0])


def listed(paths: Iterable[str]) -> str:
    names = list(paths)
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def ending_of(path: str) -> str:
    return splitext(path)[1].lower()
