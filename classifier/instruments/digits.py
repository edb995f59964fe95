"""Moments that are written as digits alone."""

from datetime import UTC, datetime

FORMS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


def moment_of_digits(digits: str) -> datetime | None:
    """`20230614`, `202306142251` or `20230614225130`, in UTC; None for what is none.

    Told apart by their length: Python would read `20231122` as the first of January, too.
    """
    try:
        return datetime.strptime(digits, FORMS[len(digits)]).replace(tzinfo=UTC)
    except (KeyError, ValueError):
        return None
