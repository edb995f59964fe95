"""A package as instruments' readers take files, without unpacking it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import BinaryIO

from annotations.imports.archive import Package
from annotations.imports.errors import PackageError


class PackageFiles:
    """`Files` of `classifier.instruments`. What is damaged is an OSError, as on disk: its reader names the file."""

    def __init__(self, package: Package):
        self.package = package
        self.name = PurePosixPath(package.name).stem

    def paths(self) -> Sequence[str]:
        return sorted([*self.package.paths(), *self.package.inner_zips()])

    def size(self, path: str) -> int:
        return self.package.size(path)

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        try:
            with self.package.stream(path) as file:
                yield file
        except PackageError as error:
            raise OSError(str(error)) from error
