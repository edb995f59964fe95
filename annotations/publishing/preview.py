"""What an archive would hold, before it is written: what is missing, how much of what, and a row of each table."""

from dataclasses import dataclass, replace

from annotations.projects.models import Project
from annotations.publishing.archive import ArchiveParts
from annotations.publishing.checks import checks_of, project_errors
from annotations.publishing.findings import ArchiveCheck
from annotations.publishing.measurements import ABUNDANCE
from annotations.publishing.requests import ArchiveRequest
from annotations.publishing.survey import ArchiveSurvey, is_quickly_surveyed, survey_of
from annotations.publishing.tables import EVENTS, MEASUREMENTS, OCCURRENCES, ArchiveRow, ArchiveTable, cell_of


@dataclass(frozen=True)
class ExampleRow:
    """Of one table: its columns that are not empty."""

    file: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True)
class ArchivePreview:
    checks: list[ArchiveCheck]
    survey: ArchiveSurvey | None = None  # None of very many objects
    examples: tuple[ExampleRow, ...] = ()

    @property
    def errors(self) -> list[ArchiveCheck]:
        return [check for check in self.checks if check.is_error]

    @property
    def warnings(self) -> list[ArchiveCheck]:
        return [check for check in self.checks if not check.is_error]


def preview_of(project: Project, request: ArchiveRequest) -> ArchivePreview:
    """Takes as long as counting the objects; of very many only what the project says is looked at."""
    if not is_quickly_surveyed(project, request):
        return ArchivePreview(project_errors(project))
    survey = survey_of(project, request)
    return ArchivePreview(checks_of(project, request, survey), survey, _examples(project, request, survey))


def _examples(project: Project, request: ArchiveRequest, survey: ArchiveSurvey) -> tuple[ExampleRow, ...]:
    """Of the first sample that goes out."""
    sample = survey.first_sample()
    if sample is None:
        return ()
    narrowed = replace(request, criteria=replace(request.criteria, sample=(sample,)), with_absent=False)
    parts = ArchiveParts(project, narrowed, survey)
    occurrence, measurements = next(parts.occurrences(), ({}, []))
    events = (row for row in parts.events.rows() if row["eventID"] == occurrence.get("eventID"))
    rows = (
        (EVENTS, next(events, {})),
        (OCCURRENCES, occurrence),
        (MEASUREMENTS, _most_telling(measurements)),
    )
    return tuple(_example(table, row) for table, row in rows if row)


def _most_telling(measurements: list[ArchiveRow]) -> ArchiveRow:
    """The abundance, where there is one."""
    abundances = (row for row in measurements if row["measurementTypeID"] == ABUNDANCE.term.uri)
    return next(abundances, measurements[0] if measurements else {})


def _example(table: ArchiveTable, row: ArchiveRow) -> ExampleRow:
    cells = ((column, cell_of(row.get(column))) for column in table.columns)
    return ExampleRow(table.file, [(column, text) for column, text in cells if text])
