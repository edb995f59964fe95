"""Reads a whole package and says everything that is wrong with it. Writes nothing."""

from collections.abc import Callable, Iterable, Iterator

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.ecotaxa.acquisition_sizes import AcquisitionSizes
from annotations.imports.ecotaxa.inventory import check_companions, check_tables, check_unused
from annotations.imports.ecotaxa.line_check import LineCheck
from annotations.imports.ecotaxa.objects import Objects
from annotations.imports.ecotaxa.parents import Parents
from annotations.imports.ecotaxa.picture_check import PictureCheck
from annotations.imports.ecotaxa.pixel_columns import speaks_of_pixels
from annotations.imports.ecotaxa.project_objects import ProjectObjects
from annotations.imports.ecotaxa.project_parents import note_parents
from annotations.imports.ecotaxa.survey import EcotaxaSurvey
from annotations.imports.ecotaxa.table import Table, TableLine
from annotations.imports.ecotaxa.trait_values import check_trait_values
from annotations.imports.entries import check_entries
from annotations.imports.errors import PackageError
from annotations.imports.ignored import Ignored
from annotations.imports.missing_pictures import MissingPictures
from annotations.imports.modes import ADDING, ImportMode, Taking
from annotations.imports.project_pictures import ProjectPictures
from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.taxonomy.models import Taxon

OnLines = Callable[[int, str], None]


def survey_package(
    package: Package,
    problems: Problems,
    project_id: int | None = None,
    on_progress: OnLines = lambda done, text: None,
    pixel_unit: str = "",
    taking: Taking = ADDING,
    needs_pictures: bool = True,
) -> EcotaxaSurvey:
    """Checks every line and decodes every picture; `problems` then has all that is wrong.

    With a project it also checks that no object of the package lies in another sample there, and that the project can
    take the package's traits. `pixel_unit` (um, mm) is what bare pixel sizes are in, where that can't be told.
    An update does without pictures, and what it takes over is no difference that is left as it is. Without
    `needs_pictures` a line may name none.
    """
    survey = EcotaxaSurvey(tables=package.tables())
    check_tables(package, problems)
    check_entries(package, problems)
    check_companions(package, problems)
    project = None if project_id is None else _Comparison(package, problems, project_id, taking)
    validation = _Validation(package, problems, survey, project, pixel_unit, taking, needs_pictures)
    checked_pictures = validation.check_lines(on_progress)
    if validation.readable and validation.readable == len(survey.tables):
        check_unused(package, checked_pictures, problems)
    if project is not None:
        project.summarise(survey)
    if not survey.lines and not problems:
        for name in survey.tables:
            problems.add("The table has no line of objects. Add what is missing.", name)
    _check_taxa(survey, problems)
    return survey


class _Comparison:
    """Compares what the package holds with what the project has already."""

    def __init__(self, package: Package, problems: Problems, project_id: int, taking: Taking):
        self.package, self.problems, self.project_id, self.taking = package, problems, project_id, taking
        self.ignored = Ignored(problems)
        self.objects = ProjectObjects(project_id, problems, self.ignored, taking)
        self.pictures = ProjectPictures(project_id, package, self.ignored)

    def sample_names(self) -> Iterable[str]:
        return Sample.objects.filter(project=self.project_id).values_list("original_id", flat=True)

    def finish(self, objects: Objects, parents: Parents) -> None:
        """Compares what is still waiting for its chunk to be full, and what only the whole package tells."""
        self.objects.ask()
        self.pictures.ask()
        if not self.taking.updates:
            note_parents(self.project_id, parents, self.ignored)
        if self.taking.adds:
            project = Project.objects.get(pk=self.project_id)
            check_trait_values(self.package, project, objects.first, self.problems)

    def summarise(self, survey: EcotaxaSurvey) -> None:
        survey.ignored, survey.ignored_columns = self.ignored.values, len(self.ignored.columns)
        survey.takeable = self.ignored.takeable
        survey.here = self.objects.here
        survey.ignored_objects, survey.absent = self.objects.differing, self.objects.absent
        survey.ranges.join_project(self.project_id, self.package.name, self.problems)


class _Validation:
    """Goes through all lines of a package once, and fills the survey."""

    def __init__(
        self,
        package: Package,
        problems: Problems,
        survey: EcotaxaSurvey,
        project: _Comparison | None,
        pixel_unit: str,
        taking: Taking,
        needs_pictures: bool,
    ):
        self.taking, self.needs_pictures = taking, needs_pictures
        self.package, self.problems, self.survey, self.project = package, problems, survey, project
        self.objects = Objects(
            problems, project.objects.note if project else _nothing, is_strict=taking.updates
        )
        self.parents = Parents(problems)
        if project is not None:
            self.parents.know(project.sample_names())
        self.sizes = AcquisitionSizes(pixel_unit, taking.updates)
        self.readable = 0  # tables

    def check_lines(self, on_progress: OnLines) -> set[str]:
        """Checks all lines and their pictures; returns the pictures that lines name."""
        project_id = self.project.project_id if self.project else None
        missing = MissingPictures(self.taking, project_id, self.needs_pictures)
        with PictureCheck(self.package, self.problems, self.survey.ranges, missing) as pictures:
            check = LineCheck(
                self.problems,
                self.survey,
                pictures,
                self.objects,
                self.parents,
                self.sizes,
                self.project.pictures if self.project else None,
                self.taking,
            )
            for table in open_tables(self.package, self.survey.tables, self.problems, self._needs_pictures):
                self.readable += 1
                _note_columns(table, self.survey, self.problems)
                self._check_table(table, check, on_progress)
            check.categories.compare_with_site()
            missing.ask()
            self._finish()
        self.survey.pictures = len(pictures.checked)
        return pictures.checked

    @property
    def _needs_pictures(self) -> bool:
        return self.taking.mode != ImportMode.UPDATE

    def _check_table(self, table: Table, check: LineCheck, on_progress: OnLines) -> None:
        for line in table.lines():
            self.survey.lines += 1
            check(line)
            if self.survey.lines % 500 == 0:
                on_progress(self.survey.lines, f"Checked {self.survey.lines:,} lines")

    def _finish(self) -> None:
        """What only all lines together tell."""
        project_id = self.project.project_id if self.project else None
        self.survey.samples, self.survey.objects = len(self.objects.first.samples), len(self.objects.first)
        self.survey.is_scattered = self.objects.is_scattered
        self.survey.pixel_sizes = self.sizes.decided(self.parents, project_id, self.problems)
        self.survey.late = [[*key, cells] for key, cells in self.parents.late.items()]
        if self.project is not None:
            self.project.finish(self.objects, self.parents)


def open_tables(
    package: Package, names: list[str], problems: Problems, needs_pictures: bool = True
) -> Iterator[Table]:
    """The tables whose head can be read, one after the other."""
    for name in names:
        try:
            table = Table(name, package, problems, needs_pictures)
        except PackageError as error:
            problems.add(str(error), name)
            continue
        if table.is_readable:
            yield table


def _nothing(object_id: str, line: TableLine) -> None:
    pass


def _note_columns(table: Table, survey: EcotaxaSurvey, problems: Problems) -> None:
    for name, is_number in table.types.items():
        if survey.types.setdefault(name, is_number) != is_number:
            message = (
                "The column is a number in one table and text in another. Give it one type in line 2 of each."
            )
            problems.add(message, table.name, 2, f"object_{name}")
        if speaks_of_pixels(f"object_{name}"):
            message = (
                "This column was kept as a measurement. The size of a pixel is read from columns of the acquisition: "
                "if it says that, call it acq_…"
            )
            problems.warn(message, table.name, 1, f"object_{name}")
    for level, places in table.parent_places.items():
        survey.parents[level] += [name for _, name in places if name not in survey.parents[level]]


def _check_taxa(survey: EcotaxaSurvey, problems: Problems) -> None:
    """A category that is only a number must be known: a name cannot be guessed."""
    bare = {name.ecotaxa_id for name in survey.taxa if not name.name and name.ecotaxa_id is not None}
    bare -= {name.ecotaxa_id for name in survey.taxa if name.name}  # another line of the package names it
    present = set(Taxon.objects.filter(ecotaxa_id__in=bare).values_list("ecotaxa_id", flat=True))
    for ecotaxa_id in sorted(bare - present):
        problems.add(
            f"The EcoTaxa category {ecotaxa_id} is unknown here. "
            "Add a column object_annotation_category with its name.",
            survey.tables[0] if survey.tables else "",
            None,
            "object_annotation_category_id",
        )
