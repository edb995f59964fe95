"""Rows in the text format of PostgreSQL's COPY. psycopg looks for the type of each cell and of each element of an array
anew, which takes several times as long.
"""

import re
from collections.abc import Callable
from datetime import date, datetime

SPECIAL = re.compile(r"[\\\t\n\r]")
NULL = r"\N"
ESCAPED = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}


def copy_line(row: tuple) -> str:
    """Raises TypeError for a cell that is neither None, a truth, a number, a text, a date nor a list of numbers
    and texts."""
    return "\t".join([NULL if cell is None else CELLS.get(type(cell), _cell)(cell) for cell in row]) + "\n"


def _cell(cell: object) -> str:
    """Of a type that stems from one of those, as numbers of NumPy do."""
    for kind, write in CELLS.items():
        if isinstance(cell, kind):
            return write(kind(cell))
    raise TypeError(f"COPY has no text for {type(cell).__name__}.")


def _text(text: str) -> str:
    if text.isprintable() and "\\" not in text:
        return text
    return SPECIAL.sub(lambda match: ESCAPED[match[0]], text)


def _array(elements: list) -> str:
    cells = [
        repr(element) if type(element) is float else "NULL" if element is None else _element(element)
        for element in elements
    ]
    return "{" + ",".join(cells) + "}"


def _element(element: float | str) -> str:
    """A number with all its digits; a text between quotes. Raises TypeError for anything else."""
    if isinstance(element, float):
        return float.__repr__(element)  # that of a NumPy number names its type
    if isinstance(element, int):
        return int.__repr__(element)
    if isinstance(element, str):
        quoted = element.replace("\\", r"\\").replace('"', r"\"")
        return _text(f'"{quoted}"')
    raise TypeError(f"COPY has no text for {type(element).__name__}.")


CELLS: dict[type, Callable] = {
    bool: lambda cell: "t" if cell else "f",
    int: repr,
    float: repr,
    str: _text,
    datetime: str,
    date: str,
    list: _array,
}
