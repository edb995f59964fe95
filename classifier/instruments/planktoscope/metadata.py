"""What a metadata.json says of sample, acquisition and process.

Units are those of the segmenter's source (`fairscope/PlanktoScope`, `ecotaxa.py`, and the words of its dashboard):
`process_pixel` µm, `acq_imaged_volume` and `sample_concentrated_sample_volume` ml, `sample_total_volume` litres.
"""

import json
from datetime import datetime
from typing import Any

from classifier.instruments.digits import moment_of_digits
from classifier.instruments.records import InstrumentAcquisition, InstrumentSample

NO_FIELDS = {"sample_id", "acq_id", "process_id", "objects"}
ML_IN_LITRE = 1000


class MetadataError(Exception):
    """A metadata.json that can't be read; its text is a sentence."""


def parse(content: bytes) -> dict[str, Any]:
    """Raises MetadataError for what is no JSON object, or has objects that are none."""
    try:
        metadata = json.loads(content)
    except ValueError as error:
        raise MetadataError(f"It is no JSON ({error}).") from None
    if not isinstance(metadata, dict) or not any(key.startswith(("acq_", "sample_")) for key in metadata):
        raise MetadataError("It says nothing of a sample or an acquisition.")
    objects = metadata.get("objects", [])
    if not isinstance(objects, list) or not all(isinstance(entry, dict) for entry in objects):
        raise MetadataError("Its objects are no list of objects.")
    return metadata


def sample_of(metadata: dict[str, Any], name: str) -> InstrumentSample:
    litres = number_of(metadata.get("sample_total_volume"))
    volume = litres * ML_IN_LITRE if litres and litres > 0 else None
    return InstrumentSample(str(metadata.get("sample_id") or name), fields_of(metadata, "sample_"), volume)


def acquisition_of(metadata: dict[str, Any], name: str) -> InstrumentAcquisition:
    pixel = number_of(metadata.get("process_pixel"))
    return InstrumentAcquisition(
        str(metadata.get("acq_id") or name),
        str(metadata.get("acq_instrument") or "PlanktoScope"),
        pixel if pixel and pixel > 0 else None,
        "process_pixel of metadata.json" if pixel else "",
        water_ml(metadata),
        fields_of(metadata, "acq_"),
        fields_of(metadata, "process_"),
    )


def water_ml(metadata: dict[str, Any]) -> float | None:
    """The water that the imaged concentrate was taken from: imaged × total / (concentrated × dilution).

    The imaged volume itself where it is not known how much was concentrated to what.
    """
    imaged = number_of(metadata.get("acq_imaged_volume"))
    if not imaged or imaged < 0:
        return None
    total = number_of(metadata.get("sample_total_volume"))
    concentrated = number_of(metadata.get("sample_concentrated_sample_volume"))
    dilution = number_of(metadata.get("sample_dilution_factor")) or 1
    if total and concentrated and min(total, concentrated, dilution) > 0:
        return imaged * total * ML_IN_LITRE / (concentrated * dilution)
    return imaged


def fields_of(metadata: dict[str, Any], prefix: str) -> dict[str, str]:
    pairs = (
        (key, value) for key, value in metadata.items() if key.startswith(prefix) and key not in NO_FIELDS
    )
    return {key.removeprefix(prefix): str(value) for key, value in pairs if value not in (None, "", [])}


def number_of(value: Any) -> float | None:
    """Numbers, and texts that are numbers; None for all else."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if abs(number) < float("inf") else None


def moment_of(metadata: dict[str, Any]) -> tuple[datetime | None, bool]:
    """When the sample was taken, UTC, and whether a time of day is known: `20210122` `115300`, or with `-` and `:`."""
    day = str(metadata.get("object_date") or "").replace("-", "")
    clock = str(metadata.get("object_time") or "").replace(":", "").rstrip("Z")
    if moment := moment_of_digits(day + clock):
        return moment, bool(clock)
    return moment_of_digits(day), False
