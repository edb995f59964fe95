"""A vignette of an instrument as a record of the import."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from annotations.imports.records import Record, RecordLabel
from annotations.samples.models import State
from annotations.samples.rows import NewAcquisition
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.names import clean_name
from classifier.instruments.records import (
    InstrumentAcquisition,
    InstrumentLabel,
    InstrumentSample,
    InstrumentVignette,
)
from classifier.instruments.volumes import VolumeColumns

MOST_ID = 255  # characters of an object's, a sample's and an acquisition's id
MOST_SOURCE = 200  # of the sentence that says where the size of a pixel is from
ML = 1e-6  # m³


class _SharedParents(NamedTuple):
    """What an instrument says of sample and acquisition, and what becomes of it."""

    sample: InstrumentSample
    source: InstrumentAcquisition
    sample_fields: dict[str, str]
    acquisition: NewAcquisition


@dataclass
class Conversion:
    """Of one package, in the order of its records: the first of a sample or acquisition says what it is."""

    total_in_cubic_metres: float  # m³ of 1 in a sample's `tot_vol`
    imaged: Mapping[str, float] = field(default_factory=dict)  # ml by sample, as `VolumeColumns` has it
    volumes: VolumeColumns = field(init=False)
    _last: "_SharedParents | None" = None

    def __post_init__(self) -> None:
        self.volumes = VolumeColumns(ML / self.total_in_cubic_metres, overrides=True, imaged=self.imaged)

    def record(self, vignette: InstrumentVignette) -> Record:
        picture = vignette.picture
        parents = self._parents_of(vignette)
        in_file = None if isinstance(picture, np.ndarray) else picture
        numbers = {name: value for name, value in vignette.numbers.items() if math.isfinite(value)}
        return Record(
            object_id=vignette.object_id,
            path=in_file.path if in_file else vignette.file,
            file_name=vignette.file_name,
            rank=vignette.rank,
            sample=vignette.sample.original_id,
            sample_fields=parents.sample_fields,
            acquisition=parents.acquisition,
            label=_label(vignette.label),
            latitude=vignette.latitude,
            longitude=vignette.longitude,
            depth_min=vignette.depth_min,
            depth_max=vignette.depth_max,
            taken_at=vignette.taken_at,
            has_time=vignette.has_time,
            numbers=dict(numbers),
            texts=_filled(vignette.texts),
            file=vignette.file,
            line=vignette.line,
            crop=in_file.region if in_file else None,
            pixels=picture if isinstance(picture, np.ndarray) else None,
        )

    def _parents_of(self, vignette: InstrumentVignette) -> "_SharedParents":
        """Thousands of vignettes share one acquisition: its columns are made once."""
        last = self._last
        if last is None or vignette.sample is not last.sample or vignette.acquisition is not last.source:
            fields = _filled(self.volumes.of_sample(vignette.sample, vignette.acquisition))
            last = _SharedParents(vignette.sample, vignette.acquisition, fields, self._acquisition(vignette))
            self._last = last
        return last

    def _acquisition(self, vignette: InstrumentVignette) -> NewAcquisition:
        of = vignette.acquisition
        return NewAcquisition(
            of.original_id,
            of.instrument,
            of.pixel_um,
            of.pixel_source[:MOST_SOURCE],
            _filled(self.volumes.of_acquisition(vignette.sample, of)),
            process_fields=_filled(of.process_fields),
        )


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in texts.items() if text}


def _label(label: InstrumentLabel | None) -> RecordLabel | None:
    if label is None:
        return None
    lineage = tuple(filter(None, map(clean_name, label.lineage or (label.taxon,))))
    name = clean_name(label.taxon)
    state = State.VALIDATED if label.is_validated else State.PREDICTED
    return RecordLabel(state, TaxonName(name, lineage), label.score) if name else None
