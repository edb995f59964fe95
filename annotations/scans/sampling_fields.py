"""How a scan was taken, as EcoTaxa's columns of its sample and acquisition say it: where, when, how much of what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError

from annotations.imports import values
from annotations.samples.models import Sample
from annotations.scans.models import Scan

LARGEST_PIXEL = 10_000.0  # µm, as `measurements/pixel_sizes.py` has it
SAMPLE, ACQUISITION, PROCESS = "sample_", "acq_", "process_"


@dataclass(frozen=True, slots=True)
class ScanField:
    """Something that people say of a scan: in a form, or in a column of a table."""

    name: str
    label: str
    read: Callable[[str], Any]
    help: str = ""


def positive(text: str) -> float | None:
    value = values.number(text)
    if value is not None and value <= 0:
        raise ValueError(f"{text!r} is not more than 0.")
    return value


def read_pixel(text: str) -> float | None:
    value = positive(text)
    if value is not None and value > LARGEST_PIXEL:
        raise ValueError(f"{text!r}: a pixel is at most {LARGEST_PIXEL:,.0f} µm.")
    return value


def parts(text: str) -> float | None:
    """Into how many parts a sample was divided, of which one was scanned: `1/8`, `0.125` and `8` are all 8."""
    over = text.replace(" ", "").split("/")
    share = positive(over[0])
    if share is None:
        return None
    if len(over) == 2 and (divisor := positive(over[1])) is not None:
        share /= divisor
    if len(over) > 2:
        raise ValueError(f"{text!r} is no fraction. Write 1/8, or 8 for an eighth.")
    return share if share >= 1 else 1 / share


FIELDS = (
    ScanField(
        "sample", "Sample", values.text_of(255), "Its id; a new one is made where the project has none."
    ),
    ScanField("acquisition", "Acquisition", values.text_of(255), "Empty: named after the file."),
    ScanField("instrument", "Instrument", values.text_of(255), "As zooscan, flatbed, planktoscope."),
    ScanField(
        "pixel_um",
        "Size of a pixel, µm",
        read_pixel,
        "25,400 ÷ dpi: 42.33 at 600 dpi, 10.58 at 2400. Empty: what the file says is proposed on the page of scans.",
    ),
    ScanField("volume_m3", "Volume filtered, m³", positive, "Of the whole sample."),
    ScanField("fraction", "Fraction scanned", parts, "1/8, 0.125 or 8 for an eighth; 1 for all of it."),
    ScanField("latitude", "Latitude, °", values.latitude, "North is positive."),
    ScanField("longitude", "Longitude, °", values.longitude, "East is positive."),
    ScanField("depth_min", "From depth, m", values.number),
    ScanField("depth_max", "To depth, m", values.number),
    ScanField("date", "Date (UTC)", values.day),
    ScanField("time", "Time (UTC)", values.clock),
)
BY_NAME = {field.name: field for field in FIELDS}


@dataclass(frozen=True, slots=True)
class ScanMetadata:
    """What is said of one scan: read values by the names of FIELDS, and columns of EcoTaxa's names as they are."""

    by_name: Mapping[str, Any]
    columns: Mapping[str, str]

    @classmethod
    def read(cls, cells: Mapping[str, str]) -> "ScanMetadata":
        """Raises ValidationError by column for what can't be read."""
        read, wrong = {}, {}
        for name, field in BY_NAME.items():
            try:
                value = field.read(cells.get(name, "").strip())
            except ValueError as error:
                wrong[name] = str(error)
                continue
            if value not in (None, ""):
                read[name] = value
        if wrong:
            raise ValidationError(wrong)
        return cls(read, {name: text for name, text in cells.items() if is_free_column(name) and text})

    def __or__(self, other: "ScanMetadata") -> "ScanMetadata":
        """What the other says goes before."""
        return ScanMetadata({**self.by_name, **other.by_name}, {**self.columns, **other.columns})

    @property
    def sample_fields(self) -> dict[str, str]:
        values = self.by_name
        own = {
            "tot_vol": _text(values.get("volume_m3")),
            "zmin": _text(values.get("depth_min")),
            "zmax": _text(values.get("depth_max")),
            "date": values["date"].isoformat() if "date" in values else "",
            "time": values["time"].isoformat() if "time" in values else "",
        }
        return {name: text for name, text in own.items() if text} | self._free(SAMPLE)

    @property
    def acquisition_fields(self) -> dict[str, str]:
        sub_part = _text(self.by_name.get("fraction"))
        return ({"sub_part": sub_part} if sub_part else {}) | self._free(ACQUISITION)

    @property
    def process_fields(self) -> dict[str, str]:
        return self._free(PROCESS)

    def _free(self, prefix: str) -> dict[str, str]:
        return {
            name.removeprefix(prefix): text for name, text in self.columns.items() if name.startswith(prefix)
        }


def is_free_column(name: str) -> bool:
    """As `sample_ship`; ids have columns of their own."""
    return name.startswith((SAMPLE, ACQUISITION, PROCESS)) and not name.endswith("_id")


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where and when a scan's organisms were caught: what objects that are made of it get."""

    latitude: float | None = None
    longitude: float | None = None
    depth_min: float | None = None
    depth_max: float | None = None
    taken_at: datetime | None = None
    has_time: bool = True

    def over(self, other: "Circumstances") -> "Circumstances":
        """What is known here, and for the rest what is known there: pairs and ranges stay together."""
        return Circumstances(
            *((self.latitude, self.longitude) if self.has_position else (other.latitude, other.longitude)),
            *((self.depth_min, self.depth_max) if self.has_depth else (other.depth_min, other.depth_max)),
            *((self.taken_at, self.has_time) if self.taken_at else (other.taken_at, other.has_time)),
        )

    @property
    def has_position(self) -> bool:
        return self.latitude is not None and self.longitude is not None

    @property
    def has_depth(self) -> bool:
        return self.depth_min is not None or self.depth_max is not None


NOWHERE = Circumstances()


def circumstances_on(scan: Scan) -> Circumstances:
    """Of objects on a scan: where and when the frame was where that is known, else what its sample says."""
    return of_frame(scan).over(circumstances_of(scan.parent.acquisition.sample))


def of_frame(scan: Scan) -> Circumstances:
    return Circumstances(scan.latitude, scan.longitude, scan.depth_min, scan.depth_max, scan.taken_at)


def circumstances_of(sample: Sample) -> Circumstances:
    """From the sample's columns; what can't be read counts as not said."""
    fields = sample.fields
    day, clock = _read(values.day, fields.get("date", "")), _read(values.clock, fields.get("time", ""))
    return Circumstances(
        latitude=sample.latitude,
        longitude=sample.longitude,
        depth_min=_read(values.number, fields.get("zmin", "")),
        depth_max=_read(values.number, fields.get("zmax", "")),
        taken_at=_moment(day, clock),
        has_time=clock is not None,
    )


def _moment(day: date | None, clock: time | None) -> datetime | None:
    return datetime.combine(day, clock or time(), UTC) if day else None


def _read(reader: Callable[[str], Any], text: str) -> Any:
    try:
        return reader(text)
    except ValueError:
        return None
