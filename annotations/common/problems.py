"""All that is wrong with something that was brought in, told at once: errors stop it, warnings don't."""

import re
from dataclasses import dataclass, field
from operator import itemgetter

MOST_SHOWN = 1000  # entries that are listed; of the others only the number is kept
MOST_LINES = 10  # of one fault that are listed each; with more of them all are one entry
VARIABLE = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\d[\d,.]*")


@dataclass(slots=True)
class Fault:
    """One thing that is wrong in one place."""

    order: int  # of all that is wrong, in the order in which it was found
    file: str
    line: int | None
    column: str | None
    message: str
    cell: str = ""

    def as_dict(self) -> dict:
        place = {"file": self.file, "line": self.line, "column": self.column}
        return {**place, "message": self.message, "count": 1}


@dataclass(slots=True)
class SameFault:
    """The same thing wrong in one line or in many: keeps the first ones, and how many there are."""

    first: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, fault: Fault) -> None:
        self.count += 1
        if len(self.first) < MOST_LINES:
            self.first.append(fault)

    def entries(self) -> list[tuple[int, dict]]:
        """(order, entry): a few lines each for themselves, many as one."""
        if self.count <= MOST_LINES:
            return [(fault.order, fault.as_dict()) for fault in self.first]
        fault = self.first[0]
        message = f"{fault.message} The same in {self.count - 1:,} more lines: {self._lines()}, …"
        return [(fault.order, {**fault.as_dict(), "message": message, "count": self.count})]

    def _lines(self) -> str:
        others = self.first[1 : MOST_LINES // 2 + 1]
        return ", ".join(
            f"{fault.line} ({fault.cell[:60]})" if fault.cell else f"{fault.line}" for fault in others
        )


@dataclass
class Faults:
    """All that is wrong, in bounded memory; `count` counts every one."""

    same: dict[tuple, SameFault] = field(default_factory=dict)
    count: int = 0

    def add(
        self, message: str, file: str, line: int | None, column: str | None, fault: str, cell: str
    ) -> None:
        self.count += 1
        # without a line the message itself says where: no two of those are one
        kind = fault or (message if line is None else VARIABLE.sub("…", message))
        key = (file, column, kind)
        if key not in self.same and len(self.same) < MOST_SHOWN:
            self.same[key] = SameFault()
        if key in self.same:
            self.same[key].add(Fault(self.count, file, line, column, message, cell))

    @property
    def listed(self) -> list[dict]:
        entries = sorted(
            (entry for same in self.same.values() for entry in same.entries()), key=itemgetter(0)
        )
        return [entry for _, entry in entries[:MOST_SHOWN]]


@dataclass
class Problems:
    """Everything that is wrong with a package or a table, each with file, line, column and what to do.

    `fault` names what is wrong where the message alone doesn't: many lines of one file and column with the same fault
    are one entry. Without it the message is compared, but for its numbers and quoted texts. `cell` is what such an
    entry shows behind the number of a line.
    """

    thing: str = "package"
    errors: Faults = field(default_factory=Faults)
    warnings: Faults = field(default_factory=Faults)
    questions: int = 0  # of the errors: such that an answer settles, and no other package

    def add(
        self,
        message: str,
        file: str,
        line: int | None = None,
        column: str | None = None,
        *,
        fault: str = "",
        cell: str = "",
    ) -> None:
        """An error: something would be wrong, so nothing is brought in."""
        self.errors.add(message, file, line, column, fault, cell)

    def ask(
        self,
        message: str,
        file: str,
        line: int | None,
        column: str | None,
        *,
        fault: str = "",
        cell: str = "",
    ) -> None:
        """An error that an answer of the person settles: the package itself may stay as it is."""
        self.questions += 1
        self.add(message, file, line, column, fault=fault, cell=cell)

    def warn(
        self,
        message: str,
        file: str,
        line: int | None = None,
        column: str | None = None,
        *,
        fault: str = "",
        cell: str = "",
    ) -> None:
        """A warning: nothing is lost or wrong, but it may not be what was meant."""
        self.warnings.add(message, file, line, column, fault, cell)

    def __bool__(self) -> bool:
        return self.count > 0

    @property
    def count(self) -> int:
        return self.errors.count

    @property
    def only_asks(self) -> bool:
        """Whether answers are all that is missing."""
        return 0 < self.count == self.questions

    @property
    def listed(self) -> list[dict]:
        return self.errors.listed

    @property
    def sentence(self) -> str:
        if self.only_asks:
            return f"The {self.thing} leaves a question open; nothing was changed. Answer it, and import it again."
        things = "1 error" if self.count == 1 else f"{self.count:,} errors"
        listed = self.errors.listed
        more = ""
        if sum(entry["count"] for entry in listed) < self.count:
            more = f" The first {len(listed):,} kinds are listed."
        elif len(listed) < self.count:
            more = " What is wrong in many lines is listed once."
        return f"The {self.thing} has {things}; nothing was changed. Correct and import it again.{more}"
