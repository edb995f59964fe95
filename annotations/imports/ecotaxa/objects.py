"""An object's id is its name in the project: what the lines of one object say must not differ, nor repeat a picture."""

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.parents import is_same
from annotations.imports.ecotaxa.table import Line, Table

MOST_REMEMBERED = (
    1000  # first lines of objects by which a difference can be named; lines of one object lie together
)


class First(NamedTuple):
    """The line in which an object stands first."""

    sample: str
    table: Table
    line: int
    digest: int


class Objects:
    """Compares the lines of each object. `on_first` gets the first line of each."""

    def __init__(self, problems: Problems, on_first: Callable[[str, Line], None]):
        self.problems = problems
        self.on_first = on_first
        self.first: dict[str, First] = {}
        self._recent: OrderedDict[str, Line] = OrderedDict()
        self._pictures: dict[tuple[str, str], tuple[Table, int]] = {}

    def note(self, object_id: str, line: Line) -> None:
        sample = str(line.known.get("sample_id") or "")
        digest = hash((line.table.object_columns, line.table.pick_object(line.cells)))
        first = self.first.get(object_id)
        if first is None:
            self.first[object_id] = First(sample, line.table, line.number, digest)
            self._remember(object_id, line)
            self.on_first(object_id, line)
        elif first.sample != sample:
            tell_other_sample(self.problems, object_id, first.sample, sample, line.table.name, line.number)
        elif first.digest != digest:
            self._compare(object_id, line, first)

    def note_picture(self, object_id: str, file_name: str, line: Line) -> None:
        table, number = self._pictures.setdefault((object_id, file_name), (line.table, line.number))
        if (table, number) != (line.table, line.number):
            what = f"Object {object_id} with picture {file_name}"
            message = f"{what} stands in {_place(table, number, line)} already. Remove one of the two."
            self.problems.add(
                message, line.table.name, line.number, "object_id", fault="repeated", cell=object_id
            )

    def _remember(self, object_id: str, line: Line) -> None:
        self._recent[object_id] = line
        if len(self._recent) > MOST_REMEMBERED:
            self._recent.popitem(last=False)

    def _compare(self, object_id: str, line: Line, first: First) -> None:
        """Two pictures of an object are two lines: what they say of the object is said twice."""
        place = _place(first.table, first.line, line)
        earlier = self._recent.get(object_id)
        if earlier is None:
            message = f"This line says of object {object_id} not all that {place} says. What stands there was taken."
            self.problems.warn(message, line.table.name, line.number, fault="far apart", cell=object_id)
            return
        before = earlier.table.object_cells(earlier)
        for column, value in line.table.object_cells(line).items():
            if value and not is_same(before.get(column, ""), value):
                self._tell_two_values(object_id, column, (before.get(column, ""), value), place, line)

    def _tell_two_values(
        self, object_id: str, column: str, values: tuple[str, str], place: str, line: Line
    ) -> None:
        first, value = values
        says = f"is {first!r} in" if first else "is empty in"
        message = f"{column} of object {object_id} {says} {place} and {value!r} here. "
        where = (line.table.name, line.number, column)
        if column == "acq_id":
            message += "An object belongs to one acquisition: correct one of the two."
            self.problems.add(message, *where, fault="two acquisitions", cell=value)
        else:
            message += f"What stands in {place} was taken."
            self.problems.warn(message, *where, fault="object with two values", cell=value)


def tell_other_sample(
    problems: Problems, object_id: str, first: str, sample: str, table: str, line: int
) -> None:
    message = (
        f"Object {object_id} belongs to sample {first or '(none)'} already, "
        f"here it stands in {sample or '(none)'}. "
        "An id names one object of the project: rename one of the two."
    )
    problems.add(message, table, line, "object_id", fault="other sample", cell=object_id)


def _place(table: Table, number: int, line: Line) -> str:
    return f"line {number}" + ("" if table is line.table else f" of {table.name}")
