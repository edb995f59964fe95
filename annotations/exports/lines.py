"""Lines of tables, a batch of objects at a time: PostgreSQL writes them itself (COPY), no row passes through Python."""

import io
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from annotations.exports.cells import SelectedCells
from annotations.exports.columns import MADE_HERE, TEXTS, TableColumn, is_of_level
from annotations.exports.request import ExportRequest, ImageChoice
from annotations.exports.statements import (
    BATCHES,
    FIRST,
    LINES,
    MOSTLY_PLAIN,
    NEUTRALISED,
    ORIGINALS,
    RENDERINGS,
)
from annotations.projects.addresses import JOIN_PEOPLE

BATCH = 10_000  # objects a COPY, held in memory; between two of them the job says how far it is
BETWEEN = b"\x1f"  # the numbers of an object, till their lines are here


def pictures_of(request: ExportRequest) -> str:
    """SQL of the pictures that go along: id, object_id, rank, file_name, key, width, height."""
    pictures = every_picture_of(request)
    return FIRST.format(pictures=pictures) if request.images == ImageChoice.FIRST else pictures


def every_picture_of(request: ExportRequest) -> str:
    return RENDERINGS if request.rendered else ORIGINALS


def set_up_session(session: BaseDatabaseWrapper | None = None) -> None:
    """Compiling a query of a hundred columns takes longer than a batch of it. Within the transaction of the export."""
    with (session or connection).cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")


def joined(columns: list[TableColumn]) -> list[TableColumn]:
    """All numbers of an object as one cell, where they are the whole of its array in its order.

    PostgreSQL goes through an array from its beginning for each element that is asked for: a hundred numbers at once
    cost a third of a hundred columns. A text that has the byte between them shows in its count, and is written slowly.
    """
    numbers = [column for column in columns if column.sql.startswith("w.numbers[")]
    start = columns.index(numbers[0]) if numbers else 0
    in_order = [f"w.numbers[{place}]" for place in range(1, len(numbers) + 1)]
    if len(numbers) < 2 or [column.sql for column in columns[start : start + len(numbers)]] != in_order:
        return columns
    missing = f"repeat(E'\\x1f', {len(numbers)} - GREATEST(cardinality(w.numbers), 1))"
    together = TableColumn("numbers", "f", f"array_to_string(w.numbers, E'\\x1f', '') || {missing}")
    return [*columns[:start], together, *columns[start + len(numbers) :]]


@dataclass(frozen=True)
class Lines:
    """The table of a sample, or of a whole project where `sample_id` is None: a line an object, with its first picture,
    or a line a picture. `file_name` and `path` are SQL of a picture's name and of where it lies, with their
    parameters. `is_for_spreadsheets`: no text is taken for a formula.
    """

    request: ExportRequest
    columns: list[TableColumn]
    sample_id: int | None = None
    has_all_pictures: bool = False
    file_name: str = "i.file_name"
    file_name_params: list = field(default_factory=list)
    path: str = "NULL::text"
    path_params: list = field(default_factory=list)
    delimiter: str = "\t"
    is_for_spreadsheets: bool = False

    def batches(self) -> list["LineBatch"]:
        condition, params = self.request.object_filter.where(self.request.project.pk)
        sql = BATCHES.format(scope=self._scope, condition=condition)
        with connection.cursor() as cursor:
            cursor.execute(sql, [BATCH, self._scope_id, *params])
            return [LineBatch(self, first, last) for first, last in cursor.fetchall()]

    def read(self, session: BaseDatabaseWrapper, first: int, last: int) -> tuple[bytes, int]:
        """The lines from one object to another, and how many they are."""
        columns = joined(self.columns)
        if len(columns) < len(self.columns):
            lines, count = self._copied(session, columns, first, last)
            if lines.count(BETWEEN) == count * (len(self.columns) - len(columns)):
                return lines.replace(BETWEEN, self.delimiter.encode()), count
        return self._copied(session, self.columns, first, last)

    def _copied(
        self, session: BaseDatabaseWrapper, columns: list[TableColumn], first: int, last: int
    ) -> tuple[bytes, int]:
        lines = io.BytesIO()
        with session.wrap_database_errors, session.cursor() as cursor:
            with cursor.copy(*self._query(columns, first, last)) as copy:
                for line in copy:  # ten thousand in a list would have Python look at all that it holds
                    lines.write(line)
            return lines.getvalue(), cursor.rowcount

    @property
    def _scope(self) -> str:
        return "o.project_id = %s" if self.sample_id is None else "o.sample_id = %s"

    @property
    def _scope_id(self) -> int:
        return self.request.project.pk if self.sample_id is None else self.sample_id

    def _query(self, columns: list[TableColumn], first: int, last: int) -> tuple[str, list]:
        condition, params = self.request.object_filter.where(self.request.project.pk)
        cells = self._cells(columns)
        here, batch = self._scope_id, [self._scope_id, first, last]
        sql = LINES.format(
            parents=", ".join(["a.id", *cells.parents]),
            scope_of_sample="s.project_id = %s" if self.sample_id is None else "s.id = %s",
            scope=self._scope,
            pending_name=self._safe("n.name"),
            pending_lineage=self._safe("NULLIF(array_to_string(n.lineage, '>'), '')"),
            taxon_name=self._safe("t.display_name"),
            taxon_lineage=self._safe("lineages.lineage"),
            columns=", ".join(cells.columns),
            fields=", ".join(["original_id", "numbers", *cells.texts]),
            pictures=every_picture_of(self.request),
            limit="" if self.has_all_pictures else "LIMIT 1",
            people=JOIN_PEOPLE,
            condition=condition,
            delimiter=self.delimiter.replace("\t", r"\t"),
        )
        above = [*cells.parent_params, here, *batch[1:], *batch, *batch]
        return sql, [*above, *cells.column_params, *batch, *params, *cells.text_params]

    def _cells(self, columns: list[TableColumn]) -> SelectedCells:
        signature = self.request.signature
        written = {"file_name": self.file_name, "path": self.path}
        written |= {"person": signature.name, "email": signature.email}
        params_of = {"img_file_name": self.file_name_params, "img_path": self.path_params}
        cells = SelectedCells()
        for column in columns:
            own = [column.parameter] if column.parameter is not None else []
            if is_of_level(column):
                cells.add_parent(self._cell(column, column.sql), own)
            elif column.sql == TEXTS:
                cells.columns.append(self._cell(column, cells.add_text(own)))
            else:
                cells.columns.append(self._cell(column, column.sql.format(**written)))
                cells.column_params += params_of.get(column.name, own)
        return cells

    def _cell(self, column: TableColumn, sql: str) -> str:
        is_free = column.kind == "t" and column.name not in MADE_HERE
        return self._safe(sql) if is_free else sql

    def _safe(self, sql: str) -> str:
        """What no spreadsheet takes for a formula, where they are to read it. A parameter can't be repeated."""
        safe = NEUTRALISED if "%s" in sql else MOSTLY_PLAIN
        return safe.format(sql) if self.is_for_spreadsheets else sql


class LineBatch(NamedTuple):
    """By its first and its last object."""

    lines: Lines
    first: int
    last: int

    def read(self, session: BaseDatabaseWrapper) -> "LineBlock":
        return LineBlock(self.lines, *self.lines.read(session, self.first, self.last))


class LineBlock(NamedTuple):
    """Lines that were read, and how many they are."""

    lines: Lines
    content: bytes
    rows: int
