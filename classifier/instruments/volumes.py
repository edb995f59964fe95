"""The water behind samples and acquisitions, in the columns that EcoTaxa's formulas ask for.

`sample_tot_vol` × 1 ÷ `acq_sub_part` is what an acquisition imaged: its default formulas, and the site's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from classifier.instruments.records import ImagedWater, InstrumentAcquisition, InstrumentSample

TOTAL, SHARE, IMAGED = "tot_vol", "sub_part", "imaged_volume_ml"
LITRES = 0.001  # a ml


@dataclass
class VolumeColumns:
    """Of one package: a sample's volume is what its first acquisition makes it.

    `imaged` has the ml that all acquisitions of a sample imaged together, where each looked at water of its own: their
    shares then make n ÷ (all that was imaged) of the sum over acquisitions that EcoTaxa's formulas take.

    `unit` is what `tot_vol` counts a ml. Where the files have such a column, in whatever unit the instrument's people
    use, it stays as it is, unless `overrides`.
    """

    unit: float = LITRES
    overrides: bool = False
    imaged: Mapping[str, float] = field(default_factory=dict)
    _of_samples: dict[str, float] = field(default_factory=dict)  # ml

    def of_sample(self, sample: InstrumentSample, acquisition: InstrumentAcquisition) -> dict[str, str]:
        volume = self._total(sample, acquisition)
        if volume is None or self._has_own(sample):
            return dict(sample.fields)
        return {**sample.fields, TOTAL: f"{volume * self.unit:.12g}"}

    def of_acquisition(self, sample: InstrumentSample, acquisition: InstrumentAcquisition) -> dict[str, str]:
        total, imaged = self._total(sample, acquisition), acquisition.volume_ml
        if imaged is None or total is None:
            return dict(acquisition.fields)
        looked_at = self._imaged(sample) or imaged
        share = {} if self._has_own(sample) else {SHARE: f"{total / looked_at:.12g}"}
        # first, for EcoTaxa takes thirty columns of an acquisition, and its formulas ask for the share
        return {IMAGED: f"{imaged:.12g}", **share, **acquisition.fields, **share}

    def _has_own(self, sample: InstrumentSample) -> bool:
        return TOTAL in sample.fields and not self.overrides

    def _total(self, sample: InstrumentSample, acquisition: InstrumentAcquisition) -> float | None:
        volume = sample.volume_ml or self._imaged(sample) or acquisition.volume_ml
        if volume is not None:
            self._of_samples.setdefault(sample.original_id, volume)
        return self._of_samples.get(sample.original_id)

    def _imaged(self, sample: InstrumentSample) -> float | None:
        return self.imaged.get(sample.original_id)


def imaged_by_sample(waters: Iterable[ImagedWater]) -> dict[str, float]:
    """The ml that all acquisitions of each sample looked at together."""
    imaged: dict[str, float] = {}
    for water in waters:
        imaged[water.sample] = imaged.get(water.sample, 0) + water.volume_ml
    return imaged
