"""Ids that nobody can tell apart on a screen: they stay two, for an id is exact, and that is said."""

from dataclasses import dataclass, field

from annotations.common.problems import Problems
from annotations.imports.ecotaxa.table import TableLine
from annotations.taxonomy.names import caseless, clean_name

HERE = 0  # in place of a line: the id stands in the project


@dataclass
class LookAlikes:
    """Ids of one level (samples, say) that differ only in case, in spaces, or in how a letter is written."""

    problems: Problems
    thing: str  # sample, acquisition
    column: str
    first: dict[tuple[str, str], tuple[str, str, int]] = field(default_factory=dict)  # id, table, line

    def note(self, name: str, line: TableLine, within: str = "") -> None:
        """`within` is what it must be unique in."""
        first, table, number = self.first.setdefault(
            (within, caseless(name)), (name, line.table.name, line.number)
        )
        if first == name:
            return
        place = "the project" if number == HERE else f"line {number}"
        if number != HERE and table != line.table.name:
            place += f" of {table}"
        report_lookalike(self.problems, self.thing, (name, first), place, line, self.column)

    def note_here(self, name: str) -> None:
        """An id that the project holds."""
        self.first.setdefault(("", caseless(name)), (name, "", HERE))


def report_lookalike(
    problems: Problems, thing: str, names: tuple[str, str], place: str, line: TableLine, column: str
) -> None:
    name, first = names
    how = "in case" if clean_name(name) != clean_name(first) else "in spaces, or in how a letter is written"
    message = (
        f"{thing.capitalize()} {name} looks like {thing} {first} in {place}, and differs only {how}. They are taken "
        "for two: write both alike if they are one."
    )
    problems.warn(message, line.table.name, line.number, column, fault=f"alike {thing}", cell=name)
