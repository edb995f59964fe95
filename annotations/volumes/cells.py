"""What the cells of samples and acquisitions hold, which are all text."""

import math

MISSING = 99999.0  # as ZooProcess writes what nobody measured


def number_in(text: object) -> float:
    """The number that a cell holds, with point or comma; NaN where it holds none, and for ZooProcess's 99999."""
    try:
        value = float(str(text).replace(",", "."))
    except ValueError:
        return math.nan
    return value if math.isfinite(value) and value != MISSING else math.nan


def positive_in(text: object) -> float | None:
    """The same where it is above 0; None where it is not."""
    value = number_in(text)
    return value if value > 0 else None
