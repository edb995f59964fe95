"""A sample, an acquisition and a process have one value a column, wherever in the package they stand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.lookalikes import LookAlikes
from annotations.imports.ecotaxa.table import TableLine

LEVELS = {"sample": "sample", "acq": "acquisition", "process": "the process of acquisition"}
OWN_COLUMNS = {"sample": [], "acq": ["acq_instrument"], "process": ["process_id"]}
MOST_REMEMBERED = 1000  # lines of parents that were compared already: neighbours mostly repeat one
Key = tuple[str, str, str]  # level, sample, acquisition (empty for a sample)


@dataclass(frozen=True, slots=True)
class ParentCell:
    """What the package says first of a column."""

    value: str
    table: str
    line: int


@dataclass
class Parents:
    """Compares what lines say of their sample, acquisition and process. An empty cell says nothing."""

    problems: Problems
    cells: dict[Key, dict[str, ParentCell]] = field(default_factory=dict)  # by the whole name of the column
    late: dict[Key, dict[str, str]] = field(default_factory=dict)  # what another line than the first one adds
    sample_of: dict[str, tuple[str, str, int]] = field(
        default_factory=dict
    )  # acquisition → sample, table, line
    _compared: set[tuple] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.samples = LookAlikes(self.problems, "sample", "sample_id")
        self.acquisitions = LookAlikes(self.problems, "acquisition", "acq_id")

    def know(self, samples: Iterable[str]) -> None:
        """Samples that the project holds: what looks like one of them is said."""
        for name in samples:
            self.samples.note_here(name)

    def note(self, line: TableLine) -> None:
        row = (line.table.name, line.table.pick_parents(line.cells))
        if row in self._compared:
            return
        if len(self._compared) >= MOST_REMEMBERED:
            self._compared.clear()
        self._compared.add(row)
        sample, acquisition = str(line.values.get("sample_id") or ""), str(line.values.get("acq_id") or "")
        for level in LEVELS:
            self._note(line, (level, sample, "" if level == "sample" else acquisition))
        if sample:
            self.samples.note(sample, line)
        if acquisition:
            self.acquisitions.note(acquisition, line, within=sample)
            self._note_sample(line, sample, acquisition)

    def _note(self, line: TableLine, key: Key) -> None:
        is_new = key not in self.cells
        cells = self.cells.setdefault(key, {})
        for column, value in self._values(line, key[0]):
            first = cells.get(column)
            if first is None:
                cells[column] = ParentCell(value, line.table.name, line.number)
                if not is_new:
                    self.late.setdefault(key, {})[column] = value
            elif not is_same(first.value, value):
                self._report_conflict(line, key, column, value, first)

    @staticmethod
    def _values(line: TableLine, level: str) -> Iterator[tuple[str, str]]:
        for place, name in line.table.parent_places[level]:
            if line.cells[place]:
                yield f"{level}_{name}", line.cells[place]
        for column in OWN_COLUMNS[level]:
            if value := line.values.get(column):
                yield column, str(value)

    def _report_conflict(self, line: TableLine, key: Key, column: str, value: str, first: ParentCell) -> None:
        level, sample, acquisition = key
        owner = acquisition or sample or "(none)"
        place = f"line {first.line}" + ("" if first.table == line.table.name else f" of {first.table}")
        message = (
            f"{column} of {LEVELS[level]} {owner} is {first.value!r} in {place} and {value!r} here. "
            "It can have one value only: correct one of the two."
        )
        fault = " ".join(("two values", *key))
        self.problems.add(message, line.table.name, line.number, column, fault=fault, cell=value)

    def _note_sample(self, line: TableLine, sample: str, acquisition: str) -> None:
        first, table, number = self.sample_of.setdefault(acquisition, (sample, line.table.name, line.number))
        if first != sample:
            place = f"line {number}" + ("" if table == line.table.name else f" of {table}")
            message = (
                f"Acquisition {acquisition} belongs to sample {first or '(none)'} in {place} and to sample "
                f"{sample or '(none)'} here. They are taken for two acquisitions: rename one if it is a slip."
            )
            fault = f"two samples {acquisition}"
            self.problems.warn(message, line.table.name, line.number, "acq_id", fault=fault, cell=sample)


def is_same(first: str, second: str) -> bool:
    """`5`, `5.0` and `05` are one number."""
    if first == second:
        return True
    try:
        return float(first) == float(second)
    except ValueError:
        return False
