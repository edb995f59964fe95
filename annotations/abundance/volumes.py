"""How much water the objects of a sample stand for, where that is certain; else why it is not.

EcoTaxa's columns: `sample_tot_vol` is the volume that was sampled, in a unit that differs between instruments and that
no file states, so a person says it; `acq_sub_part` (or that of the process) is how many such parts the sample had.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from annotations.samples.models import Acquisition, Sample

MISSING = 99999.0  # as ZooProcess writes what nobody measured


class VolumeUnit(StrEnum):
    """In which `tot_vol` is."""

    CUBIC_METRES = "m3"
    LITRES = "l"

    @property
    def in_cubic_metres(self) -> float:
        return 1.0 if self is VolumeUnit.CUBIC_METRES else 0.001


@dataclass(frozen=True)
class Volume:
    """The water of which the counted objects are all, in m³; or the sentence that says why nobody knows."""

    cubic_metres: float | None = None
    why_not: str = ""


def volumes_of(sample_ids: list[int], unit: VolumeUnit | None) -> dict[int, Volume]:
    """sample → volume."""
    if unit is None:
        return {}
    totals = Sample.objects.filter(pk__in=sample_ids).values_list("pk", "fields")
    parts: dict[int, list[float | None]] = defaultdict(list)
    runs = Acquisition.objects.filter(sample__in=sample_ids)
    for sample, fields, process_fields in runs.values_list("sample", "fields", "process_fields"):
        parts[sample].append(_positive(fields.get("sub_part") or process_fields.get("sub_part")))
    return {pk: _volume(_positive(fields.get("tot_vol")), set(parts[pk]), unit) for pk, fields in totals}


def _volume(total: float | None, parts: set[float | None], unit: VolumeUnit) -> Volume:
    if total is None:
        return Volume(why_not="The sample has no tot_vol.")
    if not parts or None in parts:
        return Volume(why_not="An acquisition has no sub_part.")
    if len(parts) > 1:
        return Volume(why_not="Its acquisitions were sub-sampled differently (sub_part).")
    return Volume(total * unit.in_cubic_metres / (parts.pop() or 1.0))


def _positive(text: object) -> float | None:
    try:
        value = float(str(text).replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 < value != MISSING else None
