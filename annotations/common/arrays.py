"""Arrays as PostgreSQL writes them, for `%s::bigint[]`: a list as a parameter takes ten times as long to be sent."""

from collections.abc import Iterable


def array_of(values: Iterable[float | None]) -> str:
    """Of numbers: `{1,NULL,0.5}`."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def array_of_arrays(rows: Iterable[Iterable[float]]) -> str:
    """Of arrays of numbers that may be of different lengths, which no bigint[][] may: `{"{1,2}","{3}"}`, a text[]."""
    return "{" + ",".join(f'"{array_of(row)}"' for row in rows) + "}"
