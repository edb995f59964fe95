"""Where an import of scans finds them: one file, a zip, or a folder; what each is called, and what is said of it."""

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from annotations.common.problems import Problems
from annotations.imports.archive import Package
from annotations.imports.opening import open_inside
from annotations.jobs.models import Job
from annotations.jobs.uploads import input_of
from annotations.scans.actions import SCAN_ENDINGS
from annotations.scans.frame_tables import FrameTable, read_frame_tables
from annotations.scans.sampling_fields import NOWHERE, Circumstances, ScanMetadata
from annotations.scans.tables import ScanTable, read_tables, tables_in
from classifier.instruments.clocks import clock_of
from worker.scans.files import UNREADABLE


@dataclass(frozen=True, slots=True)
class SourceScan:
    """What is said of a file: of a frame also where and when it was."""

    metadata: ScanMetadata
    place: Circumstances = NOWHERE


@dataclass(frozen=True)
class ScanSource:
    """`names` are the files that may be scans, in their order; of a lone file its own."""

    names: list[str]
    path: Path | None = None  # of a lone file
    package: Package | None = None
    rows: ScanTable = field(default_factory=dict)
    frames: FrameTable = field(default_factory=dict)

    @contextmanager
    def file(self, name: str, scratch: Path) -> Iterator[Path]:
        """The file on this machine; what lies in a zip is unpacked for as long as it is needed."""
        if self.package is None or self.path is not None:
            assert self.path is not None
            yield self.path
            return
        unpacked = scratch / f"unpacked{Path(name).suffix}"
        try:
            with self.package.stream(name) as packed, unpacked.open("wb") as target:
                shutil.copyfileobj(packed, target, 2**20)
            yield unpacked
        finally:
            unpacked.unlink(missing_ok=True)

    def about(self, name: str, everywhere: ScanMetadata) -> SourceScan:
        """A table's line goes before what holds for all files, and that before what a frame is called without it."""
        row = self.rows.get(name.rpartition("/")[2].lower(), ScanMetadata({}, {}))
        frame = self.frames.get(name)
        if frame is None:
            return SourceScan(everywhere | row)
        return SourceScan(frame.defaults | everywhere | row | frame.metadata, frame.place)


@contextmanager
def open_scans(job: Job, problems: Problems) -> Iterator[ScanSource]:
    """Raises PackageError for what can't be opened; `problems` gets what is wrong with tables."""
    path = input_of(job)
    is_from_place = (job.params.get("origin") or {}).get("kind") == "folder"  # its path was checked for links
    if path.is_file() and not zipfile.is_zipfile(path):
        with _without_links(path) if is_from_place else nullcontext(path) as file:
            yield ScanSource([job.params["name"]], path=file)
        return
    with Package(path, job.params["name"], follows_links=not is_from_place) as package:
        rows = read_tables(package, problems)
        frames = read_frame_tables(package, clock_of(job.params.get("frames", {})), problems)
        names = sorted(name for name in package.paths() if name.lower().endswith(SCAN_ENDINGS))
        _check_names(package, names, rows, problems, job.params["name"])
        yield ScanSource(names, package=package, rows=rows, frames=frames)


@contextmanager
def _without_links(path: Path) -> Iterator[Path]:
    """A path to the file that lies there now, for as long as it is read, whatever somebody puts in its place.

    Raises PackageError where there is a link by now. Systems without /proc have only this first look.
    """
    with open_inside(path.parent, path.name) as file:
        descriptor = Path(f"/proc/self/fd/{file.fileno()}")
        yield descriptor if descriptor.exists() else path


def _check_names(package: Package, names: list[str], rows: ScanTable, problems: Problems, whole: str) -> None:
    if not names:
        problems.add(f"There is no scan in it. {UNREADABLE}", whole)
    present = {name.rpartition("/")[2].lower() for name in names}
    for table in tables_in(package)[:1]:
        for name in sorted(rows.keys() - present):
            problems.add(f"There is no file {name}. Correct its name, or send it along.", table, None, "file")
