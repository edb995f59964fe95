"""GeoJSON of QuPath and of our own exports, with the pictures that it was drawn on."""

from collections.abc import Iterator, Mapping

from annotations.common.problems import Problems
from annotations.imports import constants
from annotations.imports.archive import Package
from annotations.imports.drawn.file import DrawnFile, FileReading
from annotations.imports.drawn.geojson import geojson_files, read_geojson
from annotations.imports.drawn.package import OutlinePackage
from annotations.imports.drawn.pairing import PicturePairs
from annotations.imports.formats.folders import LABELS, SAMPLE
from annotations.imports.registry import import_format


@import_format
class GeoJsonPackage(OutlinePackage):
    name = "geojson"
    title = "GeoJSON of QuPath"
    help = (
        "A .geojson beside each picture, of the same name: annotations and detections with their class, as polygons "
        "with holes or in several parts."
    )
    options = (LABELS, SAMPLE, constants.OPTION)
    no_file = "There is no GeoJSON. Add a .geojson beside each picture, of the same name."
    file_word = "GeoJSON"

    def recognises(self, package: Package) -> bool:
        return not package.tables() and bool(geojson_files(package)) and bool(self.pictures(package))

    def files(self, package: Package) -> list[str]:
        return geojson_files(package)

    def read(
        self, package: Package, paths: list[str], problems: Problems, options: Mapping[str, str]
    ) -> Iterator[DrawnFile]:
        pairs = PicturePairs(package)
        return (read_geojson(FileReading(package, path, problems), pairs) for path in paths)
