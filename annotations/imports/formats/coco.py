"""COCO files with their pictures: boxes and masks become objects of their own, or marks on the pictures."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from annotations.common.problems import Problems
from annotations.imports import constants
from annotations.imports.archive import Package
from annotations.imports.coco.checking import MOST_LABELS, CocoSurvey, FileCheck
from annotations.imports.coco.files import coco_files
from annotations.imports.coco.items import CocoReading, ImageItems, reading_of
from annotations.imports.coco.reading import read_files
from annotations.imports.constants import Constants, are_constants_readable
from annotations.imports.entries import PICTURES, check_entries, ending_of, warn_of
from annotations.imports.formats.folders import LABELS, MOST_ID, SAMPLE
from annotations.imports.ignored import Ignored
from annotations.imports.pictures import PictureInspector
from annotations.imports.presence import note_presence
from annotations.imports.project_pictures import ProjectPictures
from annotations.imports.records import Record, RecordFigure
from annotations.imports.registry import FormatOption, ImportFormat, PackageCheck, import_format
from annotations.imports.survey import Survey
from annotations.taxonomy.names import clean_name

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
class CocoPackage(ImportFormat):
    name = "coco"
    title = "COCO"
    help = (
        "A .json of COCO with its pictures: boxes, polygons and masks; categories are taxa, with their supercategory "
        "above them, scores are predictions."
    )
    options = (FIGURES, LABELS, SAMPLE, constants.OPTION)
    labels_alone = (
        "An update takes the labels of COCO files alone: boxes, masks and marks stay where they are."
    )
    record_word = "object"
    survey = CocoSurvey

    def recognises(self, package: Package) -> bool:
        has_pictures = any(ending_of(path) in PICTURES for path in package.paths())
        return has_pictures and not package.tables() and bool(coco_files(package))

    def check(self, package: Package, check: PackageCheck) -> Survey:
        check_entries(package, check.problems)
        survey = CocoSurvey(tables=coco_files(package), is_scattered=True)
        if not are_constants_readable(check, package.name):
            return survey
        if not survey.tables:
            check.problems.add(
                "There is no COCO file. Add a .json with images, categories and annotations.", package.name
            )
        ignored = Ignored(check.problems)
        project_id = check.project_id
        present = None if project_id is None else ProjectPictures(project_id, package, ignored)
        with PictureInspector(package, check.problems, survey.ranges) as pictures:
            file_check = FileCheck(
                package, check, _reading(package, check.options), survey, pictures, present
            )
            for file in read_files(package, survey.tables, check.problems):
                file_check(file)
        survey.objects, survey.samples = len(file_check.objects), len(file_check.samples)
        survey.pictures = len(pictures.checked)
        if present is not None and project_id is not None:
            present.ask()
            note_presence(survey, check, file_check.objects)
            survey.ranges.join_project(project_id, package.name, check.problems)
        survey.ignored, survey.ignored_columns = ignored.values, len(ignored.columns)
        _finish(package, survey, check)
        return survey

    def records(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[Record]:
        constant = Constants.read(options.get("constants", ""))
        for items in _items(package, survey, options):
            yield from map(constant.applied_to, items.records())

    def update_records(
        self, package: Package, survey: Survey, options: Mapping[str, str]
    ) -> Iterator[Record]:
        """The picture of an object was cut out where it lay then."""
        for record in self.records(package, survey, options):
            yield replace(record, numbers={}, texts={})

    def figures(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[RecordFigure]:
        for items in _items(package, survey, options):
            yield from items.figures()


def _reading(package: Package, options: Mapping[str, str]) -> CocoReading:
    stem = clean_name(PurePosixPath(package.name).stem)[:MOST_ID]
    return reading_of(options, clean_name(options["sample"]) or stem)


def _items(package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[ImageItems]:
    """Of a package that was checked, in the order of its files and images."""
    assert isinstance(survey, CocoSurvey)
    reading = _reading(package, options)
    for file in read_files(package, survey.tables, Problems()):
        for image in file.images.values():
            width, height = survey.sizes[image.path]
            yield reading.items(image, (width, height))


def _finish(package: Package, survey: CocoSurvey, check: PackageCheck) -> None:
    """What only all files together tell."""
    if survey.tables and not survey.lines and not check.problems:
        check.problems.add(
            "Nothing is drawn, and no picture is one of an object. Add annotations.", survey.tables[0]
        )
    if len(survey.mark_labels) > MOST_LABELS:
        message = (
            f"There are {len(survey.mark_labels)} categories, and {MOST_LABELS} labels of marks can be told apart. "
            "Import boxes and masks as objects."
        )
        check.problems.add(message, survey.tables[0])
    unnamed = [path for path in package.paths() if ending_of(path) in PICTURES and path not in survey.sizes]
    words = "No COCO file names this picture, so it was left out."
    warn_of(check.problems, unnamed, lambda path: words, "pictures are named by no COCO file")
