"""Lines of tables, a batch of objects at a time: PostgreSQL writes them itself (COPY), no row passes through Python."""

import io
import secrets
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from annotations.exports.cells import SelectedCells
from annotations.exports.columns import MADE_HERE, TEXTS, TableColumn
from annotations.exports.joining import BETWEEN, joined
from annotations.exports.request import ExportRequest, ImageChoice
from annotations.exports.sessions import merging
from annotations.exports.shared import SharedCells, SharedRun, filled_in, kind_of
from annotations.exports.statements import (
    ALONG,
    BATCHES,
    BY_KEY,
    FIRST,
    LINES,
    MOSTLY_PLAIN,
    NEUTRALISED,
    ORIGINALS,
    RENDERINGS,
)
from annotations.search.filter import Filter

BATCH = 10_000  # objects a COPY, held in memory; between two of them the job says how far it is
MARK = "\x1e"  # around what is filled in when the lines are here


def pictures_of(request: ExportRequest) -> str:
    """SQL of the pictures that go along: id, object_id, rank, file_name, key, width, height."""
    pictures = every_picture_of(request)
    return FIRST.format(pictures=pictures) if request.images == ImageChoice.FIRST else pictures


def every_picture_of(request: ExportRequest) -> str:
    return RENDERINGS if request.rendered else ORIGINALS


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
            return [LineBatch(self, *row) for row in cursor.fetchall()]

    def read(self, session: BaseDatabaseWrapper, batch: "LineBatch") -> tuple[bytes, int]:
        """The lines from one object to another, and how many they are.

        A text that has one of our bytes shows in their count: then each column is a cell, and the mark is drawn by lot.
        """
        columns = joined(self.columns)
        cells = self._cells(columns, MARK)
        lines, count = self._copied(session, cells, batch)
        betweens = count * (len(self.columns) - len(columns))
        marks = 2 * count * len(cells.shared)
        if lines.count(BETWEEN.encode()) == betweens and lines.count(MARK.encode()) == marks:
            lines = lines.replace(
                BETWEEN.encode(), self.delimiter.encode()
            )  # before shared cells come, which may have it
            return filled_in(session, lines.split(MARK.encode()), cells.shared), count
        cells = self._cells(self.columns, secrets.token_hex(8))
        lines, count = self._copied(session, cells, batch)
        return filled_in(session, lines.split(cells.mark.encode()), cells.shared), count

    def _copied(
        self, session: BaseDatabaseWrapper, cells: SelectedCells, batch: "LineBatch"
    ) -> tuple[bytes, int]:
        lines = io.BytesIO()
        is_along = batch.is_dense and self.request.object_filter == Filter()
        with (
            session.wrap_database_errors,
            session.cursor() as cursor,
            merging(cursor) if is_along else nullcontext(),
        ):
            with cursor.copy(*self._query(cells, batch, is_along)) as copy:
                for line in copy:  # ten thousand in a list would have Python look at all that it holds
                    lines.write(line)
            return lines.getvalue(), cursor.rowcount

    @property
    def _scope(self) -> str:
        return "o.project_id = %s" if self.sample_id is None else "o.sample_id = %s"

    @property
    def _scope_id(self) -> int:
        return self.request.project.pk if self.sample_id is None else self.sample_id

    def _query(self, cells: SelectedCells, batch: "LineBatch", is_along: bool) -> tuple[str, list]:
        condition, params = self.request.object_filter.where(self.request.project.pk)
        sql = LINES.format(
            scope=self._scope,
            columns=", ".join(cells.columns),
            fields=", ".join(["original_id", "numbers", *cells.texts]),
            pictures=every_picture_of(self.request),
            first="" if self.has_all_pictures else "DISTINCT ON (object_id)",
            within=ALONG.format(first=batch.first, last=batch.last) if is_along else BY_KEY,
            condition=condition,
            delimiter=self.delimiter.replace("\t", r"\t"),
        )
        return sql, [
            *cells.column_params,
            self._scope_id,
            batch.first,
            batch.last,
            *params,
            *cells.text_params,
        ]

    def _cells(self, columns: list[TableColumn], mark: str) -> SelectedCells:
        cells = SelectedCells(mark=mark)
        for is_shared, run in groupby(columns, key=lambda column: bool(kind_of(column))):
            if is_shared:
                kinds = groupby(run, key=kind_of)
                cells.add_shared(SharedRun([self._shared(kind, list(own)) for kind, own in kinds]))
            else:
                self._add(cells, list(run))
        return cells

    def _shared(self, kind: str, columns: list[TableColumn]) -> SharedCells:
        signature = {"person": self.request.signature.name, "email": self.request.signature.email}
        return SharedCells(
            kind,
            [self._cell(column, column.sql.format(**signature)) for column in columns],
            [column.parameter for column in columns if column.parameter is not None],
            self.request.project.pk,
            self.delimiter,
        )

    def _add(self, cells: SelectedCells, columns: list[TableColumn]) -> None:
        """An object's own."""
        written = {"file_name": self.file_name, "path": self.path}
        params_of = {"img_file_name": self.file_name_params, "img_path": self.path_params}
        for column in columns:
            if column.sql == TEXTS:
                cells.columns.append(self._cell(column, cells.add_text([column.parameter])))
            else:
                cells.columns.append(self._cell(column, column.sql.format(**written)))
                cells.column_params += params_of.get(column.name, [])

    def _cell(self, column: TableColumn, sql: str) -> str:
        is_free = column.kind == "t" and column.name not in MADE_HERE
        return self._safe(sql) if is_free else sql

    def _safe(self, sql: str) -> str:
        """What no spreadsheet takes for a formula, where they are to read it. A parameter can't be repeated."""
        safe = NEUTRALISED if "%s" in sql else MOSTLY_PLAIN
        return safe.format(sql) if self.is_for_spreadsheets else sql


class LineBatch(NamedTuple):
    """By its first and its last object, and how many they are."""

    lines: Lines
    first: int
    last: int
    objects: int

    @property
    def is_dense(self) -> bool:
        """Whether the rows between those two are mostly its own, so that reading all of them is less work."""
        return self.last - self.first < 2 * self.objects

    def read(self, session: BaseDatabaseWrapper) -> "LineBlock":
        return LineBlock(self.lines, *self.lines.read(session, self))


class LineBlock(NamedTuple):
    """Lines that were read, and how many they are."""

    lines: Lines
    content: bytes
    rows: int
