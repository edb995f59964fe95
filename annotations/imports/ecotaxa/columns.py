"""The columns of a table: which are known, how each is read, and what its header and its line of types must hold."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter

from annotations.common.problems import Problems
from annotations.imports import values
from annotations.imports.ecotaxa.label_history import read_history
from annotations.imports.survey import PARENTS
from annotations.taxonomy.names import clean_name

LINEAGE = lru_cache(1000)(values.lineage)  # a project has a few hundred, and each line one of them
PREFIXES = ("object", "sample", "acq", "process", "img")

CELL_READERS: dict[str, Callable] = {
    "object_id": values.name_of(255),
    "img_file_name": values.file_name,
    "img_rank": values.rank,
    "object_lat": values.latitude,
    "object_lon": values.longitude,
    "object_date": values.day,
    "object_time": values.clock,
    "object_depth_min": values.depth,
    "object_depth_max": values.depth,
    "object_annotation_status": values.state,
    "object_annotation_category": values.text_of(200),
    "object_annotation_category_id": values.whole,
    "object_annotation_hierarchy": LINEAGE,
    "object_annotation_person_name": values.text_of(150),
    "object_annotation_person_email": values.text_of(254),
    "object_annotation_date": values.day,
    "object_annotation_time": values.clock,
    "object_seston_history": read_history,
    "object_seston_lineage": LINEAGE,
    "object_seston_score": values.share,
    "object_seston_margin": values.share,
    "object_seston_entropy": values.share,
    "sample_id": values.name_of(255),
    "acq_id": values.name_of(255),
    "acq_instrument": values.text_of(255),
    "process_id": values.name_of(255),
}
SEPARATORS = {";": "semicolons", ",": "commas", "|": "vertical bars", " ": "spaces"}
CLOCKS = {"object_time", "object_annotation_time"}
DAYS = {"object_date", "object_annotation_date"}
ALWAYS_TEXT = {"object_link", "complement_info"}  # whatever type line 2 gives them


@dataclass
class Header:
    """Lines 1 and 2 of a table. Tells `problems` what is wrong with them."""

    table: str
    names: list[str]
    kinds: list[str]
    problems: Problems
    columns: list[str] = field(default_factory=list)
    types: dict[str, bool] = field(default_factory=dict)  # free columns of the object: is it a number?
    is_readable: bool = True
    lines: tuple[int, int] = (1, 2)  # the numbers of the two
    needs_pictures: bool = True
    height: int = 2  # lines before the first object

    def __post_init__(self) -> None:
        self.columns = [_clean(name) for name in self.names]
        while self.columns and not self.columns[-1]:
            self.columns.pop()
        self.is_readable = self._is_table()
        if self.is_readable:
            self._check_names()
            self._check_repeats()
            self._check_needed()
            self._read_types([kind.strip().lower() for kind in self.kinds])
        self._place_columns()

    def _is_table(self) -> bool:
        if not self.columns:
            message = "The table is empty. Write the column names in line 1, the types in line 2."
            self.problems.add(message, self.table)
            return False
        is_one = len(self.columns) == 1 and "_id" in self.columns[0]
        for mark, name in SEPARATORS.items():
            if is_one and self.columns[0].count(mark) > 1:
                message = (
                    f"The cells are separated by {name}, not by tabs. Save the table as tab-separated text."
                )
                self.problems.add(message, self.table, self.lines[0])
                return False
        return True

    def _check_names(self) -> None:
        for column in filter(None, self.columns):
            prefix, _, rest = column.partition("_")
            if len(column) > 255:
                self._bad_column(column[:40] + "…", "The name is longer than 255 characters. Shorten it.")
            elif column == "complement_info":
                continue
            elif not rest:
                self._bad_column(column, "Column names are prefix_name, for example object_area.")
            elif prefix not in PREFIXES:
                self._bad_column(
                    column, f"The prefix {prefix!r} is unknown. Use one of {', '.join(PREFIXES)}."
                )
            elif prefix == "img" and column not in CELL_READERS:
                message = "This column is not kept: of a picture its file name and rank are. Call it object_…"
                self.problems.warn(message, self.table, self.lines[0], column)

    def _check_repeats(self) -> None:
        for column in sorted({c for c in self.columns if c and self.columns.count(c) > 1}):
            written = [name for name in self.names if _clean(name) == column]
            message = "The column occurs twice. Rename or remove one."
            if len(set(written)) > 1:
                message = (
                    f"The column occurs twice, as {' and '.join(map(repr, written))}: case and spaces around "
                    "a name do not count. Rename or remove one."
                )
            self._bad_column(column, message)

    def _check_needed(self) -> None:
        for needed in ("object_id", "img_file_name")[: 1 + self.needs_pictures]:
            if needed not in self.columns:
                self._bad_column(needed, "The column is missing. Every table needs it.")
        for prefix in PARENTS:
            if f"{prefix}_id" not in self.columns and any(c.startswith(f"{prefix}_") for c in self.columns):
                self._bad_column(
                    f"{prefix}_id", f"The column is missing, but there are other {prefix}_ columns. Add it."
                )

    def _read_types(self, kinds: list[str]) -> None:
        if not any(kind.startswith("[") for kind in kinds):
            message = (
                f"Line {self.lines[1]} holds no types. Put a line of [f] (number) and [t] (text) below the column "
                "names."
            )
            self.problems.add(message, self.table, self.lines[1])
            self.height = 1
            return
        for place, column in enumerate(self.columns):
            if not column or not _is_free(column):
                continue
            kind = kinds[place] if place < len(kinds) else ""
            if kind not in ("[f]", "[t]") and column not in ALWAYS_TEXT:
                message = f"The type is {kind!r}. Line 2 takes [f] for a number or [t] for text."
                self.problems.add(message, self.table, self.lines[1], column)
            self.types[column.removeprefix("object_")] = kind == "[f]" and column not in ALWAYS_TEXT

    def _place_columns(self) -> None:
        free = [(place, c.removeprefix("object_")) for place, c in enumerate(self.columns) if _is_free(c)]
        numbers = [(place, name) for place, name in free if self.types.get(name)]
        self.text_places = [(place, name) for place, name in free if not self.types.get(name)]
        self.number_names = [name for _, name in numbers]
        self.number_places = [place for place, _ in numbers]
        self.parent_places = {level: self._free_of(level) for level in PARENTS}
        self.all_parent_places = [p for p, c in enumerate(self.columns) if c.partition("_")[0] in PARENTS]
        # what each line of an object must say in the same way, with the acquisition that it belongs to
        self.object_places = {
            c: place
            for place, c in enumerate(self.columns)
            if c.startswith("object_") or c in ("complement_info", "acq_id")
        }

    def _free_of(self, level: str) -> list[tuple[int, str]]:
        """(place, name) of the free columns of a sample, acq or process."""
        start = f"{level}_"
        named = enumerate(self.columns)
        return [
            (place, c.removeprefix(start))
            for place, c in named
            if c.startswith(start) and c not in CELL_READERS
        ]

    def _bad_column(self, column: str, message: str) -> None:
        self.problems.add(message, self.table, self.lines[0], column)


def _clean(name: str) -> str:
    """A column's name as it is compared: without case, and without what nobody sees, as a second byte order mark."""
    return clean_name(name).lower()


def _is_free(column: str) -> bool:
    return column not in CELL_READERS and (column.startswith("object_") or column == "complement_info")


def picker(places: list[int]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes the cells at these places out of a line, fast."""
    if len(places) < 2:  # itemgetter gives a tuple only for two or more
        return lambda cells: tuple(cells[place] for place in places)
    return itemgetter(*places)
