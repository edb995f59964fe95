"""What a bin's files become: its sample, its acquisition, and an object for each of its regions."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from classifier.instruments.ifcb.adc import AdcLine
from classifier.instruments.ifcb.features import RegionFeatures
from classifier.instruments.ifcb.fileset import BinFiles
from classifier.instruments.ifcb.hdr import DEPTH, number_of, position_of, unread_position
from classifier.instruments.ifcb.names import BinName
from classifier.instruments.ifcb.volume import volume_ml
from classifier.instruments.records import (
    BrokenFile,
    InstrumentAcquisition,
    InstrumentLabel,
    InstrumentSample,
    InstrumentVignette,
)

USUAL_PIXELS = 3.4  # a µm: the default of ifcb-analysis (scale bars), iRfcb and easyIFCB
FIRST = (  # EcoTaxa takes 30 columns of an acquisition: those that say most come first
    "run_time", "inhibit_time", "trigger_count", "roi_count", "sample_type", "sample_number", "file_comment",
    "temperature", "humidity", "software_version", "software", "syringe_sample_volume", "sample_volume2skip",
    "run_sample_fast", "run_fast_factor", "run_beads",
)  # fmt: skip


@dataclass(frozen=True)
class BinRecords:
    """Makes the objects of one bin, which share its sample and acquisition."""

    name: BinName
    adc: str  # its path, which messages name
    sample: InstrumentSample
    acquisition: InstrumentAcquisition
    settings: Mapping[str, str]

    @classmethod
    def of(
        cls, one: BinFiles, settings: Mapping[str, str], lines: Sequence[AdcLine], pixels_per_um: float | None
    ) -> "BinRecords":
        pixels = pixels_per_um or USUAL_PIXELS
        says = "as was chosen" if pixels_per_um else "the usual value, for no file of a bin says it"
        acquisition = InstrumentAcquisition(
            one.name.text,
            instrument=one.name.instrument,
            pixel_um=1 / pixels,
            pixel_source=f"{pixels:g} pixels a µm, {says}",
            volume_ml=volume_ml(settings, lines, one.name.is_new),
            fields={**{column: settings[column] for column in FIRST if column in settings}, **settings},
        )
        return cls(one.name, one.raw[".adc"], InstrumentSample(one.name.text), acquisition, settings)

    def doubts(self) -> Iterator[BrokenFile]:
        """What of the bin's figures would be missing or wrong."""
        if self.acquisition.volume_ml is None:
            message = (
                "Neither header nor lines say for how long the bin was looked at: its volume is not known."
            )
            yield BrokenFile(self.adc, message, "Give its sample a volume later.", warning=True)
        if self.settings.get("run_sample_fast", "").lower() == "true":
            message = "The sample was run fast, and 0.25 ml a minute is not what flowed."
            yield BrokenFile(self.adc, message, "Correct its volume later.", warning=True)
        if text := unread_position(self.settings):
            message = (
                f"The header has {text!r} where decimal degrees belong: the bin comes in without a position."
            )
            yield BrokenFile(self.adc, message, "Give its sample one later.", warning=True)
        if self.name.started is None:
            message = f"{self.name.text} holds no time that there is: its objects come in without one."
            yield BrokenFile(self.adc, message, "Give them one later.", warning=True)

    def vignette(
        self,
        line: AdcLine,
        pixels: np.ndarray,
        label: InstrumentLabel | None,
        features: RegionFeatures | None,
    ) -> InstrumentVignette:
        north, east = position_of(self.settings)
        depth = number_of(self.settings, *DEPTH)
        object_id = f"{self.name.text}_{line.number:05}"
        measured = {column: value for column, value in line.values.items() if math.isfinite(value)}
        return InstrumentVignette(
            object_id=object_id,
            file_name=f"{object_id}.png",
            picture=pixels,
            sample=self.sample,
            acquisition=self.acquisition,
            latitude=north,
            longitude=east,
            depth_min=depth,
            depth_max=depth,
            taken_at=self.name.started,
            numbers=(features.values if features else {}) | measured,
            label=label,
            file=self.adc,
            line=line.number,
        )
