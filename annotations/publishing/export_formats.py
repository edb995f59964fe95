"""The Darwin Core Archive among the formats of exports."""

from collections.abc import Iterator, Mapping

from annotations.exports.registry import ExportFormat, ExportOption, export_format
from annotations.exports.request import ExportRequest
from annotations.projects.access import role_in
from annotations.projects.models import Role
from annotations.publishing.checks import checks_of, project_errors
from annotations.publishing.findings import ArchiveCheck
from annotations.publishing.media import states_for_everybody
from annotations.publishing.requests import (
    ABSENT_CHOICES,
    AUDIENCE_CHOICES,
    DEFAULT_LAYER,
    EVENT_LEVELS,
    EVERYBODY,
    LABEL_CHOICES,
    MEMBERS,
    ArchiveRequest,
)
from annotations.publishing.survey import is_quickly_surveyed, survey_of


@export_format
class DarwinCoreArchive(ExportFormat):
    name = "dwca"
    title = "Darwin Core Archive"
    help = "Events, occurrences and measurements under names of WoRMS, as OBIS, EMODnet and GBIF read them."
    written_by = "annotations.publishing.writing:write_dwca"
    takes = ()
    options = (
        ExportOption("events", "Occurrences of each", "on which the counts are", EVENT_LEVELS, "sample"),
        ExportOption("layer_m", "Height of a depth layer, m", f"by layer; {DEFAULT_LAYER} if left empty"),
        ExportOption("labels", "Labels", "dubious ones stay out", LABEL_CHOICES, "validated"),
        ExportOption(
            "absent",
            "Absences",
            "what the archive has elsewhere, of samples in which all objects are labelled",
            ABSENT_CHOICES,
            "no",
        ),
        ExportOption("institution", "Institution", "the publisher, in the citation and every event"),
        ExportOption(
            "creators",
            "Creators",
            "in the order of the citation: Ada Lovelace, Marine Station; Jean Bee. Else the contact",
        ),
        ExportOption(
            "site",
            "Address of this site",
            "as https://plankton.example.org: numbers of events begin with it, and if everybody sees the project, "
            "occurrences link a picture there",
        ),
        ExportOption("contact_email", "E-mail address of the contact", "published, if you write one"),
        ExportOption("audience", "It is for", "everybody: managers alone", AUDIENCE_CHOICES, MEMBERS),
    )

    def obstacles(self, request: ExportRequest) -> list[str]:
        errors = [check.sentence for check in self._checks(request) if check.is_error]
        return [*errors, *_for_everybody_errors(request)]

    def losses(self, request: ExportRequest) -> list[str]:
        return [check.sentence for check in self._checks(request) if not check.is_error]

    def is_for_everybody(self, options: Mapping[str, str]) -> bool:
        return options.get("audience") == EVERYBODY

    def _checks(self, request: ExportRequest) -> list[ArchiveCheck]:
        """Of very many objects only what the project says is looked at: the job asks the rest before it writes."""
        archive_request = ArchiveRequest.read(request.object_filter, request.options)
        if not is_quickly_surveyed(request.project, archive_request):
            return project_errors(request.project)
        return checks_of(request.project, archive_request, survey_of(request.project, archive_request))


def _for_everybody_errors(request: ExportRequest) -> Iterator[str]:
    if request.options.get("audience") != EVERYBODY:
        return
    if request.user is None or role_in(request.user, request.project.pk) != Role.MANAGER:
        yield "What everybody may have is offered by managers alone: ask one, or make it for members."
    published = ArchiveRequest.read_or_default(request.object_filter, request.options).published
    if not set(published) <= set(states_for_everybody(request.project)):
        yield (
            "Everybody may not see these objects: turn the project on under Results › Showing to everybody, with all "
            "states where predicted ones are to go along."
        )
