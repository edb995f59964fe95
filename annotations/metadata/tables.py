"""How the tables list their rows: samples with what is counted of them, sorted by any column; the others by their
numbers, objects as the bench has them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from annotations.metadata.columns import CorrectableColumn
from annotations.metadata.levels import Level
from annotations.metadata.queries import SampleTableQuery, all_rows, matching_ids, sample_page, sample_row
from annotations.metadata.rows import RowQuery, all_batches, matching_rows, row_page, with_parents
from annotations.metadata.wording import lines_of_rows, rows_with_cells, table_lines, with_cells
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn

ListedColumns = Sequence[CorrectableColumn]


class CorrectableTable(Protocol):
    def page(self, query: RowQuery, columns: ListedColumns) -> tuple[list[dict], str | None]:
        """The rows with their cells, and the cursor of the next page. Raises ValidationError for a wrong cursor."""

    def row(self, row_id: int, columns: ListedColumns) -> dict: ...

    def lines(self, query: RowQuery, columns: ListedColumns) -> Iterable[Sequence[object]]:
        """All rows, as *take_file* takes them back."""

    def matching(self, q: str) -> Sequence[int]: ...


@dataclass(frozen=True)
class SampleTable:
    project: Project

    def page(self, query: RowQuery, columns: ListedColumns) -> tuple[list[dict], str | None]:
        rows, following = sample_page(self.project, _of_samples(query))
        return [with_cells(row, columns) for row in rows], following

    def row(self, row_id: int, columns: ListedColumns) -> dict:
        return with_cells(sample_row(self.project, row_id), columns)

    def lines(self, query: RowQuery, columns: ListedColumns) -> Iterable[Sequence[object]]:
        return table_lines(all_rows(self.project, _of_samples(query)), columns)

    def matching(self, q: str) -> Sequence[int]:
        return matching_ids(self.project, q)


def _of_samples(query: RowQuery) -> SampleTableQuery:
    return SampleTableQuery(query.q, query.order, query.cursor)


@dataclass(frozen=True)
class RowTable:
    project: Project
    level: Level

    def page(self, query: RowQuery, columns: ListedColumns) -> tuple[list[dict], str | None]:
        ids, following = row_page(self.project, self.level, query)
        return self._rows(ids, columns), following

    def row(self, row_id: int, columns: ListedColumns) -> dict:
        (row,) = self._rows([row_id], columns)
        return row

    def lines(self, query: RowQuery, columns: ListedColumns) -> Iterable[Sequence[object]]:
        batches = all_batches(self.project, self.level, RowQuery(query.criteria, query.q))
        return lines_of_rows(self.level, batches, columns)

    def matching(self, q: str) -> Sequence[int]:
        return matching_rows(self.project, self.level, q)

    def _rows(self, ids: Sequence[int], columns: ListedColumns) -> list[dict]:
        return with_parents(self.level, rows_with_cells(self.level, ids, columns))


def table_of(project: Project, level: Level) -> CorrectableTable:
    return SampleTable(project) if level.key == FreeColumn.Level.SAMPLE else RowTable(project, level)
