"""Units of length as people write them beside a number."""

import re

MICRONS = {
    "nm": 0.001,
    "um": 1.0,
    "mm": 1000.0,
    "cm": 10_000.0,
    "m": 1_000_000.0,
    "inch": 25_400.0,
}  # µm a unit
UNIT_NAMES = {
    "nm": r"nm|nanomet(?:er|re)s?",
    "um": r"um|[µμ]m|mic|microns?|micromet(?:er|re)s?",
    "mm": r"mm|millimet(?:er|re)s?",
    "cm": r"cm|centimet(?:er|re)s?",
    "m": r"m|met(?:er|re)s?",
    "inch": r"inch(?:es)?",
}
UNIT = "|".join(f"(?P<{unit}>{names})" for unit, names in UNIT_NAMES.items())


def unit_in(match: re.Match) -> str:
    groups = match.groupdict()
    return next((unit for unit in MICRONS if groups.get(unit)), "")
