"""What is missing before an archive is written, a sentence each, with where it can be mended."""

from annotations.projects.models import Licence, Project
from annotations.publishing.findings import ArchiveCheck, ArchiveChecks, place_in
from annotations.publishing.metadata import LICENCE_TEXTS
from annotations.publishing.object_checks import object_checks
from annotations.publishing.requests import ArchiveRequest
from annotations.publishing.survey import ArchiveSurvey
from annotations.results.query import LAYER
from annotations.search.filter import Filter
from annotations.volumes.queries import volume_settings_of

SHORTEST_ABSTRACT = 100  # letters: less describes no data


def checks_of(project: Project, request: ArchiveRequest, survey: ArchiveSurvey) -> list[ArchiveCheck]:
    """Errors first."""
    checks = [
        *_of_terms(project),
        *_of_description(project, request),
        *object_checks(project, request, survey),
        *_of_figures(project, request),
    ]
    return sorted(checks, key=lambda check: not check.is_error)


def errors_of(project: Project, request: ArchiveRequest, survey: ArchiveSurvey) -> list[ArchiveCheck]:
    return [check for check in checks_of(project, request, survey) if check.is_error]


def project_errors(project: Project) -> list[ArchiveCheck]:
    """Those that no object has to be looked at for."""
    request = ArchiveRequest(criteria=Filter())
    return [check for check in (*_of_terms(project), *_of_description(project, request)) if check.is_error]


def _missing(project: Project, sentence: str, words: str, is_error: bool = True) -> ArchiveCheck:
    """Of what the project's settings say."""
    return ArchiveCheck(sentence, is_error, *place_in(project, "projects:settings", words), True)


def _of_terms(project: Project) -> ArchiveChecks:
    if not project.licence:
        sentence = "The project has no licence: without one nobody may use the data."
        yield _missing(project, sentence, "Choose a licence")
    elif Licence(project.licence) not in LICENCE_TEXTS:
        sentence = "All rights are reserved: GBIF and OBIS take CC0, CC BY and CC BY-NC alone."
        yield _missing(project, sentence, "Choose another licence")
    if project.is_under_embargo:
        until = f"{project.embargo_until:%Y-%m-%d}"
        sentence = f"The project is under embargo until {until}: it is not to be passed on before."
        yield _missing(project, sentence, "Change the embargo")
    if not project.contact:
        sentence = "The project names no contact: an archive says whom to ask."
        yield _missing(project, sentence, "Name a contact")


def _of_description(project: Project, request: ArchiveRequest) -> ArchiveChecks:
    letters = len(project.description.strip())
    if not letters:
        sentence = "The project has no description: it becomes the abstract of the dataset."
        yield _missing(project, sentence, "Describe the project")
    elif letters < SHORTEST_ABSTRACT:
        sentence = (
            f"The description has {letters} letters: an abstract says what was sampled, where, when and how."
        )
        yield _missing(project, sentence, "Describe the project", is_error=False)
    if not project.doi:
        sentence = "The project has no DOI, so the citation has no link."
        yield _missing(project, sentence, "Give its DOI", is_error=False)
    if not request.institution:
        yield ArchiveCheck("No institution is named as the publisher.", False)
    if not request.creators:
        yield ArchiveCheck("No creators are named, so the contact alone is cited as the author.", False)
    if not request.contact_email:
        yield ArchiveCheck("The contact has no e-mail address in the archive: OBIS asks for one.", False)


def _of_figures(project: Project, request: ArchiveRequest) -> ArchiveChecks:
    if request.by == LAYER:
        yield ArchiveCheck(
            "By depth layer there are counts and sizes, but no abundances and biovolumes: volumes are of whole "
            "samples.",
            False,
        )
    elif volume_settings_of(project).unit is None:
        yield ArchiveCheck(
            "Nobody has said in which unit the samples’ volumes are, so the archive has no abundances and biovolumes.",
            False,
            *place_in(project, "volumes:settings", "Say the unit"),
            is_for_managers=True,
        )
