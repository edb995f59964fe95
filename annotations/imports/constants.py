"""What a person says of all objects of a package that says little: where, when, how deep, by which instrument."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

from django.core.exceptions import ValidationError

from annotations.imports import values
from annotations.imports.records import NO_ACQUISITION, Record
from annotations.imports.registry import FormatOption, PackageCheck
from annotations.samples.rows import NewAcquisition

READERS: dict[str, Callable[[str], Any]] = {
    "latitude": values.latitude,
    "longitude": values.longitude,
    "date": values.day,
    "time": values.clock,
    "depth_min": values.number,
    "depth_max": values.number,
    "instrument": values.text_of(255),
    "pixel_um": values.number,
}
OPTION = FormatOption(
    "constants",
    "The same for all objects",
    f"As latitude=43.68, longitude=7.32, date=2024-05-01, pixel_um=1.2. There are {', '.join(READERS)}; times are UTC. "
    "What the package says itself goes before.",
)
SOURCE = "said at the import"
COLUMNS = {  # as an EcoTaxa table calls what a record has
    "latitude": "object_lat",
    "longitude": "object_lon",
    "depth_min": "object_depth_min",
    "depth_max": "object_depth_max",
    "taken_at": "object_date",
}


@dataclass(frozen=True)
class Constants:
    """Values by their names in READERS."""

    by_name: dict[str, Any]

    @classmethod
    def read(cls, text: str) -> "Constants":
        """Of `latitude=43.68, date=2024-05-01`. Raises ValidationError with a sentence for what can't be read."""
        entries = [entry.partition("=") for entry in filter(None, map(str.strip, re.split(r"[,;\n]", text)))]
        return cls({name.strip().lower(): _value(name.strip(), value.strip()) for name, _, value in entries})

    def applied_to(self, record: Record) -> Record:
        """The record with these in the place of what it lacks."""
        fields = ("latitude", "longitude", "depth_min", "depth_max")
        missing = {
            name: self.by_name[name]
            for name in fields
            if name in self.by_name and getattr(record, name) is None
        }
        if record.taken_at is None and (day := self.by_name.get("date")):
            clock = self.by_name.get("time")
            moment = datetime.combine(day, clock or time(), UTC)
            missing |= {"taken_at": moment, "has_time": clock is not None}
        if record.acquisition == NO_ACQUISITION and (acquisition := self._acquisition()):
            missing["acquisition"] = acquisition
        if not missing:
            return record
        columns = {COLUMNS[name] for name in missing if name in COLUMNS}
        return replace(record, columns=record.columns | columns, **missing)

    def _acquisition(self) -> NewAcquisition | None:
        instrument, pixel_um = self.by_name.get("instrument", ""), self.by_name.get("pixel_um")
        if not instrument and pixel_um is None:
            return None
        return NewAcquisition("", instrument, pixel_um, SOURCE if pixel_um else "")


def are_constants_readable(check: PackageCheck, package_name: str) -> bool:
    """`check.problems` has what can't be read of them."""
    try:
        Constants.read(check.options.get("constants", ""))
    except ValidationError as error:
        check.problems.add(" ".join(error.messages), package_name)
        return False
    return True


def _value(name: str, text: str) -> Any:
    reader = READERS.get(name.lower())
    if reader is None:
        raise ValidationError(f"{name!r} can't be the same for all objects: there are {', '.join(READERS)}.")
    try:
        value = reader(text)
    except ValueError as error:
        raise ValidationError(f"{name}: {error}") from None
    if value in (None, "") or (name.lower() == "pixel_um" and value <= 0):
        raise ValidationError(f"{name} has no value: write {name}=…")
    return value
