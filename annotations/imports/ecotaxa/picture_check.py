"""Looks at the pictures of a package while its lines are read."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from annotations.common.problems import VARIABLE, Problems
from annotations.imports.ecotaxa.archive import Package
from annotations.imports.ecotaxa.names import FileMatch
from annotations.imports.ecotaxa.problems import PackageError
from annotations.imports.ecotaxa.table import TableLine
from annotations.imports.windows import AcquisitionRanges
from annotations.pictures.rendering import Inspection, inspect

OUTSTANDING = 256  # pictures being looked at: bounds the memory


class LineLocation(NamedTuple):
    """What is kept of a line until its picture has been looked at: whole lines would keep the memory busy."""

    table: str
    line: int
    acquisition: tuple[str, str]


class PictureCheck:
    """Decodes pictures in the background, each once, and reports those that can't be shown."""

    def __init__(self, package: Package, problems: Problems, ranges: AcquisitionRanges):
        self.package = package
        self.problems = problems
        self.ranges = ranges
        self.pool = ThreadPoolExecutor(2)
        self.waiting: list[tuple[Future, LineLocation, str]] = []
        self.checked: set[str] = set()

    def __enter__(self) -> "PictureCheck":
        return self

    def __exit__(self, failure: type | None, *rest: object) -> None:
        if failure is None:
            self._collect(0)
        self.pool.shutdown(cancel_futures=True)

    def check(self, line: TableLine, file_name: str) -> None:
        """Tells `problems` whether the line's picture is missing, lies elsewhere than it says, or can't be shown."""
        match = line.table.find_picture(file_name)
        if match.path is None:
            message = f"The picture {file_name} is not in the package. {_remedy(match)}"
            self._report(self.problems.add, message, _place(line), "missing", file_name)
            return
        if match.difference:
            message = f"The picture {file_name} was found as {match.path} ({match.difference})."
            self._report(self.problems.warn, message, _place(line), "found otherwise", file_name)
        self._check_content(match.path, line)

    @staticmethod
    def _report(report: Callable, message: str, place: LineLocation, fault: str, cell: str) -> None:
        report(message, place.table, place.line, "img_file_name", fault=fault, cell=cell)

    def _check_content(self, path: str, line: TableLine) -> None:
        if path in self.checked:
            return
        self.checked.add(path)
        self.waiting.append((self.pool.submit(self._look, path), _place(line), path))
        if len(self.waiting) >= 2 * OUTSTANDING:
            self._collect(OUTSTANDING)

    def _look(self, path: str) -> Inspection:
        return inspect(self.package.read(path))

    def _collect(self, keep: int) -> None:
        ready, self.waiting = (
            self.waiting[: len(self.waiting) - keep],
            self.waiting[len(self.waiting) - keep :],
        )
        for future, place, path in ready:
            try:
                self._note(future.result(), place, path)
            except (ValueError, PackageError) as error:
                self._report(
                    self.problems.add, f"{path}: {error}", place, VARIABLE.sub("…", str(error)), path
                )

    def _note(self, picture: Inspection, place: LineLocation, path: str) -> None:
        if picture.values is not None:
            self.ranges.note(place.acquisition, picture.values)
        for warning in picture.warnings:
            self._report(self.problems.warn, f"{path}: {warning}", place, VARIABLE.sub("…", warning), path)


def _place(line: TableLine) -> LineLocation:
    return LineLocation(line.table.name, line.number, acquisition_of(line))


def acquisition_of(line: TableLine) -> tuple[str, str]:
    """The names of its sample and acquisition, empty where there is none."""
    return str(line.values.get("sample_id") or ""), str(line.values.get("acq_id") or "")


def _remedy(match: FileMatch) -> str:
    if not match.near:
        return "Add it, or correct its name."
    near = ", ".join(f"{path} ({how})" if how else path for path, how in match.near)
    if match.is_ambiguous:
        return f"Several may be meant: {near}. Write the path of one."
    return f"Add it, or correct its name. Near it: {near}."
