"""An object's id is its name in the project: what the lines of one object say must not differ, nor repeat a picture."""

from collections import OrderedDict
from collections.abc import Callable

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.first_lines import First, FirstLines
from annotations.imports.ecotaxa.lookalikes import report_lookalike
from annotations.imports.ecotaxa.parents import is_same
from annotations.imports.ecotaxa.table import Table, TableLine
from annotations.imports.existing_objects import ObjectPlace, refuse_other_sample
from annotations.taxonomy.names import clean_name

# first lines of objects by which a difference can be named: those of one object lie together
MOST_REMEMBERED = 1000
# which no cell holds: one text of many cells takes less memory and time than the cells
BETWEEN_CELLS = "\x1f"


class Objects:
    """Compares the lines of each object. `on_first` gets the first line of each.

    With `is_strict`, of an update, two that differ are an error: nobody could say which of them is to be taken.
    """

    def __init__(
        self, problems: Problems, on_first: Callable[[str, TableLine], None], is_strict: bool = False
    ):
        self.is_strict = is_strict
        self.problems = problems
        self.on_first = on_first
        self.first = FirstLines()
        self.is_scattered = False  # lines of one object lie apart
        self._last = ""
        self._odd: dict[str, str] = {}  # ids as they look → as they are written, where the two differ
        self._tables: dict[str, int] = {}
        self._recent: OrderedDict[str, str] = OrderedDict()
        self._columns: dict[int, tuple[str, ...]] = {}  # of each table
        self._pictures = FirstLines()  # the object's id and the picture's name, and where both stand together

    def note(self, object_id: str, line: TableLine) -> None:
        sample = str(line.values.get("sample_id") or "")
        cells = BETWEEN_CELLS.join(line.table.pick_object(line.cells))
        current = First(sample, self._number(line.table), line.number, hash(cells))
        first = self.first.note(object_id, current)
        self.is_scattered |= first is not None and object_id != self._last
        self._last = object_id
        if first is None:
            self._note_alike(object_id, line)
            self._remember(object_id, cells)
            self.on_first(object_id, line)
        elif first.sample != sample:
            place = ObjectPlace(line.table.name, line.number, "object_id", sample)
            refuse_other_sample(self.problems, object_id, first.sample, place)
        elif first.digest != current.digest or self._columns[first.table] != line.table.object_columns:
            self._compare(object_id, line, first)

    def _note_alike(self, object_id: str, line: TableLine) -> None:
        """Of millions of ids only those are compared that anybody could mistake."""
        clean = object_id if _is_plain(object_id) else clean_name(object_id)
        if clean != object_id or clean in self._odd:
            other = self._odd.get(clean) or (clean if clean in self.first else "")
            if other and (first := self.first.get(other)):
                place = self._place(first.table, first.line, line)
                report_lookalike(self.problems, "object", (object_id, other), place, line, "object_id")
            self._odd.setdefault(clean, object_id)

    def note_picture(self, object_id: str, file_name: str, line: TableLine) -> None:
        current = First("", self._number(line.table), line.number, 0)
        first = self._pictures.note(f"{object_id}{BETWEEN_CELLS}{file_name}", current)
        if first is not None:
            what = f"Object {object_id} with picture {file_name}"
            message = f"{what} stands in {self._place(first.table, first.line, line)} already. Remove one of the two."
            self.problems.add(
                message, line.table.name, line.number, "object_id", fault="repeated", cell=object_id
            )

    def _number(self, table: Table) -> int:
        number = self._tables.setdefault(table.name, len(self._tables))
        self._columns.setdefault(number, table.object_columns)
        return number

    def _place(self, table: int, number: int, line: TableLine) -> str:
        name = list(self._tables)[table]
        return f"line {number}" + ("" if name == line.table.name else f" of {name}")

    def _remember(self, object_id: str, cells: str) -> None:
        self._recent[object_id] = cells
        if len(self._recent) > MOST_REMEMBERED:
            self._recent.popitem(last=False)

    def _compare(self, object_id: str, line: TableLine, first: First) -> None:
        """Two pictures of an object are two lines: what they say of the object is said twice."""
        place = self._place(first.table, first.line, line)
        earlier = self._recent.get(object_id)
        if earlier is None:
            message = f"This line says of object {object_id} not all that {place} says. {self._remedy(place)}"
            report = self.problems.add if self.is_strict else self.problems.warn
            report(message, line.table.name, line.number, fault="far apart", cell=object_id)
            return
        before = dict(zip(self._columns[first.table], earlier.split(BETWEEN_CELLS), strict=False))
        for column, value in zip(line.table.object_columns, line.table.pick_object(line.cells), strict=True):
            if value and not is_same(before.get(column, ""), value):
                self._report_two_values(object_id, column, (before.get(column, ""), value), place, line)

    def _report_two_values(
        self, object_id: str, column: str, values: tuple[str, str], place: str, line: TableLine
    ) -> None:
        first, value = values
        says = f"is {first!r} in" if first else "is empty in"
        message = f"{column} of object {object_id} {says} {place} and {value!r} here. "
        where = (line.table.name, line.number, column)
        if column == "acq_id":
            message += "An object belongs to one acquisition: correct one of the two."
            self.problems.add(message, *where, fault="two acquisitions", cell=value)
        else:
            report = self.problems.add if self.is_strict else self.problems.warn
            report(message + self._remedy(place), *where, fault="object with two values", cell=value)

    def _remedy(self, place: str) -> str:
        if self.is_strict:
            return "An update can't tell which is meant: let both lines say the same."
        return f"What stands in {place} was taken."


def _is_plain(text: str) -> bool:
    """Letters, numbers and signs of a keyboard: such ids differ as they look."""
    return text.isascii() and text.isprintable() and "  " not in text and "<" not in text
