"""What the job of an export calls."""

from pathlib import Path

from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, Written
from annotations.publishing.archive import RowCounts, write_archive_file
from annotations.publishing.requests import ArchiveRequest


def write_dwca(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
    """Raises JobError where something is missing without which nobody would take the archive."""

    def report(counts: RowCounts) -> None:
        on_progress(Written(rows=counts.total))

    archive_request = ArchiveRequest.read(request.object_filter, request.options)
    return Written(rows=write_archive_file(out, request.project, archive_request, report).total)
