"""What a correction would change: each cell is read and compared with what is there; nothing is written yet."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotations.common.problems import Problems
from annotations.metadata.columns import OWN, CorrectableColumn
from annotations.metadata.current import SampleCell, SampleCells, current_cells
from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.samples.naming import readable_id

DEPTHS = ("depth_min", "depth_max")


@dataclass(frozen=True)
class SampleChange:
    """What somebody writes into a cell, where (`line` of a file), and what they saw there, where they say it."""

    sample_id: int
    column: CorrectableColumn
    text: str
    line: int | None = None
    was: str | None = None
    heading: str = ""  # of the column in a file


@dataclass(frozen=True)
class SampleDifference:
    sample_id: int
    column: str
    old: str
    new: str


def differences(
    project: Project, changes: Sequence[SampleChange], problems: Problems, file: str = ""
) -> list[SampleDifference]:
    """What is not so yet. `problems` gets every cell that can't be read or that may not be."""
    columns = {change.column.key: change.column for change in changes}
    if not columns.keys().isdisjoint(DEPTHS):
        columns |= {key: OWN[key] for key in DEPTHS}
    cells = current_cells(sorted({change.sample_id for change in changes}), list(columns.values()))
    names = _names(changes)
    differences = []
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
            differences.append(SampleDifference(change.sample_id, change.column.key, old, new))
    _refuse_twin_names(project, differences, problems, file)
    _refuse_upside_down(cells, differences, names, problems, file)
    return differences


def _names(changes: Iterable[SampleChange]) -> dict[int, str]:
    ids = {change.sample_id for change in changes}
    rows = Sample.objects.filter(pk__in=ids).values_list("pk", "original_id")
    return {pk: readable_id(name) for pk, name in rows}


def _checked(change: SampleChange, cell: SampleCell) -> str:
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


def _refuse_twin_names(
    project: Project, differences: Sequence[SampleDifference], problems: Problems, file: str
) -> None:
    names = {
        difference.sample_id: difference.new for difference in differences if difference.column == "name"
    }
    for name in twin_names(project, names):
        problems.add(f"{name!r} would be the name of two samples. Choose another.", file, None, "Sample")


def twin_names(project: Project, names: dict[int, str]) -> list[str]:
    """Those that two samples of the project would have."""
    others = Sample.objects.filter(project=project, original_id__in=names.values()).exclude(pk__in=names)
    counts = Counter([*names.values(), *others.values_list("original_id", flat=True)])
    return sorted(name for name, count in counts.items() if count > 1)


def _refuse_upside_down(
    cells: SampleCells,
    differences: Sequence[SampleDifference],
    names: dict[int, str],
    problems: Problems,
    file: str,
) -> None:
    """A depth to that lies above the depth from."""
    new = {(difference.sample_id, difference.column): difference.new for difference in differences}
    for sample in {sample for sample, column in new if column in DEPTHS}:
        upper, lower = (
            new.get((sample, column), cells.get((sample, column), SampleCell()).text) for column in DEPTHS
        )
        if upper and lower and float(upper) > float(lower):
            span = f"from {upper} m to {lower} m"
            problems.add(f"{names[sample]} would reach {span}, upwards.", file, None, "Depth to, m")
