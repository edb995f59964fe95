"""A regrouping as a table that somebody brings: a taxon and its group a line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from annotations.common.problems import Problems
from annotations.common.tables import SpreadsheetLine, lines_of
from annotations.regroupings.rows import LONGEST, MOST_ROWS
from annotations.taxonomy.matching import Matcher, TaxonName
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.names import clean_name
from annotations.taxonomy.queries import names_of

# what a first line calls the columns; without such a line they are taxon and group
HEADINGS = {
    "taxon": (
        "taxon",
        "taxa",
        "name",
        "scientific_name",
        "scientificname",
        "category",
        "display_name",
        "from",
    ),
    "group": ("group", "groups", "value", "to", "new_category", "regrouping"),
    "taxon_id": ("taxon_id",),
    "left_out": ("left_out",),
}
YES = {"1", "yes", "true", "x"}


@dataclass(frozen=True)
class GroupingLine:
    number: int
    taxon: str
    group: str
    taxon_id: int | None = None
    is_left_out: bool = False


@dataclass
class GroupingTable:
    """What a table says: the group of each taxon that the site knows, and the lines with others."""

    rows: dict[int, str] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    unknown: list[GroupingLine] = field(default_factory=list)  # no taxon is called so
    ambiguous: list[tuple[GroupingLine, list[str]]] = field(default_factory=list)  # with what it may be
    file: str = ""

    @property
    def sizes(self) -> dict[str, int]:
        """How many taxa each group has."""
        return dict(sorted(Counter(self.rows.values()).items(), key=lambda pair: pair[0].casefold()))

    def as_fields(self) -> dict[str, Any]:
        """What `create_regrouping` takes."""
        return {"rows": self.rows, "left_out": self.left_out, "source": f"from {self.file}"}


def read_grouping(text: str, file: str, problems: Problems) -> GroupingTable:
    """`problems` gets each line that can't be understood; taxa that the site doesn't know are no such."""
    lines = _lines(text, file, problems)
    if not lines and not problems:
        problems.add("The table has no line with a taxon and a group.", file)
    return _matched(lines, file, problems)


def _lines(text: str, file: str, problems: Problems) -> list[GroupingLine]:
    table = list(lines_of(text, problems, file))
    places = _places(table[0].cells) if table else None
    read = [_line(line, places, file, problems) for line in (table[1:] if places else table)]
    if len(read) > MOST_ROWS:
        problems.add(f"The table has {len(read):,} lines; a regrouping has at most {MOST_ROWS:,} rows.", file)
    return [line for line in read if line]


def _places(cells: Sequence[str]) -> dict[str, int] | None:
    """Where the columns stand, by a line that names them."""
    words = [cell.lower() for cell in cells]
    places = {
        column: words.index(name) for column, names in HEADINGS.items() for name in names if name in words
    }
    return places if {"taxon", "group"} <= places.keys() else None


def _line(
    line: SpreadsheetLine, places: dict[str, int] | None, file: str, problems: Problems
) -> GroupingLine | None:
    cells = dict(enumerate(line.cells))
    at = places or {"taxon": 0, "group": 1}
    texts = {column: cells.get(place, "").strip() for column, place in at.items()}
    if places is None and len([cell for cell in line.cells if cell]) > 2:
        message = (
            "The line has more than two cells: a taxon and its group, or name the columns in the first line."
        )
        problems.add(message, file, line.number)
        return None
    for column in ("taxon", "group"):
        if not texts[column]:
            problems.add(f"The cell of the {column} is empty.", file, line.number, column)
            return None
    if len(texts["group"]) > LONGEST:
        problems.add(
            f"The name of a group has at most {LONGEST} letters. Shorten it.", file, line.number, "group"
        )
        return None
    number = texts.get("taxon_id", "")
    return GroupingLine(
        number=line.number,
        taxon=clean_name(texts["taxon"]),
        group=" ".join(texts["group"].split()),
        taxon_id=int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None,
        is_left_out=texts.get("left_out", "").lower() in YES,
    )


def _matched(lines: Sequence[GroupingLine], file: str, problems: Problems) -> GroupingTable:
    table = GroupingTable(file=file)
    matcher = Matcher(TaxonName(line.taxon) for line in lines)
    called = _called(lines)
    ambiguous: list[tuple[GroupingLine, list[int]]] = []
    by_taxon: dict[int, GroupingLine] = {}
    for line in lines:
        match = matcher.match(TaxonName(line.taxon))
        taxon = called.get(line) or match.taxon
        if taxon is None:
            table.unknown += [] if match.choices else [line]
            ambiguous += [(line, match.choices)] if match.choices else []
            continue
        _refuse_two(by_taxon.setdefault(taxon, line), line, file, problems)
        table.rows[taxon] = line.group
        table.left_out |= {line.group} if line.is_left_out else set()
    names = names_of({taxon for _, choices in ambiguous for taxon in choices})
    table.ambiguous = [(line, [names[taxon] for taxon in choices]) for line, choices in ambiguous]
    return table


def _called(lines: Sequence[GroupingLine]) -> dict[GroupingLine, int]:
    """By their numbers, of which a table of this site speaks: of those whose taxon has that name."""
    names = dict(
        Taxon.objects.filter(pk__in={line.taxon_id for line in lines if line.taxon_id}).values_list(
            "pk", "display_name"
        )
    )
    return {line: line.taxon_id for line in lines if line.taxon_id and names.get(line.taxon_id) == line.taxon}


def _refuse_two(first: GroupingLine, line: GroupingLine, file: str, problems: Problems) -> None:
    if first.group.casefold() != line.group.casefold():
        message = f"{line.taxon} is in {line.group!r} here, but in {first.group!r} in line {first.number}. Keep one."
        problems.add(message, file, line.number, "group")
