"""One format of the import for each instrument whose files the library reads."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from annotations.imports import constants
from annotations.imports.archive import Package
from annotations.imports.constants import Constants, are_constants_readable
from annotations.imports.entries import check_entries
from annotations.imports.instruments.checking import (
    InstrumentCheck,
    InstrumentSurvey,
    survey_of,
    warn_of_unit,
)
from annotations.imports.instruments.conversion import Conversion
from annotations.imports.instruments.files import PackageFiles
from annotations.imports.pictures import PictureInspector
from annotations.imports.records import Record
from annotations.imports.registry import FormatOption, ImportFormat, PackageCheck, Precedence, import_format
from annotations.imports.survey import Survey
from annotations.projects.models import Project
from annotations.volumes.actions import set_volumes
from annotations.volumes.queries import volume_settings_of
from classifier.contract.errors import ClassifierError
from classifier.instruments.base import Instrument, InstrumentOption, InstrumentReading
from classifier.instruments.plausible import plausible
from classifier.instruments.records import ImagedWater, InstrumentVignette
from classifier.instruments.volumes import imaged_by_sample


class InstrumentFormat(ImportFormat):
    """Streams vignettes out of the files as they lie in the package: nothing is unpacked to disk."""

    instrument: ClassVar[Instrument]
    record_word = "object"
    precedence = Precedence.PARTICULAR
    survey = InstrumentSurvey

    def recognises(self, package: Package) -> bool:
        return not package.tables() and self.instrument.recognises(package.paths())

    def check(self, package: Package, check: PackageCheck) -> Survey:
        check_entries(package, check.problems)
        survey = survey_of(check.project_id, self.instrument.volumes_in)
        if not self._are_options_readable(package, check):
            return survey
        files = PackageFiles(package)
        survey.tables = [package.name]
        survey.imaged = imaged_by_sample(self._imaged(files, check.options))
        with PictureInspector(package, check.problems, survey.ranges) as pictures:
            note = InstrumentCheck(
                package,
                check,
                Conversion(survey.total_in_cubic_metres, survey.imaged),
                Constants.read(check.options["constants"]),
                survey,
                pictures,
            )
            for broken in self.instrument.leftovers(files):
                note.note_broken(broken)
            for entry in self._reading(files, check.options):
                note(entry)
        note.finish(check.project_id)
        self._warn(package, check, survey)
        return survey

    def records(self, package: Package, survey: Survey, options: Mapping[str, str]) -> Iterator[Record]:
        assert isinstance(survey, InstrumentSurvey)
        conversion = Conversion(survey.total_in_cubic_metres, survey.imaged)
        constant = Constants.read(options.get("constants", ""))
        for entry in self._reading(PackageFiles(package), options):
            if isinstance(entry, InstrumentVignette):
                yield constant.applied_to(conversion.record(entry))

    def prepare(self, project: Project, survey: Survey) -> None:
        """The volumes that come in have a unit, which the project then says where it says no other."""
        assert isinstance(survey, InstrumentSurvey)
        if survey.sets_unit and survey.with_volume and volume_settings_of(project).unit is None:
            set_volumes(project=project, volume_unit=survey.volume_unit)

    def _reading(self, files: PackageFiles, options: Mapping[str, str]) -> InstrumentReading:
        for part in self.instrument.parts(files):
            yield from plausible(self.instrument.read(files, part, options))

    def _imaged(self, files: PackageFiles, options: Mapping[str, str]) -> Iterator[ImagedWater]:
        for part in self.instrument.parts(files):
            yield from self.instrument.imaged(files, part, options)

    def _are_options_readable(self, package: Package, check: PackageCheck) -> bool:
        try:
            self.instrument.check_options(check.options)
        except ClassifierError as error:
            check.problems.add(str(error), package.name)
            return False
        return are_constants_readable(check, package.name)

    def _warn(self, package: Package, check: PackageCheck, survey: InstrumentSurvey) -> None:
        for sentence in self.instrument.assumptions(check.options):
            check.problems.warn(sentence, package.name)
        if check.project_id is not None:
            warn_of_unit(check, survey, package)


def register_format(instrument: Instrument) -> type[ImportFormat]:
    """The format of an instrument, under the instrument's name."""
    members = {
        "instrument": instrument,
        "name": instrument.name,
        "title": instrument.title,
        "help": instrument.help,
        "options": (*map(_option, instrument.options), constants.OPTION),
    }
    return import_format(type(f"{type(instrument).__name__}Format", (InstrumentFormat,), members))


def _option(option: InstrumentOption) -> FormatOption:
    return FormatOption(option.name, option.label, option.help, option.choices, option.default)
