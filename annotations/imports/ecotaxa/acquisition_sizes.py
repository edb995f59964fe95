"""The size of a pixel of each acquisition in a package; where its unit can't be told, the import asks for it."""

import re
from dataclasses import dataclass, field

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.parents import ParentCell, Parents
from annotations.imports.ecotaxa.picture_check import acquisition_of
from annotations.imports.ecotaxa.pixel_columns import speaks_of_pixels
from annotations.imports.ecotaxa.pixel_size import PixelSize, size_of
from annotations.imports.ecotaxa.size_pairs import SizePairs
from annotations.imports.ecotaxa.table import TableLine
from annotations.samples.models import Acquisition
from annotations.samples.naming import name_in_package

LOOKED_AT = 30  # objects of an acquisition whose sizes in pixels and in µm are compared
INSTRUMENT = re.compile(
    r"instrument|software|source|program|model|imager|hardware|system|method|version", re.I
)
AcquisitionName = tuple[str, str]  # of a sample and an acquisition
REMEDY = (
    "Import the package again with the unit chosen: “Pixel sizes without a unit are in” on the page, `pixel_unit` in "
    "the API, --pixel-unit in the command. Or give it a column that has the unit in its name, such as process_pixel_um."
)


@dataclass
class AcquisitionSizes:
    """Collects sizes of objects while lines are read, and decides when all acquisitions are known."""

    unit: str = ""  # of bare numbers, as the person said: um, mm, or not yet
    updates: bool = False  # what is here already is looked at, too
    pairs: dict[AcquisitionName, SizePairs] = field(default_factory=dict)
    looked_at: dict[AcquisitionName, int] = field(default_factory=dict)

    def note(self, line: TableLine) -> None:
        name = acquisition_of(line)
        if self.looked_at.get(name, 0) < LOOKED_AT:
            self.looked_at[name] = self.looked_at.get(name, 0) + 1
            numbers = dict(zip(line.table.number_names, line.numbers, strict=False))
            self.pairs.setdefault(name, SizePairs()).note(numbers)

    def decided(self, parents: Parents, project_id: int | None, problems: Problems) -> list[list]:
        """[sample, acquisition, µm or None, source] of each acquisition that is new to the project.

        Of an update also of those that are here, where the unit is beyond doubt: nobody is asked again.
        """
        present = _present(project_id)
        rows = []
        for sample, acquisition in self.looked_at:
            is_present = (sample, acquisition) in present
            if is_present and not self.updates:
                continue
            cells = _cells(parents, sample, acquisition)
            size = self._size(cells, (sample, acquisition))
            if is_present and (size.doubt or size.micrometres is None):
                continue
            if not is_present:
                _report(size, acquisition, cells, problems)
            rows.append([sample, acquisition, size.micrometres, size.source])
        return rows

    def _size(self, cells: dict[str, ParentCell], name: AcquisitionName) -> PixelSize:
        fields = {column: cell.value for column, cell in cells.items()}
        instrument = " ".join(value for column, value in fields.items() if INSTRUMENT.search(column))
        return size_of(fields, instrument, self.pairs.get(name), self.unit)


def _cells(parents: Parents, sample: str, acquisition: str) -> dict[str, ParentCell]:
    """What the package says of an acquisition and its process; of its sample only what speaks of pixels."""
    of_sample = parents.cells.get(("sample", sample, ""), {})
    of_acquisition = [parents.cells.get((level, sample, acquisition), {}) for level in ("acq", "process")]
    own = {column: cell for cells in of_acquisition for column, cell in cells.items()}
    return own | {column: cell for column, cell in of_sample.items() if speaks_of_pixels(column)}


def _present(project_id: int | None) -> set[AcquisitionName]:
    rows = Acquisition.objects.filter(sample__project=project_id)
    names = rows.values_list("sample__original_id", "original_id") if project_id is not None else []
    return {(name_in_package(sample), name_in_package(acquisition)) for sample, acquisition in names}


def _report(size: PixelSize, acquisition: str, cells: dict[str, ParentCell], problems: Problems) -> None:
    if size.doubt:
        cell = cells[size.column]
        message = (
            f"{size.column} of acquisition {acquisition or '(none)'} is {cell.value!r}, and its unit can't be told: "
            f"{size.doubt}. {REMEDY}"
        )
        fault = f"unit of {size.column} {cell.value}"
        problems.ask(message, cell.table, cell.line, size.column, fault=fault, cell=acquisition)
    for column, sentence in size.notes:
        cell = cells[column]
        problems.warn(sentence, cell.table, cell.line, column, fault=f"{column} {sentence}", cell=acquisition)
