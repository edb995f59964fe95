"""All that is wrong with something that was brought in, told at once."""

from dataclasses import dataclass, field

MOST_SHOWN = 1000


@dataclass
class Problems:
    """Everything that is wrong with a package or a table, each with file, line, column and what to do."""

    thing: str = "package"
    shown: list[dict] = field(default_factory=list)
    count: int = 0

    def add(self, message: str, file: str, line: int | None = None, column: str | None = None) -> None:
        self.count += 1
        if self.count <= MOST_SHOWN:
            self.shown.append({"file": file, "line": line, "column": column, "message": message})

    def __bool__(self) -> bool:
        return self.count > 0

    @property
    def sentence(self) -> str:
        things = "1 error" if self.count == 1 else f"{self.count:,} errors"
        more = f" The first {MOST_SHOWN:,} are listed." if self.count > MOST_SHOWN else ""
        return f"The {self.thing} has {things}; nothing was changed. Correct and import it again.{more}"
