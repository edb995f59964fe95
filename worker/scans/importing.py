"""Scans come in: each is stored, then its row is written; what is broken is named, and the others come in."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.core.exceptions import ValidationError

from annotations.common.problems import Problems
from annotations.imports.errors import PackageError
from annotations.imports.origins.fetching import bring_package
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.pictures.large_files import scratch_folder
from annotations.samples.models import Sample
from annotations.scans import jobs
from annotations.scans.actions import add_scan
from annotations.scans.sampling_fields import ScanMetadata
from annotations.scans.volume_units import standing_volume_warning, unit_warning
from classifier.instruments.records import BrokenFile
from worker.scans.added import AddedScans
from worker.scans.broken import BrokenScans
from worker.scans.files import ScanError
from worker.scans.incoming import IncomingScan, scans_in
from worker.scans.source import ScanSource, SourceScan, open_scans
from worker.scans.storing import ScanStore
from worker.scans.volume_warnings import VolumeWarnings
from worker.scans.windows import mixed_windows


@jobs.import_scans.work
def import_scans(job: Job, progress: Progress) -> dict:
    """The work of an import of scans, one after the other; a worker that takes it up goes on behind the last."""
    bring_package(job, progress)
    problems = Problems()
    try:
        with open_scans(job, problems) as source, _scratch(job) as scratch:
            if problems:
                raise JobError(problems.sentence, problems.listed, problems.warnings.listed)
            result = ScanImport(job, progress, source, scratch).run()
            volumes = VolumeWarnings.of_checkpoint(job.checkpoint)
            for message in (*mixed_windows(result["scans"]), *volumes.sentences):
                problems.warn(message, job.params["name"])
            return result | {"warnings": problems.warnings.listed}
    except PackageError as error:
        raise JobError(str(error), [_entry(job.params["name"], str(error))]) from error


@contextmanager
def _scratch(job: Job) -> Iterator[Path]:
    folder = scratch_folder(f"scans-{job.pk}-{job.attempt}")
    for former in folder.parent.glob(f"scans-{job.pk}-*"):  # of claims whose worker was killed
        if former != folder:
            shutil.rmtree(former, ignore_errors=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class ScanImport:
    """One claim of an import. What is done stands in the job's checkpoint, by the place of the file."""

    job: Job
    progress: Progress
    source: ScanSource
    scratch: Path

    def run(self) -> dict:
        self.broken = BrokenScans.of_checkpoint(self.job.checkpoint)
        self.added = AddedScans.of_checkpoint(self.job.checkpoint)
        self.compared: set[int] = set()  # samples
        self.present: int = self.job.checkpoint.get("present", 0)
        names = self.source.names
        for place in range(self.job.checkpoint.get("files", 0), len(names)):
            self._bring(place, names[place])
            with self.progress.fenced():
                self.progress.checkpoint(files=place + 1, pages=0, **self.broken.as_note())
        if not self.added and not self.present:
            where = f": {self.broken.where_named}" if self.broken.count else "."
            raise JobError(f"No scan came in{where}", self.broken.named)
        return self._result()

    def _bring(self, place: int, name: str) -> None:
        done, files = 0.0, len(self.source.names)
        try:
            with self.source.file(name, self.scratch) as path:
                scans = scans_in(
                    name, path, self._about(name), self.job.params.get("frames", {}), self.scratch
                )
                for scan in islice(scans, self.job.checkpoint.get("pages", 0), None):
                    share = done if isinstance(scan, BrokenFile) else scan.share
                    with self.progress.part((place + done) / files, (place + share) / files):
                        self._try(name, scan)
                    done = share
        except (ScanError, PackageError) as error:
            self.broken.add(_entry(name, str(error)))

    def _try(self, name: str, scan: IncomingScan | BrokenFile) -> None:
        """One that is broken is named, and those behind it come in."""
        if isinstance(scan, BrokenFile):
            self._note(name, f"{scan.message} {scan.remedy}".strip())
            return
        try:
            self._bring_scan(scan)
        except (ScanError, ValidationError) as error:
            reason = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            self._note(name, scan.words + reason)

    def _note(self, name: str, message: str) -> None:
        self.broken.add(_entry(name, message))
        with self.progress.fenced():
            pages = self.job.checkpoint.get("pages", 0) + 1
            self.progress.checkpoint(pages=pages, **self.broken.as_note())

    def _bring_scan(self, scan: IncomingScan) -> None:
        new = ScanStore(self.job, self.progress, self.scratch).stored(scan)
        assert self.job.project is not None
        with self.progress.fenced():
            self._warn(unit_warning(self.job.project, new.metadata))
            row, is_new = add_scan(project=self.job.project, user=self.job.owner, new=new)
            self._compare_volume(row.parent.acquisition.sample, new.metadata)
            if is_new:
                self.added.add(row.pk)
            self.present += not is_new
            pages = self.job.checkpoint.get("pages", 0) + 1
            self.progress.checkpoint(pages=pages, scan_runs=self.added.runs, present=self.present)

    def _compare_volume(self, sample: Sample, metadata: ScanMetadata) -> None:
        """Once a sample: a table of frames says the same of it at each."""
        assert self.job.project is not None
        if sample.pk not in self.compared:
            self.compared.add(sample.pk)
            self._warn(standing_volume_warning(self.job.project, sample, metadata))

    def _warn(self, words: str) -> None:
        """Once, and kept for a worker that takes the job up: it finds what the first scan changed."""
        warnings = VolumeWarnings.of_checkpoint(self.job.checkpoint)
        if warnings.add(words):
            self.progress.checkpoint(**warnings.as_note())

    def _about(self, name: str) -> SourceScan:
        return self.source.about(name, ScanMetadata.read(self.job.params.get("metadata", {})))

    def _result(self) -> dict:
        words = f"{len(self.added):,} scan{'' if len(self.added) == 1 else 's'} came in."
        if self.present:
            words += f" {self.present:,} were here already."
        if self.broken.count:
            words += f" {self.broken.count:,} did not: {self.broken.where_named}"
        return {
            "project": self.job.project_id,
            "scans": list(self.added),
            "message": words,
            "errors": self.broken.named,
        }


def _entry(file: str, message: str) -> dict:
    return {"file": file, "line": None, "column": None, "message": message}
