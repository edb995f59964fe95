"""What stands for a value that nobody knows, and is a number: named, for nobody else can tell."""

from collections.abc import Iterable

from annotations.common.problems import Problems
from annotations.imports import values

MAY_BE_UNKNOWN = (
    "{value:g} may stand for what was not measured. It was kept as a number: empty such cells, and import again, "
    "if so."
)


def warn_of_unknown_place(
    cell: str, problems: Problems, file: str, line: int | None, column: str | None
) -> None:
    """Of a place or depth that was read as none."""
    if cell.lower() not in values.EMPTY_NUMBERS:
        message = f"{cell!r} stands for a place or depth that nobody knows: it was left empty."
        problems.warn(message, file, line, column, fault="unknown place", cell=cell)


def warn_of_unknown_measures(
    numbers: Iterable[tuple[str, float | None]], problems: Problems, file: str, line: int | None
) -> None:
    for column, value in numbers:
        if value in values.UNKNOWN_MEASURES:
            message = MAY_BE_UNKNOWN.format(value=value)
            problems.warn(message, file, line, column, fault="unknown measure", cell=f"{value:g}")
