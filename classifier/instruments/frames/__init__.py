"""Plain folders of frames with a table, `frames.csv` or `frames.tsv`, as of ISIIS or any camera: frames come in whole.

The table names a frame a line. `file` is its path from the table's folder; all else may be missing: `time` (ISO 8601),
`depth`, or `depth_min` and `depth_max`, `latitude`, `longitude`, `sample`, `acquisition`, `instrument`, `pixel_um`, and
`volume_ml`, the water that one frame sees. Further columns become columns of the objects.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timezone
from posixpath import basename

from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.base import Instrument, InstrumentPart, InstrumentReading, instrument
from classifier.instruments.clocks import UTC_OFFSET, clock_of, in_zone
from classifier.instruments.decoding import UnreadablePictureError, read_pixels
from classifier.instruments.files import Files, passing_over_damage
from classifier.instruments.frames.ids import TABLES, frame_of, ids_of, named_tables, object_id
from classifier.instruments.frames.table import PLACES, FrameLine, further, lines_of, moment_of
from classifier.instruments.naming import folder_of
from classifier.instruments.pixels import PIXEL_UM, pixel_of
from classifier.instruments.records import (
    BrokenFile,
    ImagedWater,
    InstrumentAcquisition,
    InstrumentSample,
    InstrumentVignette,
)

REMEDY = "The other frames come in. Correct the table."


@instrument
class Frames(Instrument):
    """Frames that a table lists, one part a table."""

    name = "frames"
    title = "Frames with a table"
    help = (
        "A folder of whole frames with frames.csv or frames.tsv: a column file, and where they are known time, depth, "
        "latitude, longitude, sample, acquisition, pixel_um and volume_ml (of one frame)."
    )
    options = (UTC_OFFSET, PIXEL_UM)

    def recognises(self, paths: Sequence[str]) -> bool:
        return any(basename(path).lower() in TABLES for path in paths)

    def check_options(self, options: Mapping[str, str]) -> None:
        clock_of(options)
        pixel_of(options)

    def parts(self, files: Files) -> list[InstrumentPart]:
        inside = {table: below(folder_of(table), files.paths()) for table in named_tables(files)}
        return [
            InstrumentPart(name, (table, *(path for path in inside[table] if path != table)))
            for table, name in named_tables(files).items()
        ]

    def imaged(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> Iterator[ImagedWater]:
        volumes: dict[tuple[str, str], float] = {}
        with passing_over_damage(csv.Error), files.open(part.files[0]) as file:
            volumes = volumes_of(lines_of(file), part.name)
        return (ImagedWater(sample, volume) for (sample, _), volume in volumes.items())

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        path = part.files[0]
        reader = FrameReader(files, part, pixel_of(options), clock_of(options), frozenset(part.files))
        try:
            with files.open(path) as file:
                reader.volumes = volumes_of(lines_of(file), part.name)
            with files.open(path) as file:
                for number, line in lines_of(file):
                    yield from reader.read(number, line)
        except (csv.Error, *ZIP_DAMAGE) as error:
            if is_transient(error):
                raise
            yield BrokenFile(path, f"The table can't be read ({error}).", REMEDY)


@dataclass
class FrameReader:
    """Turns lines of the table into records; looks at all of them once before, for the volumes that were imaged."""

    files: Files
    part: InstrumentPart
    pixel_um: float | None
    clock: timezone
    paths: frozenset[str]
    # by the ids of sample and acquisition: two samples may each have a `dive1`
    volumes: dict[tuple[str, str], float] = field(default_factory=dict)  # ml
    acquisitions: dict[tuple[str, str], InstrumentAcquisition] = field(default_factory=dict)
    samples: dict[str, InstrumentSample] = field(default_factory=dict)

    def read(self, number: int, line: FrameLine) -> InstrumentReading:
        try:
            yield self._frame(number, line)
        except (ValueError, UnreadablePictureError) as error:
            yield BrokenFile(self.part.files[0], str(error), REMEDY, number)

    def _frame(self, number: int, line: FrameLine) -> InstrumentVignette:
        path = frame_of(self.part.files[0], line, self.paths)
        north, east, depth, top, bottom, *_ = (line.number(name) for name in PLACES)
        acquisition = self._acquisition(line)
        name = object_id(self.files, self.part.name, line)
        numbers, texts = further(line)
        return InstrumentVignette(
            name,
            f"{name}.png",
            read_pixels(self.files, path),
            self._sample(line),
            acquisition,
            north if east is not None else None,
            east if north is not None else None,
            depth if top is None else top,
            depth if bottom is None else bottom,
            in_zone(moment_of(line), self.clock),
            numbers=numbers,
            texts=texts,
            file=self.part.files[0],
            line=number,
        )

    def _sample(self, line: FrameLine) -> InstrumentSample:
        name, _ = ids_of(line, self.part.name)
        return self.samples.setdefault(name, InstrumentSample(name))

    def _acquisition(self, line: FrameLine) -> InstrumentAcquisition:
        ids = ids_of(line, self.part.name)
        if ids not in self.acquisitions:
            in_table = line.number("pixel_um")
            pixel = in_table or self.pixel_um
            source = "pixel_um of the table" if in_table else "said at import"
            self.acquisitions[ids] = InstrumentAcquisition(
                ids[1],
                line.get("instrument", ""),
                pixel,
                source if pixel else "",
                self.volumes.get(ids) or None,
            )
        return self.acquisitions[ids]


def volumes_of(lines: Iterator[tuple[int, FrameLine]], part: str) -> dict[tuple[str, str], float]:
    """The ml of all frames of each acquisition, by the ids of its sample and itself."""
    volumes: dict[tuple[str, str], float] = defaultdict(float)
    for _, line in lines:
        with suppress(ValueError):  # named when the line is read
            volumes[ids_of(line, part)] += line.number("volume_ml") or 0
    return volumes


def below(folder: str, paths: Sequence[str]) -> list[str]:
    """All files in a folder and deeper; of the top all."""
    return [path for path in paths if not folder or path.startswith(f"{folder}/")]
