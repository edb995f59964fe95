"""The `.hdr` of a bin: settings of the instrument, in `name: value` lines or, before 2012, in columns of text."""

import math
import re
from collections.abc import Mapping

OLD_COLUMNS = (  # as the two last lines of an old header have them
    "temperature", "humidity", "binarize_threshold", "scattering_pmt", "fluorescence_pmt",
    "blob_size_threshold",
)  # fmt: skip
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)
NO_LETTER = re.compile(r"[^a-z0-9]+")
LATITUDE = ("gps_latitude", "gpslatitude", "latitude")
LONGITUDE = ("gps_longitude", "gpslongitude", "longitude")
DEPTH = ("depth", "sample_depth")
LISTS = {"adcfile_format"}  # what the columns of the .adc are called, which their numbers say themselves


def read_hdr(content: bytes) -> dict[str, str]:
    """Settings by name, as `inhibit_time`, in the order of the file; empty for what is no header."""
    lines = [line.strip() for line in content.decode("latin-1").splitlines() if line.strip()]
    pairs = [line.split(":", 1) for line in lines if ":" in line and not line.startswith('"')]
    fields = {_snake(name): value.strip() for name, value in pairs}
    return {name: value for name, value in (fields or _old(lines)).items() if name and name not in LISTS}


def _snake(name: str) -> str:
    return NO_LETTER.sub("_", CAMEL.sub("_", name.strip()).lower()).strip("_")


def _old(lines: list[str]) -> dict[str, str]:
    values = re.split(r"[\",\s]+", lines[-1].strip('" ')) if len(lines) >= 6 else []
    values = [value for value in values if value]
    fields = dict(zip(OLD_COLUMNS, values, strict=False)) if len(values) == len(OLD_COLUMNS) else {}
    return {"software": lines[0].strip('"'), **fields} if lines else {}


def _with_point(text: str) -> str:
    """A number stands alone behind its name, so that a comma in it is a decimal one."""
    return text.replace(",", ".") if DECIMAL_COMMA.fullmatch(text) else text


def number_of(fields: Mapping[str, str], *names: str) -> float | None:
    """The number under the first of `names` that has a finite one."""
    for name in names:
        try:
            value = float(_with_point(fields.get(name, "")))
        except ValueError:
            continue
        if math.isfinite(value):
            return value
    return None


def unread_position(fields: Mapping[str, str]) -> str:
    """A latitude or longitude that is written as no decimal degrees, as `58.2 N`; empty where there is none."""
    for names in (LATITUDE, LONGITUDE):
        texts = [fields[name] for name in names if fields.get(name, "")]
        if texts and number_of(fields, *names) is None and texts[0].lower() != "nan":
            return texts[0]
    return ""


def position_of(fields: Mapping[str, str]) -> tuple[float, float] | tuple[None, None]:
    """Degrees north and east; none where the header has no fix: instruments without GPS write 0 and 0, or -9999."""
    north, east = number_of(fields, *LATITUDE), number_of(fields, *LONGITUDE)
    if north is None or east is None or (north, east) == (0, 0) or abs(north) > 90 or abs(east) > 180:
        return None, None
    return north, east
