"""Looks at the pictures of a package in the background, whatever format it has."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import cycle
from typing import NamedTuple, Self, cast

from annotations.common.forked import AnsweringFork
from annotations.common.problems import VARIABLE, Problems
from annotations.imports.archive import Package
from annotations.imports.errors import PackageError
from annotations.imports.windows import AcquisitionKey, AcquisitionRanges
from annotations.pictures.rendering import Inspection, inspect

BATCH = 32  # pictures that a copy of this process is asked for at once: asking for one takes as long as looking at it
BATCH_BYTES = 2**21  # or fewer, of large ones
OUTSTANDING = 8  # batches being looked at: bounds the memory
FEW_BYTES = 2**21  # of pictures that are looked at before a copy would have begun
MOST_COPIES = 4
InspectionOutcome = Inspection | ValueError | PackageError


class PictureLocation(NamedTuple):
    """Where a picture is named: a line of a table, or the picture's own file."""

    file: str
    line: int | None
    column: str | None
    acquisition: AcquisitionKey


class PictureInspector:
    """Decodes pictures in the background, each once, and reports those that can't be shown.

    In copies of this process: threads would fight for Python's lock with the one that reads the lines.
    """

    def __init__(self, package: Package, problems: Problems, ranges: AcquisitionRanges):
        self.package = package
        self.problems = problems
        self.ranges = ranges
        self.batch: list[tuple[PictureLocation, str]] = []
        self.batch_bytes = self.total_bytes = 0
        self.copies: list[AnsweringFork] = []
        self.waiting: deque[tuple[AnsweringFork, list[tuple[PictureLocation, str]]]] = deque()
        self.checked: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, failure: type | None, *rest: object) -> None:
        try:
            if failure is None:
                self._submit()
                self._collect(0)
        finally:
            for copy in self.copies:
                copy.close()

    def check_content(self, path: str, place: PictureLocation) -> None:
        """Has the picture at `path` of the package decoded; what is wrong with it is said of `place`."""
        if path in self.checked:
            return
        self.checked.add(path)
        self.batch.append((place, path))
        self.batch_bytes += self.package.size(path)
        if len(self.batch) >= BATCH or self.batch_bytes >= BATCH_BYTES:
            self._submit()

    def _submit(self) -> None:
        self.total_bytes += self.batch_bytes
        paths = [path for _, path in self.batch]
        if self.total_bytes <= FEW_BYTES:
            self._report(self.batch, list(map(self._look_at, paths)))
        else:
            copy = next(self._turns)
            copy.ask(paths)
            self.waiting.append((copy, self.batch))
            self._collect(OUTSTANDING)
        self.batch, self.batch_bytes = [], 0

    @cached_property
    def _turns(self) -> Iterator[AnsweringFork]:
        for _ in range(min(MOST_COPIES, len(os.sched_getaffinity(0)))):
            self.copies.append(AnsweringFork(self._look))
        return cycle(self.copies)

    def _look(self, batches: Iterator[list[str]]) -> Iterator[list[InspectionOutcome]]:
        """In a copy."""
        self.package.reopen()
        for paths in batches:
            yield list(map(self._look_at, paths))

    def _look_at(self, path: str) -> InspectionOutcome:
        try:
            return inspect(self.package.read(path))
        except (ValueError, PackageError) as error:
            return error

    def _collect(self, keep: int) -> None:
        while len(self.waiting) > keep:
            copy, batch = self.waiting.popleft()
            self._report(batch, cast(list[InspectionOutcome], copy.answer()))

    def _report(self, batch: list[tuple[PictureLocation, str]], outcomes: list[InspectionOutcome]) -> None:
        for (place, path), outcome in zip(batch, outcomes, strict=True):
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
