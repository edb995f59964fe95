"""YOLO data sets with their pictures: boxes and polygons become objects of their own, or marks on the pictures."""

from collections.abc import Iterator, Mapping

from annotations.common.problems import Problems
from annotations.imports import constants
from annotations.imports.archive import Package
from annotations.imports.drawn.file import DrawnFile, FileReading
from annotations.imports.drawn.package import OutlinePackage
from annotations.imports.formats.coco import FIGURES
from annotations.imports.formats.folders import LABELS, SAMPLE
from annotations.imports.registry import import_format
from annotations.imports.yolo.classes import YoloClasses, names_files, read_classes
from annotations.imports.yolo.labels import read_labels
from annotations.imports.yolo.origins import PictureOrigins
from annotations.imports.yolo.pairs import labelled_pictures


@import_format
class YoloPackage(OutlinePackage):
    name = "yolo"
    title = "YOLO"
    help = (
        "A data.yaml that names the classes, with images/ and labels/: boxes or polygons as shares of their picture, a "
        "line each; scores are predictions."
    )
    options = (FIGURES, LABELS, SAMPLE, constants.OPTION)
    no_file = "Nothing names the classes. Add the data.yaml of the data set, with `names`, or a classes.txt."
    file_word = "file of labels"

    def recognises(self, package: Package) -> bool:
        return not package.tables() and bool(names_files(package)) and bool(self.pictures(package))

    def files(self, package: Package) -> list[str]:
        return names_files(package)

    def read(
        self, package: Package, paths: list[str], problems: Problems, options: Mapping[str, str]
    ) -> Iterator[DrawnFile]:
        for path in paths[1:]:
            problems.add(f"{paths[0]} names the classes, too. Import one data set at a time.", path)
        for path in paths[:1]:
            classes = read_classes(package, path, problems)
            origins = PictureOrigins.of(package, path)
            for labels, picture in labelled_pictures(package):
                yield _labelled(FileReading(package, labels, problems), picture, classes, origins)


def _labelled(
    reading: FileReading, picture: str | None, classes: YoloClasses, origins: PictureOrigins
) -> DrawnFile:
    file = DrawnFile(reading.path)
    if picture is None:
        reading.report(
            "No picture has this name. Put it into `images`, where `labels` has these, or beside them."
        )
    elif (image := reading.image_at(picture)) is not None and image.size is not None:
        image.annotations += read_labels(reading, classes, image.size)
        origins.note(image)
        file.images[image.path] = image
    return file
