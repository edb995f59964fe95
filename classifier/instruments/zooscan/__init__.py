"""ZooScan projects as ZooProcess writes them: `Zooscan_scan/_work/SCAN/` with a pid and its vignettes."""

import csv
import io
from collections.abc import Generator, Iterator, Mapping, Sequence
from itertools import count
from posixpath import basename

from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.base import Instrument, InstrumentPart, InstrumentReading, instrument
from classifier.instruments.files import Files
from classifier.instruments.naming import by_folder, folder_of, part_names
from classifier.instruments.pid import PidError, open_pid
from classifier.instruments.records import BrokenFile
from classifier.instruments.zooscan.checks import check_fractions, check_scan
from classifier.instruments.zooscan.positions import MINUTES, POSITIONS
from classifier.instruments.zooscan.reading import REMEDY, ScanReader
from classifier.instruments.zooscan.scan import ScannedFraction
from classifier.instruments.zooscan.vignettes import ScanVignettes

PID, VALIDATED = "_dat1.pid", "_dat1.txt"
SCAN_TABLE = "zooscan_scan_header_table.csv"


@instrument
class ZooScan(Instrument):
    """Scans of ZooProcess, one pid each."""

    name = "zooscan"
    title = "ZooScan projects"
    volumes_in = "m3"
    help = (
        "A project of ZooProcess, or its folder Zooscan_scan/_work: each scan's pid with the vignettes beside it, as "
        ".jpg or in a .zip, or the whole scan (_vis1.zip) to cut them from. Volumes, sieves, fractions and "
        "ids are checked on the way."
    )
    options = (POSITIONS,)

    def recognises(self, paths: Sequence[str]) -> bool:
        return any(map(is_pid, paths)) and not any("uvp5" in path.lower() for path in paths)

    def parts(self, files: Files) -> list[InstrumentPart]:
        paths = files.paths()
        pids = pids_of_scans(paths)
        beside = by_folder(paths)
        validated = {basename(path).lower(): path for path in paths if path.lower().endswith(VALIDATED)}
        return [
            InstrumentPart(name, part_files(pid, beside[folder_of(pid)], validated))
            for name, pid in zip(part_names([path[: -len(PID)] for path in pids]), pids, strict=True)
        ]

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        path = part.files[0]
        form = options.get(POSITIONS.name) or MINUTES
        try:
            with files.open(path) as file, ScanVignettes(files, part.files[1:]) as vignettes:
                scan = ScannedFraction(scan_of(path), open_pid(file))
                names = yield from validated_names(files, part)
                reader = ScanReader(scan, path, vignettes, form, names)
                yield from read_scan(reader)
        except PidError as error:
            yield BrokenFile(path, str(error), REMEDY, error.line)
        except ZIP_DAMAGE as error:
            if is_transient(error):
                raise
            yield BrokenFile(path, f"The scan can't be read ({error}).", REMEDY)

    def unused(self, files: Files) -> list[BrokenFile]:
        """Scans without a pid, and what scans of one sample say against each other."""
        scans = list(heads(files))
        return [*without_pid(files), *check_fractions(scans)]


def part_files(pid: str, beside: Sequence[str], validated: Mapping[str, str]) -> tuple[str, ...]:
    """The pid, what lies beside it and begins with the scan's id, and what was validated of it elsewhere."""
    stem = scan_of(pid)
    mine = tuple(path for path in beside if path != pid and basename(path).startswith(stem))
    elsewhere = validated.get(f"{stem}{VALIDATED}".lower())
    return (pid, *mine, *([elsewhere] if elsewhere and elsewhere not in mine else []))


def scan_of(pid: str) -> str:
    return basename(pid)[: -len(PID)]


def is_pid(path: str) -> bool:
    return path.lower().endswith(PID)


def pids_of_scans(paths: Sequence[str]) -> list[str]:
    """Each scan's pid once: ZooProcess copies pids to `PID_process`, where no vignettes are."""
    pids = list(filter(is_pid, paths))
    own = {scan_of(pid).lower() for pid in pids if not is_copy(pid)}
    return [pid for pid in pids if not (is_copy(pid) and scan_of(pid).lower() in own)]


def is_copy(pid: str) -> bool:
    return "/pid_process/" in f"/{pid.lower()}"


def read_scan(reader: ScanReader) -> InstrumentReading:
    yield from reader.vignettes.damaged
    yield from check_scan(reader.scan, reader.path)
    yield from reader.locate()
    number = count()  # of lines so far
    for line in reader.scan.pid.lines:
        next(number)
        yield from reader.read(line)
    lines = next(number)
    expected = reader.scan.pid.value("particules_process", "analysed_objects")
    if expected.isdecimal() and int(expected) != lines:
        message = f"The pid has {lines} lines, but says that {expected} objects were analysed."
        yield BrokenFile(
            reader.path, message, "Process the scan again where lines are missing.", warning=True
        )
    yield from reader.vignettes.without_lines(reader.path)
    yield from reader.vignettes.cut_out()


def validated_names(files: Files, part: InstrumentPart) -> Generator[BrokenFile, None, dict[str, str]]:
    """Taxon by item; of a file that can't be read there are none, and the objects come in without names."""
    path = next((path for path in part.files if path.lower().endswith(VALIDATED)), None)
    try:
        return names_in(files, path) if path else {}
    except (PidError, *ZIP_DAMAGE) as error:
        if is_transient(error):
            raise
        message = f"What was validated can't be read ({error}), so the objects come in without their names."
        yield BrokenFile(path or part.files[0], message, "Copy that file again.")
        return {}


def names_in(files: Files, path: str) -> dict[str, str]:
    """Of `Dat1_validated/SCAN_dat1.txt`: its last column is the latest validation. Raises PidError."""
    with files.open(path) as file:
        pid = open_pid(file)
        latest = pid.columns[-1]
        if not latest.startswith("pred_valid_id"):
            return {}
        return {
            line.cells["item"]: line.cells[latest] for line in pid.lines if line.cells and line.cells[latest]
        }


def heads(files: Files) -> Iterator[tuple[str, ScannedFraction]]:
    """What each scan's pid says before its table; pids that say nothing are named when they are read."""
    for path in pids_of_scans(files.paths()):
        try:
            with files.open(path) as file:
                yield path, ScannedFraction(scan_of(path), open_pid(file))
        except (PidError, *ZIP_DAMAGE):
            continue


def without_pid(files: Files) -> Iterator[BrokenFile]:
    """Folders of `_work` and lines of the table of scans that have no pid, and pids that the table lacks."""
    paths = files.paths()
    pids = {scan_of(path) for path in paths if is_pid(path)}
    inside = ((path, f"/{path}".partition("/_work/")[2]) for path in paths)
    folders = {rest.partition("/")[0]: path for path, rest in inside if "/" in rest}
    for stem in sorted(folders.keys() - pids):
        message = f"The scan {stem} has no pid, so none of its objects is known."
        yield BrokenFile(folder_of(folders[stem]), message, "Process it in ZooProcess.")
    for path in (path for path in paths if basename(path) == SCAN_TABLE):
        listed = scan_ids(files, path)
        for stem in sorted(listed - pids - folders.keys()):
            yield BrokenFile(
                path, f"The scan {stem} is in the table, but has no pid.", "Process it.", warning=True
            )
        for stem in sorted(pids - listed):
            yield BrokenFile(
                path, f"The scan {stem} has a pid, but is not in the table.", "Add it.", warning=True
            )


def scan_ids(files: Files, path: str) -> set[str]:
    """Of the table of scans; none where it can't be read."""
    try:
        with files.open(path) as file:
            lines = csv.DictReader(io.TextIOWrapper(file, encoding="latin-1"), delimiter=";")
            return {(line.get("scanid") or "").strip() for line in lines} - {""}
    except (csv.Error, *ZIP_DAMAGE) as error:
        if is_transient(error):
            raise
        return set()
