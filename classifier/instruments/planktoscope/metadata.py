"""What a metadata.json says of sample, acquisition and process.

Units are those of the segmenter's source (`fairscope/PlanktoScope`, `ecotaxa.py`, and the words of its dashboard):
`process_pixel` µm, `acq_imaged_volume` and `sample_concentrated_sample_volume` ml, `sample_total_volume` litres.
"""

import json
import re
from datetime import datetime
from typing import Any

from classifier.instruments.base import InstrumentOption
from classifier.instruments.digits import moment_of_digits
from classifier.instruments.records import InstrumentAcquisition, InstrumentSample

NO_FIELDS = {"sample_id", "acq_id", "process_id", "objects"}
ML_IN_LITRE = 1000
# but 1,234 and the like, whose comma may stand before thousands
DECIMAL_COMMA = re.compile(r"[+-]?(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))", re.ASCII)
UNKNOWN, TIMES, SHARE = "unknown", "times", "share"
DILUTION = InstrumentOption(
    "dilution",
    "PlanktoScope: sample_dilution_factor of a sample that was diluted twofold",
    "Some write 2, some 0.5. Where it is not 1 and nobody says which, the acquisition comes in without a volume.",
    {
        UNKNOWN: "not known: no volume where it is not 1",
        TIMES: "2: so many times",
        SHARE: "0.5: the share of it",
    },
    UNKNOWN,
)


class MetadataError(Exception):
    """A metadata.json that can't be read; its text is a sentence."""


def parse(content: bytes) -> dict[str, Any]:
    """Raises MetadataError for what is no JSON object, or has objects that are none."""
    try:
        metadata = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise MetadataError(f"It is no JSON ({error}).") from None
    if not isinstance(metadata, dict) or not any(key.startswith(("acq_", "sample_")) for key in metadata):
        raise MetadataError("It says nothing of a sample or an acquisition.")
    objects = metadata.get("objects", [])
    if not isinstance(objects, list) or not all(map(_is_object, objects)):
        raise MetadataError("Its objects are no list of objects.")
    return metadata


def _is_object(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("metadata") or {}, dict)


def sample_of(metadata: dict[str, Any], name: str) -> InstrumentSample:
    litres = number_of(metadata.get("sample_total_volume"))
    volume = litres * ML_IN_LITRE if litres and litres > 0 else None
    return InstrumentSample(str(metadata.get("sample_id") or name), fields_of(metadata, "sample_"), volume)


def acquisition_of(metadata: dict[str, Any], name: str, dilution: str) -> InstrumentAcquisition:
    """`dilution` is what `sample_dilution_factor` means, one of the choices of `DILUTION`."""
    pixel = number_of(metadata.get("process_pixel"))
    return InstrumentAcquisition(
        str(metadata.get("acq_id") or name),
        str(metadata.get("acq_instrument") or "PlanktoScope"),
        pixel if pixel and pixel > 0 else None,
        "process_pixel of metadata.json" if pixel else "",
        water_ml(metadata, dilution),
        fields_of(metadata, "acq_"),
        fields_of(metadata, "process_"),
    )


def water_ml(metadata: dict[str, Any], dilution: str) -> float | None:
    """The water that the imaged concentrate was taken from: imaged × total / (concentrated × times diluted).

    The imaged volume itself where it is not known how much was concentrated to what; None where the sample was
    diluted, and nobody said which way the factor counts.
    """
    imaged = number_of(metadata.get("acq_imaged_volume"))
    if not imaged or imaged < 0:
        return None
    total = number_of(metadata.get("sample_total_volume"))
    concentrated = number_of(metadata.get("sample_concentrated_sample_volume"))
    factor = dilution_factor(metadata)
    if factor != 1 and dilution == UNKNOWN:
        return None
    diluted = 1 / factor if dilution == SHARE else factor
    if total and concentrated and min(total, concentrated) > 0:
        return imaged * total * ML_IN_LITRE / (concentrated * diluted)
    return imaged


def dilution_factor(metadata: dict[str, Any]) -> float:
    """1 where the sample was not diluted, or nobody filled it in."""
    factor = number_of(metadata.get("sample_dilution_factor"))
    return factor if factor and factor > 0 else 1.0


def fields_of(metadata: dict[str, Any], prefix: str) -> dict[str, str]:
    pairs = (
        (key, value) for key, value in metadata.items() if key.startswith(prefix) and key not in NO_FIELDS
    )
    return {key.removeprefix(prefix): str(value) for key, value in pairs if value not in (None, "", [])}


def number_of(value: Any) -> float | None:
    """Numbers, and texts that are numbers, also with a decimal comma; None for all else."""
    try:
        number = float(
            value.replace(",", ".") if isinstance(value, str) and DECIMAL_COMMA.fullmatch(value) else value
        )
    except (TypeError, ValueError, OverflowError):
        return None
    return number if abs(number) < float("inf") else None


NUMBERS = (
    "process_pixel",
    "acq_imaged_volume",
    "sample_total_volume",
    "sample_concentrated_sample_volume",
    "sample_dilution_factor",
    "object_lat",
    "object_lon",
    "object_depth_min",
    "object_depth_max",
)


def unread(metadata: dict[str, Any]) -> list[str]:
    """Sentences about what is filled in and can't be read."""
    values = {name: metadata.get(name) for name in NUMBERS}
    sentences = [
        f"{name} is {value!r}, which is no number."
        for name, value in values.items()
        if value not in (None, "") and not _is_blank(value) and number_of(value) is None
    ]
    day, clock = metadata.get("object_date"), metadata.get("object_time")
    moment, has_time = moment_of(metadata)
    if day and not _is_blank(day) and moment is None:
        sentences.append(f"object_date is {day!r}, which is no day as 20210122 or 2021-01-22.")
    elif moment and clock and not _is_blank(clock) and not has_time:
        sentences.append(f"object_time is {clock!r}, which is no time of day as 115300 or 11:53:00.")
    return sentences


def _is_blank(value: Any) -> bool:
    return str(value).strip().lower() in ("", "nan", "none", "null", "na")


def moment_of(metadata: dict[str, Any]) -> tuple[datetime | None, bool]:
    """When the sample was taken, UTC, and whether a time of day is known: `20210122` `115300`, or with `-` and `:`."""
    day, _, behind = str(metadata.get("object_date") or "").replace("-", "").partition("T")
    clock = str(metadata.get("object_time") or behind).replace(":", "").rstrip("Z").partition(".")[0]
    if moment := moment_of_digits(day + clock):
        return moment, bool(clock)
    return moment_of_digits(day), False
