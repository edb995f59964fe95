"""The Darwin Core Archive among the formats of exports."""

from annotations.exports.registry import ExportFormat, ExportOption, export_format
from annotations.exports.request import ExportRequest
from annotations.publishing.checks import checks_of, project_errors
from annotations.publishing.findings import ArchiveCheck
from annotations.publishing.requests import (
    ABSENT_CHOICES,
    DEFAULT_LAYER,
    EVENT_LEVELS,
    LABEL_CHOICES,
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
    )

    def obstacles(self, request: ExportRequest) -> list[str]:
        return [check.sentence for check in self._checks(request) if check.is_error]

    def losses(self, request: ExportRequest) -> list[str]:
        return [check.sentence for check in self._checks(request) if not check.is_error]

    def _checks(self, request: ExportRequest) -> list[ArchiveCheck]:
        """Of very many objects only what the project says is looked at: the job asks the rest before it writes."""
        archive_request = ArchiveRequest.read(request.object_filter, request.options)
        if not is_quickly_surveyed(request.project, archive_request):
            return project_errors(request.project)
        return checks_of(request.project, archive_request, survey_of(request.project, archive_request))
