"""When, where, how deep and how much: columns of an event."""

from collections.abc import Iterable
from datetime import datetime

from annotations.publishing.extents import EventExtent, iso_interval

WGS84 = "EPSG:4326"
DIGITS = ".10g"


def has_place_and_date(extent: EventExtent) -> bool:
    return extent.is_placed and extent.first is not None


def extent_columns(extent: EventExtent) -> dict[str, object]:
    if not extent.is_placed:
        place: dict[str, object] = {}
    else:
        place = {
            "decimalLatitude": _degrees(extent.latitude),
            "decimalLongitude": _degrees(extent.longitude),
            "coordinateUncertaintyInMeters": extent.uncertainty_m or "",
            "geodeticDatum": WGS84,
            "footprintWKT": extent.wkt,
            "footprintSRS": WGS84 if extent.wkt else "",
        }
    return place | {
        "eventDate": extent.date,
        "minimumDepthInMeters": _metres(extent.top),
        "maximumDepthInMeters": _metres(extent.bottom),
    }


def _degrees(value: float | None) -> str:
    """Of a mean, so that its last digits are chance: to 11 cm, whichever side of the Earth."""
    return "" if value is None else f"{round(value, 6) + 0:.6f}".rstrip("0").rstrip(".")


def _metres(depth: float | None) -> str:
    return "" if depth is None else f"{depth:{DIGITS}}"


def volume_columns(volume_m3: float | None) -> dict[str, object]:
    if volume_m3 is None:
        return {}
    return {"sampleSizeValue": f"{volume_m3:{DIGITS}}", "sampleSizeUnit": "cubic metre"}


def date_of_all(extents: Iterable[EventExtent]) -> str:
    dated = [extent for extent in extents if extent.first and extent.last]
    firsts: list[datetime] = [extent.first for extent in dated if extent.first]
    lasts: list[datetime] = [extent.last for extent in dated if extent.last]
    has_time = all(extent.has_time for extent in dated)
    return iso_interval(min(firsts, default=None), max(lasts, default=None), has_time)
