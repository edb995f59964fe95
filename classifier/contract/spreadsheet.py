"""Cells of tables that people open in a spreadsheet: none is taken for a formula.

A text that begins like a formula gets an apostrophe in front (OWASP, "CSV injection"); numbers stay numbers. A file of
them begins with a byte order mark, without which Excel reads UTF-8 as Windows-1252.
"""

import re

BYTE_ORDER_MARK = "\ufeff"
FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")
NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")


def neutralised(cell: object) -> object:
    """`=1+2` → `'=1+2`; what is no text, or a number as text, stays as it is."""
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.match(cell):
        return f"'{cell}"
    return cell


def original(text: str) -> str:
    """What `neutralised` was given: for tables that come back."""
    without = text[1:]
    return without if text.startswith("'") and neutralised(without) == text else text
