"""Layers of shapes of napari as CSV, with the pictures that they were drawn on."""

from collections.abc import Iterator, Mapping

from annotations.common.problems import Problems
from annotations.imports import constants
from annotations.imports.archive import Package
from annotations.imports.drawn.file import DrawnFile, FileReading
from annotations.imports.drawn.napari import napari_files, read_napari
from annotations.imports.drawn.package import OutlinePackage
from annotations.imports.drawn.pairing import PicturePairs
from annotations.imports.formats.folders import LABELS, SAMPLE
from annotations.imports.registry import import_format


@import_format
class NapariPackage(OutlinePackage):
    name = "napari"
    title = "Shapes of napari"
    help = (
        "A .csv of a layer of shapes beside each picture, of the same name or with _shapes behind it: polygons, "
        "rectangles and ellipses; a column called label says what they are."
    )
    options = (LABELS, SAMPLE, constants.OPTION)
    no_file = "There is no table of shapes. Save the layer of shapes as CSV beside its picture, under the same name."
    file_word = "table of shapes"

    def recognises(self, package: Package) -> bool:
        return not package.tables() and bool(napari_files(package)) and bool(self.pictures(package))

    def files(self, package: Package) -> list[str]:
        return napari_files(package)

    def read(
        self, package: Package, paths: list[str], problems: Problems, options: Mapping[str, str]
    ) -> Iterator[DrawnFile]:
        pairs = PicturePairs(package)
        return (read_napari(FileReading(package, path, problems), pairs) for path in paths)
