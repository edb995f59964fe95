"""What a correction would change: each cell is read and compared with what is there; nothing is written yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from annotations.common.problems import Problems
from annotations.metadata.columns import OWN, CorrectableColumn
from annotations.metadata.current import CurrentCell, CurrentCells
from annotations.metadata.levels import Level
from annotations.projects.models import Project

DEPTHS = ("depth_min", "depth_max")


@dataclass(frozen=True)
class CellChange:
    """What somebody writes into a cell, where (`line` of a file), and what they saw there, where they say it."""

    row_id: int
    column: CorrectableColumn
    text: str
    line: int | None = None
    was: str | None = None
    heading: str = ""  # of the column in a file


@dataclass(frozen=True)
class CellDifference:
    row_id: int
    column: str
    old: str
    new: str


def differences(
    project: Project, level: Level, changes: Sequence[CellChange], problems: Problems, file: str = ""
) -> list[CellDifference]:
    """What is not so yet. `problems` gets every cell that can't be read or that may not be."""
    columns = {change.column.key: change.column for change in changes}
    if not columns.keys().isdisjoint(DEPTHS):
        columns |= {key: OWN[key] for key in DEPTHS}
    rows = sorted({change.row_id for change in changes})
    cells, names = level.cells(rows, list(columns.values())), level.names(rows)
    differences = []
    for change in changes:
        cell = cells[change.row_id, change.column.key]
        try:
            new = _checked(change, cell)
        except ValueError as error:
            is_placed = change.line or len(changes) == 1
            place = "" if is_placed else f"{names[change.row_id]}, {change.column.title}: "
            heading = change.heading or change.column.title
            problems.add(f"{place}{error}", file, change.line, heading, cell=change.text)
            continue
        if new != cell.text:
            differences.append(CellDifference(change.row_id, change.column.key, cell.text, new))
    _refuse_twin_names(project, level, differences, problems, file)
    _refuse_upside_down(cells, differences, names, problems, file, changes)
    return differences


def _checked(change: CellChange, cell: CurrentCell) -> str:
    """The new text of the cell; raises ValueError where it can't be read, or not take the place of the old one."""
    if change.was is None and change.text == cell.text:
        return cell.text  # as nearly all of a package
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


def _refuse_twin_names(
    project: Project, level: Level, differences: Sequence[CellDifference], problems: Problems, file: str
) -> None:
    names = {difference.row_id: difference.new for difference in differences if difference.column == "name"}
    for name in level.twins(project, names):
        sentence = f"{name!r} would be the name of two {level.many}. Choose another."
        problems.add(sentence, file, None, level.one.capitalize())


def _refuse_upside_down(
    cells: CurrentCells,
    differences: Sequence[CellDifference],
    names: dict[int, str],
    problems: Problems,
    file: str,
    changes: Sequence[CellChange],
) -> None:
    """A depth to that lies above the depth from."""
    lines = {change.row_id: change.line for change in changes if change.line}
    headings = {change.column.key: change.heading or change.column.title for change in changes}
    new = {(difference.row_id, difference.column): difference.new for difference in differences}
    for row in {row for row, column in new if column in DEPTHS}:
        upper, lower = (
            new.get((row, column), cells.get((row, column), CurrentCell()).text) for column in DEPTHS
        )
        if upper and lower and float(upper) > float(lower):
            heading = headings.get("depth_max") or headings["depth_min"]
            span = f"from {upper} m to {lower} m"
            problems.add(f"{names[row]} would reach {span}, upwards.", file, lines.get(row), heading)
