"""Looks at the pictures of a package in the background, whatever format it has."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple, Self

from annotations.common.problems import VARIABLE, Problems
from annotations.imports.archive import Package
from annotations.imports.errors import PackageError
from annotations.imports.windows import AcquisitionKey, AcquisitionRanges
from annotations.pictures.rendering import Inspection, inspect

BATCH = 32  # pictures that a thread is given at once: handing over one takes as long as looking at it
OUTSTANDING = 8  # batches being looked at: bounds the memory
InspectionOutcome = Inspection | ValueError | PackageError


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
        self.batch: list[tuple[PictureLocation, str]] = []
        self.waiting: deque[tuple[Future[list[InspectionOutcome]], list[tuple[PictureLocation, str]]]] = (
            deque()
        )
        self.checked: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failure: type | None, *rest: object) -> None:
        if failure is None:
            self._submit()
            self._collect(0)
        self.pool.shutdown(cancel_futures=True)

    def check_content(self, path: str, place: PictureLocation) -> None:
        """Has the picture at `path` of the package decoded; what is wrong with it is said of `place`."""
        if path in self.checked:
            return
        self.checked.add(path)
        self.batch.append((place, path))
        if len(self.batch) >= BATCH:
            self._submit()
        if len(self.waiting) >= 2 * OUTSTANDING:
            self._collect(OUTSTANDING)

    def _submit(self) -> None:
        paths = [path for _, path in self.batch]
        self.waiting.append((self.pool.submit(self._look, paths), self.batch))
        self.batch = []

    def _look(self, paths: list[str]) -> list[InspectionOutcome]:
        return [self._look_at(path) for path in paths]

    def _look_at(self, path: str) -> InspectionOutcome:
        try:
            return inspect(self.package.read(path))
        except (ValueError, PackageError) as error:
            return error

    def _collect(self, keep: int) -> None:
        while len(self.waiting) > keep:
            future, batch = self.waiting.popleft()
            for (place, path), outcome in zip(batch, future.result(), strict=True):
                if isinstance(outcome, Exception):
                    self._report_content(self.problems.add, str(outcome), place, path)
                else:
                    self._note(outcome, place, path)

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
