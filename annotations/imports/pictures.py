"""Looks at the pictures of a package in the background, whatever format it has."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, Self

from annotations.common.problems import VARIABLE, Problems
from annotations.imports.archive import Package
from annotations.imports.errors import PackageError
from annotations.imports.windows import AcquisitionKey, AcquisitionRanges
from annotations.pictures.rendering import Inspection, inspect

OUTSTANDING = 256  # pictures being looked at: bounds the memory


class PictureLocation(NamedTuple):
    """Where a picture is named: a line of a table, or the picture's own file."""

    file: str
    line: int | None
    column: str | None
    acquisition: AcquisitionKey


class PictureInspector:
    """Decodes pictures in the background, each once, and reports those that can't be shown."""

    def __init__(self, package: Package, problems: Problems, ranges: AcquisitionRanges):
        self.package = package
        self.problems = problems
        self.ranges = ranges
        self.pool = ThreadPoolExecutor(2)
        self.waiting: list[tuple[Future, PictureLocation, str]] = []
        self.checked: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failure: type | None, *rest: object) -> None:
        if failure is None:
            self._collect(0)
        self.pool.shutdown(cancel_futures=True)

    def check_content(self, path: str, place: PictureLocation) -> None:
        """Has the picture at `path` of the package decoded; what is wrong with it is said of `place`."""
        if path in self.checked:
            return
        self.checked.add(path)
        self.waiting.append((self.pool.submit(self._look, path), place, path))
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
                self._report_content(self.problems.add, str(error), place, path)

    def _note(self, picture: Inspection, place: PictureLocation, path: str) -> None:
        if picture.values is not None:
            self.ranges.note(place.acquisition, picture.values)
        for warning in picture.warnings:
            self._report_content(self.problems.warn, warning, place, path)

    def _report_content(self, report: Callable, words: str, place: PictureLocation, path: str) -> None:
        message = words if path == place.file else f"{path}: {words}"
        self.report(report, message, place, VARIABLE.sub("…", words), path)

    @staticmethod
    def report(report: Callable, message: str, place: PictureLocation, fault: str, cell: str) -> None:
        report(message, place.file, place.line, place.column, fault=fault, cell=cell)
