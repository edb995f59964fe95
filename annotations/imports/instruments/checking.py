"""Reads all of an instrument's files before anything is written: what comes in, and what is broken, which doesn't."""

from dataclasses import dataclass, field

from annotations.imports.archive import Package
from annotations.imports.constants import Constants
from annotations.imports.existing_objects import ObjectPlace, note_presence
from annotations.imports.instruments.conversion import MOST_ID, Conversion
from annotations.imports.pictures import PictureInspector, PictureLocation
from annotations.imports.records import Record
from annotations.imports.registry import PackageCheck
from annotations.imports.survey import Survey
from annotations.samples.models import FreeColumn
from annotations.volumes.models import VolumeSettings, VolumeUnit
from annotations.volumes.open_units import sets_unit, unit_in_words
from annotations.volumes.total_volume import total_volume_in_cubic_metres
from classifier.contract.windows import ValueRange
from classifier.instruments.records import BrokenFile, InstrumentVignette
from classifier.instruments.volumes import TOTAL


@dataclass
class InstrumentSurvey(Survey):
    volume_unit: str = VolumeUnit.LITRES.value  # of what the records say
    total_in_cubic_metres: float = (
        VolumeUnit.LITRES.in_cubic_metres
    )  # m³ of 1 in `tot_vol`, by the project's formula
    has_unit: bool = False  # the project says it
    sets_unit: bool = False  # it says none, and has no volume yet
    with_volume: int = 0  # acquisitions
    # ml that all acquisitions of a sample imaged, each water of its own; empty where they are fractions of it
    imaged: dict[str, float] = field(default_factory=dict)


@dataclass
class InstrumentCheck:
    """Takes what a reader yields, one after the other."""

    package: Package
    check: PackageCheck
    conversion: Conversion
    constants: Constants
    survey: InstrumentSurvey
    pictures: PictureInspector
    objects: dict[str, ObjectPlace] = field(default_factory=dict)
    names: set[tuple[str, str]] = field(default_factory=set)  # of object and picture
    samples: dict[str, None] = field(default_factory=dict)
    acquisitions: set[tuple[str, str]] = field(default_factory=set)

    def __call__(self, entry: InstrumentVignette | BrokenFile) -> None:
        if isinstance(entry, BrokenFile):
            self.note_broken(entry)
            return
        record = self.constants.applied_to(self.conversion.record(entry))
        self._note_name(record)
        self._note_picture(record)
        self._note_columns(record)
        self.survey.lines += 1
        if record.label is not None:
            self.survey.taxa[record.label.taxon] = None
        if self.survey.lines % 500 == 0:
            self.check.on_progress(self.survey.lines, f"Checked {self.survey.lines:,} objects")

    def note_broken(self, broken: BrokenFile) -> None:
        """It is named, and the rest comes in: to the import it is a warning."""
        byte = f"Byte {broken.byte:,}: " if broken.byte is not None else ""
        message = f"{byte}{broken.message} {broken.remedy}".rstrip()
        self.check.problems.warn(message, broken.file, broken.line)
        self.survey.broken += not broken.warning

    def finish(self, project_id: int | None) -> None:
        self.survey.objects, self.survey.samples = len(self.objects), len(self.samples)
        self.survey.pictures = self.survey.lines
        note_presence(self.survey, self.check, self.objects)
        if project_id is not None:
            self.survey.ranges.join_project(project_id, self.package.name, self.check.problems)
        if not self.survey.lines and not self.check.problems:
            self.check.problems.add(
                "No object of it can be read. See what is said of its files.", self.package.name
            )

    def _note_name(self, record: Record) -> None:
        key = (record.object_id, record.file_name)
        if key in self.names:
            message = f"{record.object_id} comes twice. Two parts of the package have one name: rename one."
            self.check.problems.add(message, record.file, record.line, fault="twice", cell=record.object_id)
        for name in (record.object_id, record.sample, record.acquisition.original_id, record.file_name):
            if len(name) > MOST_ID:
                message = (
                    f"The name {name[:40]}… has more than {MOST_ID} characters. Shorten the files' names."
                )
                self.check.problems.add(message, record.file, record.line, fault="long", cell=name[:40])
        self.names.add(key)
        place = ObjectPlace(record.file, record.line, None, record.sample)
        self.objects.setdefault(record.object_id, place)

    def _note_picture(self, record: Record) -> None:
        acquisition = (record.sample, record.acquisition.original_id)
        if record.pixels is None:
            self.pictures.check_content(record.path, PictureLocation(record.path, None, None, acquisition))
        elif record.pixels.dtype.itemsize > 1:
            values = ValueRange(float(record.pixels.min()), float(record.pixels.max()))
            self.survey.ranges.note(acquisition, values)

    def _note_columns(self, record: Record) -> None:
        self.survey.types |= {**dict.fromkeys(record.texts, False), **dict.fromkeys(record.numbers, True)}
        key = (record.sample, record.acquisition.original_id)
        if key in self.acquisitions:
            return
        self.survey.with_volume += TOTAL in record.sample_fields
        self.acquisitions.add(key)
        self.samples[record.sample] = None
        parents = {
            FreeColumn.Level.SAMPLE: record.sample_fields,
            FreeColumn.Level.ACQUISITION: record.acquisition.fields,
            FreeColumn.Level.PROCESS: record.acquisition.process_fields,
        }
        for level, fields in parents.items():
            names = self.survey.parents[level.value]
            names += [name for name in fields if name not in names]


def survey_of(project_id: int | None, usual: str) -> InstrumentSurvey:
    """With the unit of volumes that the project has; the usual one of the instrument where nobody has said one."""
    settings = VolumeSettings.objects.filter(project=project_id).first() or VolumeSettings()
    unit = settings.unit or VolumeUnit(usual)
    return InstrumentSurvey(
        volume_unit=unit.value,
        total_in_cubic_metres=total_volume_in_cubic_metres(settings, unit),
        has_unit=settings.unit is not None,
        sets_unit=sets_unit(project_id, settings),
    )


def warn_of_unit(check: PackageCheck, survey: InstrumentSurvey, package: Package) -> None:
    if survey.with_volume and not survey.has_unit:
        words = unit_in_words(VolumeUnit(survey.volume_unit), is_set=survey.sets_unit)
        check.problems.warn(words, package.name)
