"""What formats of outlines have in common: files are read one by one, checked, and made into objects."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.coco.checking import CocoSurvey, FileCheck
from annotations.imports.coco.entries import FileOfImages
from annotations.imports.coco.items import CocoReading, ImageItems, reading_of
from annotations.imports.constants import Constants, are_constants_readable
from annotations.imports.drawn.outlines import outlines_of
from annotations.imports.entries import PICTURES, check_entries, ending_of, warn_of
from annotations.imports.existing_objects import note_presence
from annotations.imports.formats.folders import MOST_ID
from annotations.imports.ignored import Ignored
from annotations.imports.pictures import PictureInspector
from annotations.imports.project_pictures import ProjectPictures
from annotations.imports.records import Record, RecordFigure, RecordOutline
from annotations.imports.registry import ImportFormat, PackageCheck
from annotations.imports.survey import Survey
from annotations.taxonomy.names import clean_name


class OutlinePackage(ImportFormat):
    """Files that say what lies where on pictures, with these."""

    labels_alone = "An update takes the labels alone: outlines, boxes and masks stay where they are."
    record_word = "object"
    survey = CocoSurvey
    no_file: str  # what is wrong where none is there, and the remedy
    file_word: str  # `COCO file`

    @abstractmethod
    def files(self, package: Package) -> list[str]:
        """Paths of those that it reads, sorted."""

    @abstractmethod
    def read(
        self, package: Package, paths: list[str], problems: Problems, options: Mapping[str, str]
    ) -> Iterator[FileOfImages]:
        """One after the other."""

    def pictures(self, package: Package) -> list[str]:
        """Those that objects lie on."""
        return [path for path in package.paths() if ending_of(path) in PICTURES]

    def check(self, package: Package, check: PackageCheck) -> Survey:
        check_entries(package, check.problems)
        survey = CocoSurvey(tables=self.files(package), is_scattered=True)
        if not are_constants_readable(check, package.name):
            return survey
        if not survey.tables:
            check.problems.add(self.no_file, package.name)
        ignored = Ignored(check.problems)
        project_id = check.project_id
        present = None if project_id is None else ProjectPictures(project_id, package, ignored)
        with PictureInspector(package, check.problems, survey.ranges) as pictures:
            file_check = FileCheck(
                package, check, _reading(package, check.options), survey, pictures, present
            )
            for file in self.read(package, survey.tables, check.problems, check.options):
                file_check(file)
        survey.objects, survey.samples = len(file_check.objects), len(file_check.samples)
        survey.pictures = len(pictures.checked)
        if present is not None and project_id is not None:
            present.ask()
            note_presence(survey, check, file_check.objects)
            survey.ranges.join_project(project_id, package.name, check.problems)
        survey.ignored, survey.ignored_columns = ignored.values, len(ignored.columns)
        self.finish(package, survey, check)
        return survey

    def finish(self, package: Package, survey: CocoSurvey, check: PackageCheck) -> None:
        """What only all files together tell."""
        if survey.tables and not survey.lines and not check.problems:
            check.problems.add(
                "Nothing is drawn, and no picture is one of an object. Add annotations.", survey.tables[0]
            )
        unnamed = [path for path in self.pictures(package) if path not in survey.sizes]
        words = f"No {self.file_word} names this picture, so it was left out."
        warn_of(check.problems, unnamed, lambda path: words, f"pictures are named by no {self.file_word}")

    def records(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[Record]:
        constant = Constants.read(options.get("constants", ""))
        for items in self._items(package, survey, options):
            yield from map(constant.applied_to, items.records())

    def update_records(
        self, package: Package, survey: Survey, options: Mapping[str, str]
    ) -> Iterator[Record]:
        """The picture of an object was cut out where it lay then."""
        for record in self.records(package, survey, options):
            yield replace(record, numbers={}, texts={})

    def figures(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[RecordFigure]:
        for items in self._items(package, survey, options):
            yield from items.figures()

    def outlines(
        self, package: Package, survey: Survey, options: Mapping[str, str]
    ) -> Iterator[RecordOutline]:
        for items in self._items(package, survey, options):
            yield from outlines_of(items)

    def _items(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[ImageItems]:
        """Of a package that was checked, in the order of its files and images."""
        assert isinstance(survey, CocoSurvey)
        reading = _reading(package, options)
        for file in self.read(package, survey.tables, Problems(), options):
            for image in file.images.values():
                width, height = survey.sizes[image.path]
                yield reading.items(image, (width, height))


def _reading(package: Package, options: Mapping[str, str]) -> CocoReading:
    stem = clean_name(PurePosixPath(package.name).stem)[:MOST_ID]
    return reading_of(options, clean_name(options["sample"]) or stem)
