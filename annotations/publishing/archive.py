"""Writes a Darwin Core Archive: a zip of three tables, what they mean, and what is said of the data as a whole."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from django.utils import timezone

from annotations.common.snapshot import snapshot
from annotations.jobs.errors import JobError
from annotations.projects.models import Project
from annotations.publishing.checks import errors_of
from annotations.publishing.descriptor import EML_FILE, META_FILE, meta_xml
from annotations.publishing.eml import eml_xml
from annotations.publishing.events import Events
from annotations.publishing.identification import identifications
from annotations.publishing.media import media_of
from annotations.publishing.metadata import description_of
from annotations.publishing.occurrences import MeasuredOccurrence, Occurrences
from annotations.publishing.requests import ArchiveRequest
from annotations.publishing.survey import ArchiveSurvey, survey_of
from annotations.publishing.tables import EVENTS, MEASUREMENTS, OCCURRENCES, ArchiveRow, ArchiveTable
from annotations.volumes.queries import volume_settings_of

OFTEN = 5000  # rows between two words on how far it is
BLOCK = 2**20


@dataclass
class RowCounts:
    """How many rows the tables of an archive have."""

    events: int = 0
    occurrences: int = 0
    measurements: int = 0

    @property
    def total(self) -> int:
        return self.events + self.occurrences + self.measurements


class ArchiveParts:
    """The rows of the tables, read from the project as it is; call them inside one snapshot."""

    def __init__(self, project: Project, request: ArchiveRequest, survey: ArchiveSurvey):
        self.project, self.request, self.survey = project, request, survey
        self.events = Events(project, request)

    def occurrences(self, after_chunk: Callable[[], None] = lambda: None) -> Iterator[MeasuredOccurrence]:
        """`after_chunk` is called while objects are summed up, and may raise."""
        identified = identifications(self.project, self.request)
        formula = volume_settings_of(self.project).individual_volume
        taxa = self.survey.taxa
        media = media_of(self.project, self.request, identified)
        return Occurrences(
            self.project, self.request, self.events, taxa, identified, formula, media, after_chunk
        ).rows()


def write_archive_file(
    out: Path,
    project: Project,
    request: ArchiveRequest,
    on_progress: Callable[[RowCounts], None],
) -> RowCounts:
    """Raises JobError where something is missing without which nobody would take the archive."""
    with snapshot(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as package:
        survey = survey_of(project, request)
        if errors := errors_of(project, request, survey):
            raise JobError(" ".join(check.sentence for check in errors))
        parts = ArchiveParts(project, request, survey)
        writer = _ArchiveWriter(package, on_progress)
        writer.write(parts)
        extents = [sample.extent for sample in parts.events.samples.values()]
        taxa = [survey.taxa.by_id[number] for number in {taxon for _, taxon, _ in survey.rows_going_out}]
        about = description_of(project, request, extents, taxa)
        package.writestr(EML_FILE, eml_xml(about))
        package.writestr(META_FILE, meta_xml())
    return writer.counts


class _ArchiveWriter:
    """A zip takes one file at a time: measurements wait on the disk until the occurrences are written."""

    def __init__(self, package: zipfile.ZipFile, on_progress: Callable[[RowCounts], None]):
        self.package, self.on_progress = package, on_progress
        self.counts = RowCounts()

    def write(self, parts: ArchiveParts) -> None:
        with self._table(EVENTS) as file:
            for row in parts.events.rows():
                file.write(EVENTS.line(row))
                self.counts.events += 1
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as waiting:
            self._write_measurements(waiting, parts.events.measurements())
            self._write_occurrences(waiting, parts.occurrences(lambda: self.on_progress(self.counts)))
            self._copy_measurements(waiting)

    def _write_occurrences(self, waiting, pairs: Iterator[MeasuredOccurrence]) -> None:
        with self._table(OCCURRENCES) as file:
            for occurrence, measurements in pairs:
                file.write(OCCURRENCES.line(occurrence))
                self.counts.occurrences += 1
                self._write_measurements(waiting, iter(measurements))
                if self.counts.occurrences % OFTEN == 0:
                    self.on_progress(self.counts)

    def _write_measurements(self, waiting, rows: Iterator[ArchiveRow]) -> None:
        for row in rows:
            waiting.write(MEASUREMENTS.line(row))
            self.counts.measurements += 1

    def _copy_measurements(self, waiting) -> None:
        waiting.seek(0)
        with self._table(MEASUREMENTS) as file:
            while block := waiting.read(BLOCK):
                file.write(block)
                self.on_progress(self.counts)

    def _table(self, table: ArchiveTable) -> TextIOWrapper:
        entry = zipfile.ZipInfo(table.file, timezone.now().timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        raw = self.package.open(entry, "w", force_zip64=True)
        file = TextIOWrapper(raw, encoding="utf-8", newline="", write_through=False)
        file.write(table.head)
        return file
