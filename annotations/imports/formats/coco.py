"""COCO files with their pictures: boxes and masks become objects of their own, or marks on the pictures."""

from collections.abc import Iterator, Mapping

from annotations.common.problems import Problems
from annotations.imports import constants
from annotations.imports.archive import Package
from annotations.imports.coco.checking import MOST_LABELS, CocoSurvey
from annotations.imports.coco.files import coco_files
from annotations.imports.coco.reading import CocoFile, read_files
from annotations.imports.drawn.package import OutlinePackage
from annotations.imports.entries import PICTURES, ending_of
from annotations.imports.formats.folders import LABELS, SAMPLE
from annotations.imports.registry import FormatOption, PackageCheck, import_format

FIGURES = FormatOption(
    "figures",
    "Boxes and masks become",
    "Objects are cut out of their pictures and keep where they lay. A box around a whole picture is the label of that.",
    {
        "objects": "objects, each cut out of its picture",
        "marks": "marks on the pictures, which are the objects",
    },
    "objects",
)


@import_format
class CocoPackage(OutlinePackage):
    name = "coco"
    title = "COCO"
    help = (
        "A .json of COCO with its pictures: boxes, polygons and masks; categories are taxa, with their supercategory "
        "above them, scores are predictions."
    )
    labels_alone = (
        "An update takes the labels of COCO files alone: boxes, masks and marks stay where they are."
    )
    options = (FIGURES, LABELS, SAMPLE, constants.OPTION)
    no_file = "There is no COCO file. Add a .json with images, categories and annotations."
    file_word = "COCO file"

    def recognises(self, package: Package) -> bool:
        if package.tables():
            return False
        has_pictures = any(ending_of(path) in PICTURES for path in package.paths())
        return has_pictures and bool(coco_files(package))

    def files(self, package: Package) -> list[str]:
        return coco_files(package)

    def read(
        self, package: Package, paths: list[str], problems: Problems, options: Mapping[str, str]
    ) -> Iterator[CocoFile]:
        return read_files(package, paths, problems)

    def finish(self, package: Package, survey: CocoSurvey, check: PackageCheck) -> None:
        if len(survey.mark_labels) > MOST_LABELS:
            message = (
                f"There are {len(survey.mark_labels)} categories, and {MOST_LABELS} labels of marks can be told apart. "
                "Import boxes and masks as objects."
            )
            check.problems.add(message, survey.tables[0])
        super().finish(package, survey, check)
