"""What a record of a package says of its sample, acquisition, process and object, as texts by the keys of columns.

A column that the package has and leaves empty empties the value, as in EcoTaxa; one that it has not leaves it. What a
package says of a sample, an acquisition or a process counts in whichever of its tables it stands.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from annotations.imports.ecotaxa.columns import CELL_READERS
from annotations.imports.records import Record
from annotations.metadata.columns import FIELD, moment_text, number_text
from annotations.samples.updating import Moment

Texts = dict[str, str]
PLACES = {
    "object_lat": "latitude",
    "object_lon": "longitude",
    "object_depth_min": "depth_min",
    "object_depth_max": "depth_max",
}
HEADINGS = {
    **{key: column for column, key in PLACES.items()},
    "taken_at": "object_date",
    "instrument": "acq_instrument",
    "pixel_um": "acq_pixel",
}


def heading_of(level: str, key: str) -> str:
    """How the package calls the column."""
    if key == "name":
        return f"{level}_id"
    name = key.removeprefix(FIELD)
    return HEADINGS.get(key) or (name if name == "complement_info" else f"{level}_{name}")


def sample_texts(record: Record) -> Texts:
    return _of_parent(record, "sample", record.sample_fields)


def acquisition_texts(record: Record) -> Texts:
    texts = _of_parent(record, "acq", record.acquisition.fields)
    if "acq_instrument" in record.columns or record.acquisition.instrument:
        texts["instrument"] = record.acquisition.instrument
    return texts


def process_texts(record: Record) -> Texts:
    texts = _of_parent(record, "process", record.acquisition.process_fields)
    if record.acquisition.process_original_id:
        texts["name"] = record.acquisition.process_original_id
    return texts


class StoredObject(NamedTuple):
    """What an object holds now; `at` without a time of day where it has none."""

    latitude: float | None = None
    longitude: float | None = None
    depth_min: float | None = None
    depth_max: float | None = None
    at: datetime | None = None
    has_time: bool = True
    numbers: Sequence[float | None] = ()
    texts: Mapping[str, str] = {}


def object_texts(record: Record, stored: StoredObject, positions: Mapping[str, int]) -> Texts:
    """Without what stands there already: most does, and as texts it would take its time. `positions` are those of free
    columns in the object's numbers."""
    texts = {
        key: number_text(getattr(record, key))
        for column, key in PLACES.items()
        if column in record.columns and getattr(record, key) != getattr(stored, key)
    }
    moment = _moment(record, stored.at if stored.has_time else None)
    if "object_date" in record.columns and moment != Moment(stored.at, stored.has_time):
        texts["taken_at"] = moment_text(moment)
    width = len(stored.numbers)
    for name, value in record.numbers.items():
        place = positions.get(name, width)
        if value != (stored.numbers[place] if place < width else None):
            texts[f"{FIELD}{name}"] = number_text(value)
    for name in free_names(record.columns, "object"):
        text = record.texts.get(name, "")
        if name not in record.numbers and text != stored.texts.get(name, ""):
            texts[f"{FIELD}{name}"] = text
    return texts


def _moment(record: Record, at: datetime | None) -> Moment:
    """A package without times of day says nothing of them."""
    if record.taken_at is None or record.has_time or at is None or "object_time" in record.columns:
        return Moment(record.taken_at, record.has_time)
    return Moment(datetime.combine(record.taken_at, at.timetz()))


def _of_parent(record: Record, level: str, values: Mapping[str, str]) -> Texts:
    """Tables have columns of their own: `values` has those of all of them that are not empty."""
    return _fields(values, dict.fromkeys((*free_names(record.columns, level), *values)))


def _fields(values: Mapping[str, str], names: Iterable[str]) -> Texts:
    return {f"{FIELD}{name}": values.get(name, "") for name in names}


@lru_cache(100)
def free_names(columns: frozenset[str], level: str) -> tuple[str, ...]:
    """The free columns of a level among those of a table."""
    return tuple(_names(columns, f"{level}_"))


def _names(columns: Iterable[str], start: str) -> Iterator[str]:
    for column in sorted(columns):
        if column == "complement_info" and start == "object_":
            yield column
        elif column.startswith(start) and column not in CELL_READERS:
            yield column.removeprefix(start)
