"""Reads a whole plain table before anything is written: cells, pictures, ids, and which free columns are numbers."""

import re
from dataclasses import dataclass, field
from functools import partial
from posixpath import basename

from annotations.common.problems import Problems
from annotations.imports import values
from annotations.imports.existing_objects import ObjectPlace
from annotations.imports.missing_pictures import MissingPictures
from annotations.imports.names import folded
from annotations.imports.pictures import PictureInspector, PictureLocation
from annotations.imports.plain.reading import NO_PICTURE, LineReader
from annotations.imports.plain.table import PlainLine, PlainTable
from annotations.imports.project_pictures import ProjectPictures
from annotations.imports.records import Record
from annotations.imports.survey import Survey
from annotations.imports.unknown_values import warn_of_unknown_measures
from annotations.samples.models import FreeColumn

MOST_COLUMN = 255  # characters of a free column's name


THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
ZERO_FIRST = re.compile(r"[+-]?0\d+", re.ASCII)  # of a code, as 007


@dataclass
class CellCount:
    """Of a column that nobody says the type of."""

    numbers: int = 0
    others: int = 0
    first: tuple[int, str] | None = None  # line and cell of the others
    with_comma: str = ""  # the first number that has one
    thousands: bool = True  # all of these could be a thousand or more


@dataclass
class FreeColumns:
    """A column is a number where each of its cells is one, and where the project has not known it as text before."""

    project_id: int | None
    types: dict[str, bool] = field(default_factory=dict)
    counts: dict[tuple[str, str], "CellCount"] = field(default_factory=dict)  # by table and column

    def note(self, table: PlainTable) -> None:
        """Reads all of the table once for it."""
        could_be = dict.fromkeys((name for name in table.columns if name and name not in table.roles), False)
        numbers = set(could_be)
        for line in table.lines():
            for name, cell in line.free.items():
                if cell:
                    could_be[name] = True
                    is_number = _is_number(table, cell)
                    self._count(table, line.number, name, cell, is_number)
                    if not is_number:
                        numbers.discard(name)
        for name, has_value in could_be.items():
            self.types[name] = self.types.get(name, True) and has_value and name in numbers

    def _count(self, table: PlainTable, line: int, name: str, cell: str, is_number: bool) -> None:
        count = self.counts.setdefault((table.name, name), CellCount())
        if is_number:
            count.numbers += 1
            count.thousands = (
                count.thousands and bool(THOUSANDS.fullmatch(cell)) if "," in cell else count.thousands
            )
            count.with_comma = count.with_comma or (cell if "," in cell else "")
        else:
            count.others += 1
            count.first = count.first or (line, cell)

    def warn(self, problems: Problems) -> None:
        """Of columns that are text for a few cells alone, and of commas that could stand before thousands."""
        for (table, name), count in self.counts.items():
            if count.first and not self.types.get(name) and count.numbers >= count.others:
                line, cell = count.first
                message = (
                    f"{cell[:40]!r} is no number, so this column was taken as text, though {count.numbers:,} of its "
                    f"{count.numbers + count.others:,} cells are numbers. Correct the others, and import again, if it "
                    "is a measurement."
                )
                problems.warn(message, table, line, name)
            elif count.with_comma and count.thousands and self.types.get(name):
                point = count.with_comma.replace(",", ".")
                message = (
                    f"{count.with_comma!r} was read as {point}. Write it without a comma if it is thousands."
                )
                problems.warn(message, table, None, name)

    def follow_project(self) -> None:
        columns = FreeColumn.objects.filter(project=self.project_id, level=FreeColumn.Level.OBJECT)
        for name, is_number in columns.values_list("name", "is_number"):
            if name in self.types:
                self.types[name] = is_number


@dataclass
class LineChecks:
    """What lines together must not say, and the pictures that they name."""

    pictures: PictureInspector
    project_pictures: ProjectPictures | None
    survey: Survey
    missing: MissingPictures
    places: dict[str, ObjectPlace] = field(default_factory=dict)  # first line of each object
    labels: dict[str, int] = field(default_factory=dict)  # a digest of each object's
    seen: dict[tuple[str, str], int] = field(default_factory=dict)  # line of each object's picture

    def check(self, reader: LineReader, line: PlainLine, record: Record) -> None:
        self.survey.lines += 1
        warn_of_unknown_measures(
            record.numbers.items(), reader.table.problems, reader.table.name, record.line
        )
        if record.label:
            self.survey.taxa[record.label.taxon] = None
        self._check_object(reader.table, record)
        self._check_picture(reader.table, line, record)

    def _check_object(self, table: PlainTable, record: Record) -> None:
        place = ObjectPlace(table.name, record.line, table.column_of.get("id"), record.sample)
        sample = self.places.setdefault(record.object_id, place).sample
        if sample != record.sample:
            message = f"{record.object_id} lies in sample {record.sample!r} here and in {sample!r} before. Correct one."
            table.problems.add(
                message, table.name, record.line, table.column_of.get("sample"), fault="samples"
            )
        if self.labels.setdefault(record.object_id, hash(record.label)) != hash(record.label):
            message = f"{record.object_id} has another label here than in a line before. Correct one."
            table.problems.add(message, table.name, record.line, table.column_of.get("taxon"), fault="labels")
        first = self.seen.setdefault((record.object_id, record.file_name), record.line or 0)
        if first != record.line:
            message = f"Line {first} has the same object and picture. Remove one of the two."
            table.problems.add(message, table.name, record.line, fault="repeated", cell=record.object_id)

    def _check_picture(self, table: PlainTable, line: PlainLine, record: Record) -> None:
        column = table.column_of.get("picture")
        if not record.path:
            message = f"The picture {record.file_name} is not in the package. Add it, or correct its name."
            where = (table.name, line.number, column)
            report = partial(
                table.problems.add,
                message if record.file_name else NO_PICTURE,
                *where,
                fault="missing",
                cell=record.file_name,
            )
            self.missing.note(record.object_id, report)
            return
        if folded(basename(record.path)) != folded(basename(record.file_name)):
            message = f"The picture {record.file_name} was found as {record.path}."
            table.problems.warn(
                message, table.name, line.number, column, fault="found otherwise", cell=record.path
            )
        place = PictureLocation(table.name, line.number, column, (record.sample, ""))
        self.pictures.check_content(record.path, place)
        if self.project_pictures is not None:
            self.project_pictures.note(record.object_id, record.file_name, record.path, place)


def _is_number(table: PlainTable, cell: str) -> bool:
    try:
        values.measure(table.number_text(cell))
    except ValueError:
        return False
    return not ZERO_FIRST.fullmatch(cell)
