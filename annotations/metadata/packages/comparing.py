"""Compares what a package says of rows with what they hold, by the rules of corrections, and keeps what differs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from annotations.common.problems import Problems
from annotations.imports import values
from annotations.imports.ecotaxa.parents import is_same
from annotations.imports.records import Record
from annotations.imports.survey import Survey
from annotations.metadata.columns import FIELD, CorrectableColumn, columns_of, free_column, number_text
from annotations.metadata.levels import LEVELS, level_of
from annotations.metadata.models import Correction, PackageUpdate
from annotations.metadata.packages.cells import Texts, heading_of
from annotations.metadata.packages.values import copy_differences
from annotations.metadata.planning import CellChange, CellDifference, differences
from annotations.samples.models import FreeColumn


class RowTexts(NamedTuple):
    """What a record says of a row, by the keys of columns."""

    row_id: int
    texts: Texts
    record: Record


@dataclass
class PackageComparison:
    """Of one update; `survey` knows which of the package's columns are numbers."""

    update: PackageUpdate
    survey: Survey
    problems: Problems
    columns: dict[str, dict[str, CorrectableColumn]] = field(default_factory=dict)  # by level and key
    corrections: dict[str, Correction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = {level.key: columns_of(self.update.project, level.key) for level in LEVELS}
        self.corrections = {one.level: one for one in self.update.corrections.all()}

    def note(self, level: str, rows: Sequence[RowTexts]) -> list[CellDifference]:
        """What differs; it is kept with the update. `problems` gets what can't be taken."""
        differing = [difference for file in self._by_file(level, rows) for difference in file]
        if level != FreeColumn.Level.OBJECT:
            # all their cells are texts, and spreadsheets write numbers in other ways
            differing = [one for one in differing if not is_same(one.old, one.new)]
        copy_differences(self.corrections[level], differing)
        return differing

    def _by_file(self, level: str, rows: Sequence[RowTexts]) -> Iterator[list[CellDifference]]:
        for file, of_file in groupby(rows, key=lambda row: row.record.file):
            changes = [change for row in of_file for change in self._changes(level, row)]
            if changes:
                yield differences(self.update.project, level_of(level), changes, self.problems, file)

    def _changes(self, level: str, row: RowTexts) -> Iterator[CellChange]:
        for key, text in row.texts.items():
            column = self.columns[level].get(key) or self._new_column(level, key)
            heading = heading_of(level, key)
            yield CellChange(row.row_id, column, text, line=row.record.line, heading=heading)

    def _new_column(self, level: str, key: str) -> CorrectableColumn:
        """A free column that the package brings: of a preview it is not made yet."""
        name = key.removeprefix(FIELD)
        column = free_column(name, is_new=True)
        if level == "object" and self.survey.types.get(name):
            column = CorrectableColumn(key, name, lambda text: number_text(values.number(text)), is_new=True)
        self.columns[level][key] = column
        return column
