"""What a package holds besides what is read: names what was passed over, repeated, or has no line."""

import unicodedata
from collections.abc import Callable, Iterable
from posixpath import basename, splitext

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.archive import Package, is_table
from annotations.imports.ecotaxa.problems import PackageError

PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".jp2", ".pgm"}
TABLES = {".tsv", ".txt", ".csv", ".tab", ".xlsx", ".xls", ".ods", ".gz"}
BY_NAME = {"vocabulary.json", "traits.tsv"}  # what an export of ours holds besides
VIGNETTES = "compute_vignette.txt"
MOST_ALONE = 10  # files that are named each by a warning of its own
MOST_NAMED = 5


def check_tables(package: Package, problems: Problems) -> None:
    """Refuses a package without a table, and says which file may be meant as one."""
    if package.tables():
        return
    message = "There is no table. A package needs one called ecotaxa_….tsv."
    others = [path for path in package.paths() if _ending(path) in TABLES and not _is_companion(path)]
    if others:
        message = (
            f"No file is called ecotaxa_….tsv, as a table must be. There is {_listed(others)}: "
            "save the table as tab-separated text, and call it ecotaxa_….tsv."
        )
    elif package.passed_over:
        message = (
            f"There is no table called ecotaxa_….tsv. There is {_listed(package.passed_over)}, which was not opened: "
            "unpack it first."
        )
    problems.add(message, package.name)


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
    for name in sorted(BY_NAME):
        if len(paths := package.all_named(name)) > 1:
            problems.add(f"There is more than one {name}: {_listed(paths)}. Leave one of them.", paths[0])


def check_unused(package: Package, pictures: set[str], problems: Problems) -> None:
    """Warns of files that nothing of the import reads; `pictures` are the paths that lines name."""
    unread = [path for path in package.paths() if path not in pictures and not is_table(path)]
    unnamed = [path for path in unread if _ending(path) in PICTURES]
    others = [path for path in unread if _ending(path) not in PICTURES and not _is_companion(path)]
    tables = [path for path in others if _ending(path) in TABLES and basename(path).lower() != VIGNETTES]
    _warn(
        problems,
        unnamed,
        lambda path: "No line names this picture, so it was left out.",
        "pictures are named by no line",
    )
    _warn(
        problems,
        tables,
        lambda path: _unread_table(package, path),
        "files were not read: no table has such a name",
    )
    for path in others:
        if basename(path).lower() == VIGNETTES:
            problems.warn("This is not applied: the pictures are shown as they are in the package.", path)
    rest = [path for path in others if path not in tables and basename(path).lower() != VIGNETTES]
    _warn(
        problems,
        rest,
        lambda path: "This file was not read: it is neither a table nor a picture.",
        "files were not read: they are neither tables nor pictures",
    )
    passed_over = "This was not opened. Put what it holds into the package itself."
    _warn(problems, package.passed_over, lambda path: passed_over, "zips or linked folders were not opened")


def _unread_table(package: Package, path: str) -> str:
    try:
        with package.stream(path) as file:
            head = file.read(4096).lower()
    except PackageError:
        head = b""
    if b"object_id" in head:
        return "This table was not read, though it names objects: it must be called ecotaxa_….tsv. Rename it."
    return "This file was not read: a table must be called ecotaxa_….tsv."


def _warn(problems: Problems, paths: list[str], message: Callable[[str], str], together: str) -> None:
    """A warning each, or one for all where there are many."""
    if len(paths) <= MOST_ALONE:
        for path in paths:
            problems.warn(message(path), path)
    else:
        problems.warn(f"{len(paths):,} {together}: {_listed(paths)}.", paths[0])


def _listed(paths: Iterable[str]) -> str:
    names = list(paths)
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _ending(path: str) -> str:
    return splitext(path)[1].lower()


def _is_companion(path: str) -> bool:
    return basename(path).lower() in BY_NAME
