"""The objects of one scan as vignettes."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from classifier.instruments.decoding import UnreadablePictureError
from classifier.instruments.pid import PidLine, measurements
from classifier.instruments.records import (
    BrokenFile,
    InstrumentAcquisition,
    InstrumentLabel,
    InstrumentSample,
    InstrumentVignette,
)
from classifier.instruments.zooscan.positions import position
from classifier.instruments.zooscan.scan import ScannedFraction
from classifier.instruments.zooscan.vignettes import ScanVignettes

REMEDY = "The other objects come in. Process the scan again in ZooProcess."


@dataclass
class ScanReader:
    """Turns lines of a pid into vignettes; what all of them share is made once."""

    scan: ScannedFraction
    path: str
    vignettes: ScanVignettes
    positions: str
    names: dict[str, str] = field(
        default_factory=dict
    )  # what people validated in Plankton Identifier, by item
    sample: InstrumentSample = field(init=False)
    acquisition: InstrumentAcquisition = field(init=False)
    place: tuple[float | None, float | None] = (None, None)
    labels: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.sample, self.acquisition = self.scan.sample(), self.scan.acquisition()

    def locate(self) -> Iterator[BrokenFile]:
        """Works out the position; says so where it is none."""
        pid = self.scan.pid
        try:
            self.place = position(
                pid.value("sample", "latitude"), pid.value("sample", "longitude"), self.positions
            )
        except ValueError as error:
            remedy = (
                "The position is left out. Choose decimal degrees where the project has them, or correct it."
            )
            yield BrokenFile(self.path, str(error), remedy, warning=True)

    def read(self, line: PidLine) -> Iterator[InstrumentVignette | BrokenFile]:
        if line.fault:
            yield BrokenFile(self.path, line.fault, REMEDY, line.number)
            return
        yield from self._other_label(line)
        name = f"{line.cells.get('label') or self.scan.stem}_{line.cells['item']}"
        try:
            yield self._vignette(name, line)
        except (LookupError, UnreadablePictureError) as error:
            yield BrokenFile(self.path, error.args[0], REMEDY, line.number)

    def _vignette(self, name: str, line: PidLine) -> InstrumentVignette:
        picture = self.vignettes.picture(name, line.cells)
        if picture is None:
            raise LookupError(
                f"There is no vignette {name}.jpg of this line, nor {self.scan.stem}_vis1.zip to cut it from."
            )
        depth_min, depth_max = self.scan.depths
        taxon = self.names.get(line.cells["item"])
        return InstrumentVignette(
            name,
            f"{name}.png" if not hasattr(picture, "path") else picture.path.rpartition("/")[2],
            picture,
            self.sample,
            self.acquisition,
            *self.place,
            depth_min,
            depth_max,
            self.scan.taken_at,
            self.scan.has_time,
            numbers=measurements(line),
            label=InstrumentLabel(taxon, is_validated=True) if taxon else None,
            file=self.path,
            line=line.number,
        )

    def _other_label(self, line: PidLine) -> Iterator[BrokenFile]:
        """Lines of another scan in this scan's pid, once for each."""
        label = line.cells.get("label", "")
        if label and label != self.scan.stem and label not in self.labels:
            self.labels.add(label)
            message = f"From here on lines are of {label}, but this is the pid of {self.scan.stem}."
            yield BrokenFile(self.path, message, "Check which scan it is of.", line.number, warning=True)
