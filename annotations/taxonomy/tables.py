"""Reads tables of taxa, line by line: EcoTaxa's taxonomy export, and Darwin Core as WoRMS gives it out."""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from annotations.common.problems import Problems
from annotations.taxonomy.names import clean_name

WORMS_URN = "urn:lsid:marinespecies.org:taxname:"
MOST = 2**31 - 1


@dataclass(frozen=True)
class TaxonLine:
    """A line of the table. `key` is the taxon's id there; an `accepted_key` makes it a synonym."""

    line: int
    key: str
    parent_key: str | None
    name: str
    display_name: str | None
    kind: str
    rank: str
    authority: str
    status: str
    replaced_key: str | None
    note: str
    aphia: int | None
    ecotaxa: int | None
    accepted_key: str | None


COLUMNS = list(TaxonLine.__dataclass_fields__)


class Cells:
    """The cells of one line by the names of their columns; says what is wrong with one."""

    def __init__(self, cells: dict[str, str], line: int, file: str, problems: Problems):
        self.cells, self.line, self.file, self.problems = cells, line, file, problems

    def text(self, column: str, most: int) -> str:
        cell = self.cells.get(column, "")
        if len(cell) > most:
            self.refuse(column, f"The cell holds {len(cell):,} signs; at most {most} fit. Shorten it.")
        return cell[:most]

    def name(self, column: str, most: int) -> str:
        return clean_name(self.text(column, most))

    def needed(self, column: str, most: int) -> str:
        cell = self.text(column, most)
        if not cell:
            self.refuse(column, "The cell is empty. Every taxon needs it.")
        return cell

    def number(self, column: str) -> int | None:
        """A whole positive number; spreadsheets write 12.0 for 12."""
        cell = self.cells.get(column, "")
        if not cell:
            return None
        plain = cell.removesuffix(".0")
        if not (plain.isascii() and plain.isdigit()) or not 0 < int(plain) <= MOST:
            self.refuse(column, f"{cell[:40]!r} is no whole number above 0. Correct it, or empty the cell.")
            return None
        return int(plain)

    def one_of(self, column: str, values: dict[str, str], default: str) -> str:
        cell = self.cells.get(column, "").upper()
        if cell and cell not in values:
            self.refuse(column, f"{cell[:40]!r} is unknown. Use one of {', '.join(values)}.")
        return values.get(cell, default)

    def refuse(self, column: str, message: str) -> None:
        self.problems.add(message, self.file, self.line, column)


# --- EcoTaxa ----------------------------------------------------------------------------------------------------------


def read_ecotaxa(cells: Cells) -> TaxonLine:
    """A line as EcoTaxoServer exports it. Not yet approved (N) is active here."""
    number, parent, advised = cells.number("id"), cells.number("parent_id"), cells.number("rename_to")
    if number is None and not cells.cells.get("id"):
        cells.refuse("id", "The cell is empty. Every taxon needs it.")
    display_name = cells.name("display_name", 400).removesuffix(" (Deprecated)")
    status = cells.one_of("taxostatus", {"A": "A", "N": "A", "D": "D"}, "A")
    return TaxonLine(
        line=cells.line,
        key=str(number),
        parent_key=None if parent is None else str(parent),
        name=clean_name(cells.needed("name", 200)),
        display_name=display_name or None,
        kind=cells.one_of("taxotype", {"P": "P", "M": "M"}, "P"),
        rank=cells.text("rank", 40),
        authority="",
        status=status,
        replaced_key=str(advised) if advised is not None and status == "D" else None,
        note=cells.text("source_desc", 10_000).replace("\\n", "\n").replace("\\t", " "),
        aphia=cells.number("aphia_id"),
        ecotaxa=number,
        accepted_key=None,
    )


# --- Darwin Core ------------------------------------------------------------------------------------------------------


def read_darwin_core(cells: Cells) -> TaxonLine:
    """A line of a Darwin Core taxon table. A name that another one is accepted for is a synonym of that."""
    key, parent = cells.needed("taxonid", 300), cells.text("parentnameusageid", 300)
    accepted, authority = cells.text("acceptednameusageid", 300), cells.name("scientificnameauthorship", 300)
    name = clean_name(cells.needed("scientificname", 500))
    if authority and name.endswith(f" {authority}"):
        name = name.removesuffix(authority).strip()  # the standard writes both into one cell, WoRMS does not
    if len(name) > 200:
        cells.refuse("scientificname", f"The name holds {len(name):,} signs; at most 200 fit. Shorten it.")
    return TaxonLine(
        line=cells.line,
        key=key,
        parent_key=parent if parent not in ("", key) else None,
        name=name[:200],
        display_name=None,
        kind="P",
        rank=cells.text("taxonrank", 40).lower(),
        authority=authority,
        status="A",
        replaced_key=None,
        note="",
        aphia=cells.number("aphiaid") or _aphia(key) or _aphia(cells.cells.get("scientificnameid", "")),
        ecotaxa=None,
        accepted_key=accepted if accepted not in ("", key) else None,
    )


def _aphia(identifier: str) -> int | None:
    number = identifier.removeprefix(WORMS_URN)
    return int(number) if number != identifier and number.isdigit() and 0 < int(number) <= MOST else None


@dataclass(frozen=True)
class Format:
    """How a kind of table is known, read, and joined with what the site has."""

    needed: tuple[str, ...]
    read: Callable[[Cells], TaxonLine]
    key_column: str
    parent_column: str
    outside: str  # SQL: is taxon `t` the one that the table calls {key}?


FORMATS = {
    "ecotaxa": Format(
        ("id", "parent_id", "name"), read_ecotaxa, "id", "parent_id", "t.ecotaxa_id::text = {key}"
    ),
    "dwc": Format(
        ("taxonid", "scientificname"),
        read_darwin_core,
        "taxonid",
        "parentnameusageid",
        f"'{WORMS_URN}' || t.aphia_id = {{key}}",
    ),
}


# --- The file ---------------------------------------------------------------------------------------------------------


class TaxonTable:
    """A table on disk; `lines` gives those that can be read and tells `problems` of the others."""

    def __init__(self, path: Path, name: str, problems: Problems, kind: str = ""):
        self.path, self.name, self.problems = path, name, problems
        self.kind = self._head(kind)

    def lines(self) -> Iterator[TaxonLine]:
        shape, columns = FORMATS[self.kind], self.columns
        with self.path.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.reader(text, delimiter=self.delimiter, quoting=self.quoting)
            start = reader.line_num + 1
            try:
                for row in reader:
                    number, start = start, reader.line_num + 1
                    if number == 1 or not any(row):
                        continue
                    if len(row) > len(columns):
                        self._add(
                            number, "The line has more cells than there are columns. Remove what is too much."
                        )
                        continue
                    cells = {c: cell.strip().replace("\0", "") for c, cell in zip(columns, row, strict=False)}
                    yield shape.read(Cells(cells, number, self.name, self.problems))
            except UnicodeDecodeError:
                self._add(start, "The table is not in UTF-8 from here on. Save it as UTF-8.")
            except csv.Error as error:
                self._add(start, f"The line cannot be read ({error}). Save the table again.")

    def _head(self, chosen: str) -> str:
        """Reads the names of the columns; returns the format, empty when it can't be one."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as text:
                first = text.readline().rstrip("\r\n")
        except UnicodeDecodeError:
            self._add(1, "The table is not in UTF-8. Save it as UTF-8.")
            return ""
        self.delimiter = max("\t,;", key=first.count)
        # tables with tabs don't quote: a lone quotation mark is part of an author's name
        self.quoting: Literal[0, 3] = csv.QUOTE_NONE if self.delimiter == "\t" else csv.QUOTE_MINIMAL
        names = next(csv.reader([first], delimiter=self.delimiter), [])
        self.columns = [re.sub(r"^.*[/:]", "", name.strip().lower()) for name in names]
        for column in sorted({c for c in self.columns if c and self.columns.count(c) > 1}):
            self._add(1, "The column occurs twice. Rename or remove one.", column)
        return self._kind(chosen)

    def _kind(self, chosen: str) -> str:
        for kind, shape in FORMATS.items():
            if chosen in ("", kind) and set(shape.needed) <= set(self.columns):
                return kind
        formats = [FORMATS[chosen]] if chosen else FORMATS.values()
        needed = " or ".join(", ".join(shape.needed) for shape in formats)
        self._add(
            1, f"The first line must name the columns: {needed}. Found: {', '.join(self.columns)[:200]}."
        )
        return ""

    def _add(self, line: int, message: str, column: str | None = None) -> None:
        self.problems.add(message, self.name, line, column)
