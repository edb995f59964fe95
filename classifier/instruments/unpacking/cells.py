"""A vignette as a line of an EcoTaxa table."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC
from math import isfinite

from classifier.instruments.records import InstrumentLabel, InstrumentVignette
from classifier.instruments.volumes import VolumeColumns

FIXED = (
    "object_id", "img_file_name", "img_rank", "object_lat", "object_lon", "object_date", "object_time",
    "object_depth_min", "object_depth_max", "object_annotation_status", "object_annotation_category",
    "object_seston_lineage", "object_seston_score", "sample_id", "acq_id", "acq_instrument", "process_id",
    "process_pixel_um",
)  # fmt: skip
NUMBERS = {
    "img_rank",
    "object_lat",
    "object_lon",
    "object_depth_min",
    "object_depth_max",
    "object_seston_score",
}
# An id may stand in a table that anybody wrote: with slashes its picture would be written into another folder.
NO_FILE_NAME = re.compile(r"[/\\\x00-\x1f]")
MOST_COLUMNS = {"sample_": 60, "acq_": 30, "process_": 30}  # free ones that EcoTaxa takes


def cells_of(vignette: InstrumentVignette, volumes: VolumeColumns) -> dict[str, str | float]:
    """By column, without the empty ones; numbers of the object are floats, all else is text."""
    sample, acquisition = vignette.sample, vignette.acquisition
    moment = vignette.taken_at.astimezone(UTC) if vignette.taken_at else None
    cells: dict[str, str | float | None] = {
        "object_id": vignette.object_id,
        "img_file_name": NO_FILE_NAME.sub("_", vignette.file_name),
        "img_rank": vignette.rank,
        "object_lat": vignette.latitude,
        "object_lon": vignette.longitude,
        "object_date": f"{moment:%Y%m%d}" if moment else None,
        "object_time": f"{moment:%H%M%S}" if moment and vignette.has_time else None,
        "object_depth_min": vignette.depth_min,
        "object_depth_max": vignette.depth_max,
        **_label_cells(vignette.label),
        **_prefixed("object_", {name: value for name, value in vignette.numbers.items() if isfinite(value)}),
        **_prefixed("object_", vignette.texts),
        "sample_id": sample.original_id,
        **_prefixed("sample_", volumes.of_sample(sample, acquisition)),
        "acq_id": acquisition.original_id,
        "acq_instrument": acquisition.instrument or None,
        **_prefixed("acq_", volumes.of_acquisition(sample, acquisition)),
        **_prefixed("process_", acquisition.process_fields),
    }
    if acquisition.pixel_um is not None:
        cells["process_id"] = acquisition.original_id
        cells["process_pixel_um"] = f"{acquisition.pixel_um:.12g}"
        cells["process_pixel_source"] = acquisition.pixel_source or None
    elif acquisition.process_fields:
        cells["process_id"] = acquisition.original_id
    return {column: cell for column, cell in cells.items() if cell is not None and cell != ""}


def _label_cells(label: InstrumentLabel | None) -> dict[str, str | float | None]:
    if label is None:
        return {}
    return {
        "object_annotation_status": "validated" if label.is_validated else "predicted",
        "object_annotation_category": label.taxon,
        "object_seston_lineage": ">".join(label.lineage) or None,
        "object_seston_score": label.score,
    }


def _prefixed(prefix: str, fields: Mapping[str, str | float]) -> dict[str, str | float]:
    """A name that EcoTaxa gives to a column of its own gets a sign behind it."""
    names = {name: f"{prefix}{name}" for name in fields}
    return {
        f"{names[name]}_" if names[name] in FIXED else names[name]: value for name, value in fields.items()
    }


def chosen_columns(columns: Iterable[str]) -> tuple[list[str], list[str]]:
    """Those of a table, fixed ones first, and those that are too many for EcoTaxa, which would refuse the package."""
    free = [column for column in columns if column not in FIXED]
    left: list[str] = []
    for prefix, most in MOST_COLUMNS.items():
        left += [column for column in free if column.startswith(prefix)][most:]
    present = set(columns)
    return [column for column in FIXED if column in present] + [c for c in free if c not in left], left
