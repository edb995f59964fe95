"""The particles of one FlowCam run as vignettes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone

from classifier.contract.days import is_short_day
from classifier.instruments.clocks import in_zone
from classifier.instruments.flowcam.collages import Collages, RegionError
from classifier.instruments.flowcam.listing import ListLine
from classifier.instruments.flowcam.run import FlowCamRun, positive
from classifier.instruments.records import (
    BrokenFile,
    InstrumentAcquisition,
    InstrumentSample,
    InstrumentVignette,
)

NO_MEASUREMENTS = {"id", "collage_file", "image_x", "image_y", "image_w", "image_h"}
TEXTS = {"timestamp", "timestamp2", "image_id", "date", "time", "name", "class", "filter_name"}
# what the site's formulas and other instruments' measurements call what the list has in pixels
SAME_AS = {"area": "raw_area", "major": "raw_legendre_major", "minor": "raw_legendre_minor"}
REMEDY = "The other particles come in. Export the list again, or put the files of the run together again."


@dataclass
class RunReader:
    """Turns lines of the list into vignettes; what all of them share is made at the first."""

    name: str
    listing: str
    run: FlowCamRun
    collages: Collages
    clock: timezone
    broken_collages: set[str] = field(default_factory=set)
    acquisition: InstrumentAcquisition | None = None
    calibration: str = ""
    names_open_moment: bool = False

    def read(self, line: ListLine) -> Iterator[InstrumentVignette | BrokenFile]:
        try:
            if line.fault:
                raise ValueError(line.fault)
            yield self._vignette(line)
        except RegionError as error:
            yield from self._lost(error, line)
        except ValueError as error:
            yield BrokenFile(self.listing, str(error), REMEDY, line.number)
        else:
            yield from self._other_calibration(line)
            yield from self._open_moment(line)

    def _vignette(self, line: ListLine) -> InstrumentVignette:
        cells = line.cells
        place = [_whole(cells, name) for name in ("image_x", "image_y", "image_w", "image_h")]
        object_id = f"{self.name}_{cells.get('id') or line.number}"
        north, east = self.run.position
        return InstrumentVignette(
            object_id,
            f"{object_id}.png",
            self.collages.region(cells["collage_file"], *place),
            InstrumentSample(self.name),
            self._acquisition(cells),
            north,
            east,
            taken_at=in_zone(self._moment(cells) or self.run.started_at, self.clock),
            numbers=numbers_of(cells),
            texts={name: cells[name] for name in sorted(TEXTS & cells.keys()) if cells[name]},
            file=self.listing,
            line=line.number,
        )

    def _moment(self, cells: Mapping[str, str]) -> datetime | None:
        text = cells.get("timestamp", "")
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return self.run.moment(text)

    def _open_moment(self, line: ListLine) -> Iterator[BrokenFile]:
        """Names, once, a day that could be two; nobody guesses between them."""
        text = line.cells.get("timestamp", "")
        is_open = is_short_day(text.partition(" ")[0]) and self.run.moment(text) is None
        doubtful = text if is_open else "" if text else self.run.open_moment
        if doubtful and not self.names_open_moment:
            self.names_open_moment = True
            message = f"{doubtful!r} has a day that could be read in two ways, so it was left out."
            yield BrokenFile(
                self.listing, message, "Say under dates which number is the day.", line.number, warning=True
            )

    def _acquisition(self, cells: Mapping[str, str]) -> InstrumentAcquisition:
        if self.acquisition is None:
            self.calibration = cells.get("cal_const", "")
            in_list = positive(self.calibration)
            self.acquisition = InstrumentAcquisition(
                self.name,
                "FlowCam",
                in_list or self.run.pixel_um,
                "calibration factor of the list" if in_list else "calibration factor of the run",
                self.run.imaged_ml,
                self.run.fields(),
            )
        return self.acquisition

    def _lost(self, error: RegionError, line: ListLine) -> Iterator[BrokenFile]:
        """A collage that can't be read is said once, not for each of its thousands of particles."""
        if not error.collage:
            yield BrokenFile(self.listing, str(error), REMEDY, line.number)
        elif error.collage not in self.broken_collages:
            self.broken_collages.add(error.collage)
            remedy = f"All its particles are left out, from line {line.number} of the list on. {REMEDY}"
            yield BrokenFile(error.collage, str(error), remedy)

    def _other_calibration(self, line: ListLine) -> Iterator[BrokenFile]:
        other = line.cells.get("cal_const", "")
        if other != self.calibration:
            message = f"The calibration factor is {other} from here on, {self.calibration} before."
            remedy = "The first counts for all. Split the run if both are meant."
            yield BrokenFile(self.listing, message, remedy, line.number, warning=True)
            self.calibration = other


def numbers_of(cells: Mapping[str, str]) -> dict[str, float]:
    """The cells that are numbers; a measurement that is no finite number is left out."""
    measured = cells.keys() - TEXTS - NO_MEASUREMENTS
    numbers = {name: value for name, text in cells.items() if name in measured for value in _number(text)}
    aliases = {alias: numbers[name] for alias, name in SAME_AS.items() if name in numbers}
    return aliases | numbers


def _number(text: str) -> Iterator[float]:
    try:
        value = float(text)
    except ValueError:
        return
    if abs(value) < float("inf"):
        yield value


def _whole(cells: Mapping[str, str], name: str) -> int:
    value = next(_number(cells[name]), None)
    if value is None or value != int(value):
        raise ValueError(f"{name} is {cells[name]!r}, not a whole number.")
    return int(value)
