"""What a file of marks says, before it is compared with the project."""

from dataclasses import dataclass, field
from typing import Any

Size = tuple[int, int]  # width, height in pixels


@dataclass
class ParsedFigure:
    """A figure as the file has it, and where it stands there."""

    line: int | None
    column: str | None  # of a table; else the path in the file
    label: str
    kind: str  # of geometry.py, or `parts`: several polygons that are one mark
    geometry: Any
    object: str | None = None  # original_id
    rank: int = 0
    file_name: str | None = None
    drawn_on: Size | None = None  # where the file says it


@dataclass
class ParsedMarks:
    figures: list[ParsedFigure] = field(default_factory=list)
    errors: list[dict] = field(default_factory=list)  # [{line, column, message}]
    warnings: list[dict] = field(default_factory=list)

    def wrong(self, message: str, *, line: int | None = None, column: str | None = None) -> None:
        self.errors.append({"line": line, "column": column, "message": message})

    def warn(self, message: str, *, line: int | None = None, column: str | None = None) -> None:
        self.warnings.append({"line": line, "column": column, "message": message})
