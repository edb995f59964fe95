"""Positions and moments as ZooProcess writes them.

`48.2584` is 48° 25.84′: the decimals are minutes. Longitudes count westwards, so `22.2966` lies west of Greenwich. So
does `ecotaxa/ZooProcess-back` read them (`convert_ddm_to_decimal_degrees`, with the sign of longitudes turned).
"""

from datetime import datetime

from classifier.instruments.base import InstrumentOption
from classifier.instruments.digits import moment_of_digits
from classifier.instruments.pid import meaning, number_of

MINUTES, DECIMAL = "minutes", "decimal"
POSITIONS = InstrumentOption(
    "positions",
    "Positions are",
    "ZooProcess writes 48.2584 for 48° 25.84′ and counts longitudes westwards. Choose the other where a project was "
    "filled in otherwise.",
    {
        MINUTES: "degrees and minutes, west is positive (ZooProcess)",
        DECIMAL: "decimal degrees, east is positive",
    },
    MINUTES,
)


def position(latitude: str, longitude: str, form: str) -> tuple[float | None, float | None]:
    """Degrees north and east, None for both where one is missing; raises ValueError, with a sentence."""
    north, east = number_of(latitude), number_of(longitude)
    if north is None or east is None:
        return None, None
    if form != DECIMAL:
        north, east = _of_minutes(north, latitude), -_of_minutes(east, longitude)
    if abs(north) > 90 or abs(east) > 180:
        raise ValueError(f"{latitude}, {longitude} is no position on Earth.")
    return north, east


def _of_minutes(value: float, text: str) -> float:
    degrees = int(value)
    minutes = round((value - degrees) * 100, 6)
    if abs(minutes) >= 60:
        raise ValueError(f"{text} would have {abs(minutes):g} minutes.")
    return degrees + minutes / 60


def moment(text: str) -> datetime | None:
    """`20230614-2251` or `20240321_1049`, in UTC; None for what is none."""
    return moment_of_digits(meaning(text).replace("_", "").replace("-", ""))
