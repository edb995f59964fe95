"""What a correction would change: each cell is read and compared with what is there; nothing is written yet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotations.common.problems import Problems
from annotations.metadata.columns import OWN, Column
from annotations.metadata.current import Cell, Cells, current_cells
from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id

DEPTHS = ("depth_min", "depth_max")


@dataclass(frozen=True)
class Change:
    """What somebody writes into a cell, where (`line` of a file), and what they saw there, where they say it."""

    sample_id: int
    column: Column
    text: str
    line: int | None = None
    was: str | None = None
    heading: str = ""  # of the column in a file


@dataclass(frozen=True)
class Difference:
    sample_id: int
    column: str
    old: str
    new: str


def differences(
    project: Project, changes: Sequence[Change], problems: Problems, file: str = ""
) -> list[Difference]:
    """What is not so yet. `problems` gets every cell that can't be read or that may not be."""
    columns = {change.column.key: change.column for change in changes}
    if not columns.keys().isdisjoint(DEPTHS):
        columns |= {key: OWN[key] for key in DEPTHS}
    cells = current_cells(sorted({change.sample_id for change in changes}), list(columns.values()))
    names = _names(changes)
    found = []
    for change in changes:
        try:
            new = _checked(change, cells[change.sample_id, change.column.key])
        except ValueError as error:
            place = (
                ""
                if change.line or len(changes) == 1
                else f"{names[change.sample_id]}, {change.column.title}: "
            )
            problems.add(
                f"{place}{error}", file, change.line, change.heading or change.column.title, cell=change.text
            )
            continue
        old = cells[change.sample_id, change.column.key].text
        if new != old:
            found.append(Difference(change.sample_id, change.column.key, old, new))
    _refuse_twin_names(project, found, problems, file)
    _refuse_upside_down(cells, found, names, problems, file)
    return found


def _names(changes: Iterable[Change]) -> dict[int, str]:
    ids = {change.sample_id for change in changes}
    rows = Sample.objects.filter(pk__in=ids).values_list("pk", "original_id")
    return {pk: readable_id(name) for pk, name in rows}


def _checked(change: Change, cell: Cell) -> str:
    """The new text of the cell; raises ValueError where it can't be read, or not take the place of the old one."""
    new = change.column.read(change.text.replace("\0", "").strip())
    if change.was is not None and change.was != cell.text:
        raise ValueError(
            f"It is {cell.text or 'empty'} by now, not {change.was or 'empty'}: somebody changed it."
        )
    if new != cell.text and cell.fault:
        raise ValueError(cell.fault)
    if new != cell.text and cell.is_span and " " not in new:
        raise ValueError(
            "Its objects have moments of their own, which move together: write day and time of the first."
        )
    return new


def _refuse_twin_names(project: Project, found: Sequence[Difference], problems: Problems, file: str) -> None:
    names = {difference.sample_id: difference.new for difference in found if difference.column == "name"}
    for name in twin_names(project, names):
        problems.add(f"{name!r} would be the name of two samples. Choose another.", file, None, "Sample")


def twin_names(project: Project, names: dict[int, str]) -> list[str]:
    """Those that two samples of the project would have."""
    others = Sample.objects.filter(project=project, original_id__in=names.values()).exclude(pk__in=names)
    counts = Counter([*names.values(), *others.values_list("original_id", flat=True)])
    return sorted(name for name, count in counts.items() if count > 1)


def _refuse_upside_down(
    cells: Cells, found: Sequence[Difference], names: dict[int, str], problems: Problems, file: str
) -> None:
    """A depth to that lies above the depth from."""
    new = {(difference.sample_id, difference.column): difference.new for difference in found}
    for sample in {sample for sample, column in new if column in DEPTHS}:
        upper, lower = (
            new.get((sample, column), cells.get((sample, column), Cell()).text) for column in DEPTHS
        )
        if upper and lower and float(upper) > float(lower):
            span = f"from {upper} m to {lower} m"
            problems.add(f"{names[sample]} would reach {span}, upwards.", file, None, "Depth to, m")
