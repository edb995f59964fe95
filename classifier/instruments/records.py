"""What an instrument's reader yields, whatever the instrument: plain data. Site and command line write it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

PixelRegion = tuple[int, int, int, int]  # x, y, width, height in pixels, from the upper left corner


@dataclass(frozen=True, slots=True)
class PictureInFile:
    """A picture as a file holds it, or only what lies in a region of it, as of a collage."""

    path: str
    region: PixelRegion | None = None


@dataclass(frozen=True, slots=True)
class InstrumentSample:
    """A sample; `fields` are its free columns by EcoTaxa's names without `sample_`.

    `volume_ml` is the water that it was taken from, where that is more than its acquisitions looked at.
    """

    original_id: str
    fields: Mapping[str, str] = field(default_factory=dict)
    volume_ml: float | None = None


@dataclass(frozen=True, slots=True)
class InstrumentAcquisition:
    """One run of the instrument. `fields` are free columns without `acq_`, `process_fields` without `process_`.

    `pixel_um` is the side of a pixel, `pixel_source` says who says so; `volume_ml` is the water that was imaged.
    """

    original_id: str
    instrument: str = ""
    pixel_um: float | None = None
    pixel_source: str = ""
    volume_ml: float | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    process_fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImagedWater:
    """The ml that an acquisition of a sample looked at, whether it found an object there or none."""

    sample: str
    volume_ml: float


@dataclass(frozen=True, slots=True)
class InstrumentLabel:
    """What a file beside the pictures says an object is: a person (validated) or a program (predicted)."""

    taxon: str
    is_validated: bool = False
    score: float | None = None  # 0–1, of a program
    lineage: tuple[str, ...] = ()  # from the top down to `taxon`; empty where there is none


@dataclass(frozen=True, slots=True)
class InstrumentVignette:
    """One picture of one object. Degrees north and east, metres of depth, UTC.

    `picture` is pixels (height × width, or × 3; uint8 or uint16), or where a file holds them. Vignettes of one sample
    or acquisition share its record. `file` and `line` (from 1) say where it stands, for messages.
    """

    object_id: str
    file_name: str  # what the picture is called afterwards, as `…_00002.png`
    picture: np.ndarray | PictureInFile
    sample: InstrumentSample
    acquisition: InstrumentAcquisition
    latitude: float | None = None
    longitude: float | None = None
    depth_min: float | None = None
    depth_max: float | None = None
    taken_at: datetime | None = None  # aware; of a source without a time of day at midnight, see `has_time`
    has_time: bool = True
    numbers: Mapping[str, float] = field(default_factory=dict)  # free columns of the object, by name
    texts: Mapping[str, str] = field(default_factory=dict)
    label: InstrumentLabel | None = None
    rank: int | None = None  # of several pictures of one object
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """What could not be read while the rest comes in: a whole file, or one line or region of it.

    `message` is a sentence that says what is wrong, `remedy` one that says what to do. A `warning` loses no picture.
    """

    file: str
    message: str
    remedy: str = ""
    line: int | None = None  # from 1
    byte: int | None = None  # from 0
    warning: bool = False

    @property
    def place(self) -> str:
        line = f", line {self.line}" if self.line is not None else ""
        byte = f", byte {self.byte:,}" if self.byte is not None else ""
        return f"{self.file}{line}{byte}"

    def __str__(self) -> str:
        return f"{self.place}: {self.message} {self.remedy}".rstrip()
