"""Folders of classes: pictures that somebody, or a program, has sorted into folders called by their taxa.

`Copepoda/Calanoida/0001.png` is a Calanoida of the Copepoda. An object is known by its sample and path, so importing
the same folders again adds nothing, and two archives that both hold `copepod/0001.png` do not meet.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from annotations.imports import constants
from annotations.imports.archive import Package
from annotations.imports.constants import Constants, are_constants_readable
from annotations.imports.entries import PICTURES, TABLES, check_entries, ending_of, warn_of
from annotations.imports.existing_objects import ObjectPlace, note_presence
from annotations.imports.ignored import Ignored
from annotations.imports.pictures import PictureInspector, PictureLocation
from annotations.imports.project_pictures import ProjectPictures
from annotations.imports.records import Record, RecordLabel
from annotations.imports.registry import FormatOption, ImportFormat, PackageCheck, Precedence, import_format
from annotations.imports.survey import Survey
from annotations.samples.models import State
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.names import clean_name

MOST_ID = 255  # characters of an object's or a sample's id
MOST_NAME = 200  # characters of a taxon's name
LABELS = FormatOption(
    "labels",
    "Labels are",
    "Of folders, and of lines of a table without a status. Validated objects count as labelled by you, or by whom "
    "the table names; predicted ones wait for review.",
    {"validated": "validated: a person sorted them", "predicted": "predicted: a program sorted them"},
    "validated",
)
TOP_FOLDERS = FormatOption(
    "top_folders",
    "The outermost folders are",
    "Take samples where they are stations, tows or parts such as train and test.",
    {"taxa": "taxa, all of one sample", "samples": "samples, with folders of taxa in them"},
    "taxa",
)
SAMPLE = FormatOption(
    "sample",
    "Sample",
    "What the sample is called, where neither folders nor a column say it. Left empty, it is called as the archive.",
)


@import_format
class Folders(ImportFormat):
    name = "folders"
    title = "Folders of classes"
    help = (
        "Pictures in folders that are called by their taxa, as copepod/0001.png; folders in one another are a "
        "lineage, as Copepoda/Calanoida/0001.png."
    )
    options = (LABELS, TOP_FOLDERS, SAMPLE, constants.OPTION)
    labels_alone = (
        "Folders say nothing of their pictures but the taxon, and a picture is known by its path: an update takes the "
        "labels of pictures that lie where they lay."
    )
    record_word = "picture"
    precedence = Precedence.GENERAL

    def recognises(self, package: Package) -> bool:
        """Pictures in folders, and no table that could be meant to name them."""
        if package.tables():
            return False  # without a look at a million names
        endings = {(ending_of(path), "/" in path) for path in package.paths()}
        has_table = any(ending in TABLES for ending, _ in endings)
        return not has_table and any(ending in PICTURES and is_inside for ending, is_inside in endings)

    def check(self, package: Package, check: PackageCheck) -> Survey:
        check_entries(package, check.problems)
        if not are_constants_readable(check, package.name):
            return Survey()
        _warn_of_passed_over(package, check)
        survey = Survey()
        records = list(self.records(package, survey, check.options))
        if not records:
            message = "There is no picture. Put pictures into folders that are called by their taxa."
            check.problems.add(message, package.name)
        _check_names(records, check)
        _check_pictures(package, records, survey, check)
        survey.lines = survey.objects = len(records)
        survey.samples = len({record.sample for record in records})
        survey.taxa = {record.label.taxon: None for record in records if record.label}
        return survey

    def records(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[Record]:
        reading = _Reading.of(package, options)
        for path in sorted(filter(_is_picture, package.paths())):
            yield reading.constants.applied_to(reading.record(path))


@dataclass(frozen=True)
class _Reading:
    """How paths are read: what was chosen, and the folder around all that an archive often has."""

    state: State
    has_samples: bool
    sample: str
    wrapper: str  # `tow12/` where tow12.zip holds nothing but a folder tow12
    constants: Constants

    @classmethod
    def of(cls, package: Package, options: Mapping[str, str]) -> "_Reading":
        archive = PurePosixPath(package.name).name
        stem = archive[:-4] if archive.lower().endswith(".zip") else archive
        paths = [path for path in package.paths() if _is_picture(path)]
        is_wrapped = all(path.startswith(f"{stem}/") for path in paths)
        return cls(
            State.from_word(options["labels"]),
            options["top_folders"] == "samples",
            clean_name(options["sample"]) or clean_name(stem)[:MOST_ID],
            f"{stem}/" if is_wrapped else "",
            Constants.read(options.get("constants", "")),
        )

    def record(self, path: str) -> Record:
        *folders, file_name = path.removeprefix(self.wrapper).split("/")
        sample = self.sample
        if self.has_samples and folders:
            sample = clean_name(folders.pop(0))[:MOST_ID]
        return Record(
            object_id=_object_id("/".join((sample, *folders, file_name))),
            path=path,
            file_name=file_name[-MOST_ID:],
            sample=sample,
            label=self._label(folders),
        )

    def _label(self, folders: list[str]) -> RecordLabel | None:
        names = list(filter(None, map(clean_name, folders)))
        return RecordLabel(self.state, TaxonName(names[-1], tuple(names))) if names else None


def _object_id(path: str) -> str:
    """The path, composed, so that it is one on every system; of one that is too long its end, behind a digest."""
    composed = unicodedata.normalize("NFC", path)
    if len(composed) <= MOST_ID:
        return composed
    digest = hashlib.sha256(composed.encode()).hexdigest()[:16]
    return f"{digest}…{composed[-(MOST_ID - 17) :]}"


def _is_picture(path: str) -> bool:
    return ending_of(path) in PICTURES


def _warn_of_passed_over(package: Package, check: PackageCheck) -> None:
    others = [path for path in package.paths() if not _is_picture(path)]
    sentence = "files were passed over: they are no pictures"
    warn_of(check.problems, others, lambda path: "This was passed over: it is no picture.", sentence)
    junk = "hidden files, which systems leave behind, were passed over"
    warn_of(check.problems, package.junk, lambda path: "This hidden file was passed over.", junk)
    inner = "This was not opened. Put what it holds into the archive itself."
    warn_of(check.problems, package.passed_over, lambda path: inner, "zips or linked folders were not opened")


def _check_names(records: Iterable[Record], check: PackageCheck) -> None:
    """Names that nobody could tell apart, that are too long, or that are missing."""
    paths: dict[str, str] = {}
    unsorted = []
    for record in records:
        first = paths.setdefault(record.object_id, record.path)
        if first != record.path:
            message = f"{first} has the same name, but for signs that nobody sees. Rename one of the two."
            check.problems.add(message, record.path)
        if record.label is None:
            unsorted.append(record.path)
        elif any(len(name) > MOST_NAME for name in record.label.taxon.lineage):
            message = f"A folder's name has more than {MOST_NAME} characters. Give it a shorter one."
            check.problems.add(message, record.path, fault="long")
        if not record.sample:
            check.problems.add("The name of its sample's folder is empty. Name the folder.", record.path)
    words = "It lies in no folder of a taxon, so it comes in unclassified."
    warn_of(
        check.problems, unsorted, lambda path: words, "pictures lie in no folder and come in unclassified"
    )


def _check_pictures(package: Package, records: list[Record], survey: Survey, check: PackageCheck) -> None:
    """Decodes them all, and compares those that the project has already."""
    ignored = Ignored(check.problems)
    project_id = check.project_id
    present = None if project_id is None else ProjectPictures(project_id, package, ignored)
    with PictureInspector(package, check.problems, survey.ranges) as pictures:
        for done, record in enumerate(records, 1):
            place = PictureLocation(record.path, None, None, (record.sample, ""))
            pictures.check_content(record.path, place)
            if present is not None:
                present.note(record.object_id, record.file_name, record.path, place)
            if done % 500 == 0:
                check.on_progress(done, f"Checked {done:,} pictures")
    if present is not None and project_id is not None:
        present.ask()
        note_presence(survey, check, {one.object_id: ObjectPlace(one.path) for one in records})
        survey.ranges.join_project(project_id, package.name, check.problems)
    survey.ignored, survey.ignored_columns = ignored.values, len(ignored.columns)
