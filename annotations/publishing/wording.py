"""Numbers of things with their verb, and some of their names, as sentences have them."""

from collections.abc import Iterable

MOST_NAMES = 5


def objects_that(count: int, one: str, several: str) -> str:
    """`1 object stays`, `1,200 objects stay`."""
    return f"{count:,} object {one}" if count == 1 else f"{count:,} objects {several}"


def samples_that(count: int, one: str, several: str) -> str:
    return f"{count:,} sample {one}" if count == 1 else f"{count:,} samples {several}"


def some_of(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = len(listed) - MOST_NAMES
    return ", ".join(listed[:MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
