"""What a package holds besides what is read: names what was passed over, repeated, or has no line."""

from posixpath import basename

from annotations.common.problems import Problems
from annotations.imports.archive import Package, is_table
from annotations.imports.ecotaxa.vignette_settings import NAME as VIGNETTE_SETTINGS
from annotations.imports.ecotaxa.vignette_settings import vignette_settings
from annotations.imports.entries import PICTURES, TABLES, ending_of, listed, warn_of
from annotations.imports.errors import PackageError

BY_NAME = {"vocabulary.json", "traits.tsv"}  # what an export of ours holds besides
README = "readme.txt"  # for people, ours and others'


def check_tables(package: Package, problems: Problems) -> None:
    """Refuses a package without a table, and says which file may be meant as one."""
    if package.tables():
        return
    message = "There is no table. A package needs one called ecotaxa_….tsv."
    others = [path for path in package.paths() if ending_of(path) in TABLES and not _is_companion(path)]
    if others:
        message = (
            f"No file is called ecotaxa_….tsv, as a table must be. There is {listed(others)}: "
            "save the table as tab-separated text, and call it ecotaxa_….tsv."
        )
    elif package.passed_over:
        message = (
            f"There is no table called ecotaxa_….tsv. There is {listed(package.passed_over)}, which was not opened: "
            "unpack it first."
        )
    problems.add(message, package.name)


def check_companions(package: Package, problems: Problems) -> None:
    """Refuses two files of which one is read."""
    for name in sorted(BY_NAME):
        if len(paths := package.all_named(name)) > 1:
            problems.add(f"There is more than one {name}: {listed(paths)}. Leave one of them.", paths[0])


def check_unused(package: Package, pictures: set[str], problems: Problems) -> None:
    """Warns of files that nothing of the import reads; `pictures` are the paths that lines name."""
    unread = [path for path in package.paths() if path not in pictures and not is_table(path)]
    unnamed = [path for path in unread if ending_of(path) in PICTURES]
    others = [path for path in unread if ending_of(path) not in PICTURES and not _is_companion(path)]
    tables = [
        path for path in others if ending_of(path) in TABLES and basename(path).lower() != VIGNETTE_SETTINGS
    ]
    warn_of(
        problems,
        unnamed,
        lambda path: "No line names this picture, so it was left out.",
        "pictures are named by no line",
    )
    warn_of(
        problems,
        tables,
        lambda path: _unread_table(package, path),
        "files were not read: no table has such a name",
    )
    for path in others:
        if basename(path).lower() == VIGNETTE_SETTINGS:
            problems.warn(vignette_settings(package, path), path)
    rest = [path for path in others if path not in tables and basename(path).lower() != VIGNETTE_SETTINGS]
    warn_of(
        problems,
        rest,
        lambda path: "This file was not read: it is neither a table nor a picture.",
        "files were not read: they are neither tables nor pictures",
    )
    passed_over = "This was not opened. Put what it holds into the package itself."
    warn_of(problems, package.passed_over, lambda path: passed_over, "zips or linked folders were not opened")


def _unread_table(package: Package, path: str) -> str:
    try:
        with package.stream(path) as file:
            head = file.read(4096).lower()
    except PackageError:
        head = b""
    if b"object_id" in head:
        return "This table was not read, though it names objects: it must be called ecotaxa_….tsv. Rename it."
    return "This file was not read: a table must be called ecotaxa_….tsv."


def _is_companion(path: str) -> bool:
    return basename(path).lower() in {*BY_NAME, README}
