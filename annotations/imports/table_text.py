"""The text of a table: in which encoding it is, and its rows of cells, as a stream."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from annotations.common.problems import Problems
from annotations.imports.archive import Package

csv.field_size_limit(10_000_000)
BLOCK = 2**20
GUESS = "cp1252"  # of what is no Unicode
BYTES = "latin-1"  # as which a text is read whose lines are to be decoded one by one
# in a word, what accents of other code pages look like in Windows-1252: é is ‚ in code page 850, and Ž on old Macs
UNLIKELY = re.compile(r"\w*(?:[^\W\d_][‚ƒ„†‡ˆ‰‹•“”˜™›]|[a-z][ŠŽŸ])[a-z]\w*|\b‚[a-z]\w*")
MARKS = [  # the longer first: that of UTF-32 begins as that of UTF-16 does
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]


def encoding_of(package: Package, name: str) -> str:
    """UTF-8 where it is that, UTF-16 (Excel's “Unicode text”) where it begins so; else Windows-1252, which EcoTaxa's
    own Latin-1 is a part of.
    """
    with package.stream(name) as file:
        block = file.read(BLOCK)
        for mark, encoding in MARKS:
            if block.startswith(mark):
                return encoding
        if (wide := _without_mark(block)) is not None:
            return wide
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while block:
                decoder.decode(block)
                block = file.read(BLOCK)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return GUESS
    return "utf-8"


def _without_mark(block: bytes) -> str | None:
    """UTF-16 that does not say so: in a header of plain letters every other byte is zero."""
    head = block[:40]
    if len(head) < 40:
        return None
    if not any(head[1::2]) and all(head[::2]):
        return "utf-16-le"
    if not any(head[::2]) and all(head[1::2]):
        return "utf-16-be"
    return None


class _Lines:
    """Physical lines for the csv reader; knows when the reader has asked for more than there are."""

    def __init__(self, text: io.TextIOWrapper, problems: Problems, name: str):
        self.text = text
        self.problems = problems
        self.name = name
        self.is_guessed = text.encoding == BYTES
        self.is_over = False

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self.text, 1):
            if self.is_guessed and not line.isascii():
                line = self._guessed(number, line.encode(BYTES))
            if "\x00" in line or "\ufffd" in line:
                line = self._without_damage(number, line)
            yield line
        self.is_over = True

    def _guessed(self, number: int, raw: bytes) -> str:
        """A line of a table that is not UTF-8 as a whole: programs that add lines write them as they like."""
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            line = raw.decode(GUESS, errors="replace")
            if odd := UNLIKELY.search(line):
                message = (
                    f"The table is not UTF-8, so it was read as Windows-1252, which makes {odd[0]!r} of this line. If "
                    "that is wrong, save the table again as UTF-8."
                )
                self.problems.warn(message, self.name, number, fault="guessed letters", cell=odd[0])
        else:
            message = (
                "This line is UTF-8, others of the table are not: each was read as what it is. Save the table "
                "again as UTF-8."
            )
            self.problems.warn(message, self.name, number, fault="two encodings")
        return line

    def _without_damage(self, number: int, line: str) -> str:
        if "\x00" in line:
            message = (
                "The line holds NUL characters: it is damaged, or no text. Save the table again as UTF-8."
            )
            self.problems.add(message, self.name, number)
        if "\ufffd" in line and self.is_guessed:
            message = (
                "The line holds characters that are neither UTF-8 nor Windows-1252. Save the table as UTF-8."
            )
            self.problems.add(message, self.name, number)
        elif "\ufffd" in line:
            message = "The line holds characters that another program could not read and replaced by �."
            self.problems.warn(message, self.name, number)
        return line.replace("\x00", "")


def rows_of(
    package: Package, name: str, encoding: str, problems: Problems, delimiter: str = "\t"
) -> Iterator[tuple[int, list[str]]]:
    """(number of the line that it begins in, cells) of each row, without the columns that the mapping leaves out;
    `problems` gets what cannot be read as text."""
    ignored: frozenset[int] | None = (
        None  # known from the first row that holds anything, which names the columns
    )
    with (
        package.stream(name) as raw,
        io.TextIOWrapper(raw, BYTES if encoding == GUESS else encoding, errors="replace", newline="") as text,
    ):
        lines, start = _Lines(text, problems, name), 1
        reader = csv.reader(iter(lines), delimiter=delimiter, quotechar='"')
        try:
            for cells in reader:
                if lines.is_over:
                    message = 'A quotation mark (") opens a cell and is never closed. Close or remove it.'
                    problems.add(message, name, start)
                if ignored is None and any(map(str.strip, cells)):
                    ignored = package.ignored_places(cells)
                yield start, without(cells, ignored) if ignored else cells
                start = reader.line_num + 1
        except csv.Error as error:
            problems.add(f"The line cannot be read ({error}). Save the table again.", name, start)


def without(cells: list[str], places: frozenset[int]) -> list[str]:
    return [cell for place, cell in enumerate(cells) if place not in places]
