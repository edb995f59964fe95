"""FlowCam: a list of particles, and the collages that hold their pictures (Fluid Imaging, VisualSpreadsheet)."""

from collections.abc import Mapping, Sequence
from posixpath import splitext

from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.base import Instrument, InstrumentPart, InstrumentReading, instrument
from classifier.instruments.clocks import UTC_OFFSET, clock_of
from classifier.instruments.days import DATES
from classifier.instruments.files import Files
from classifier.instruments.flowcam.collages import Collages
from classifier.instruments.flowcam.listing import ListError, read_listing
from classifier.instruments.flowcam.reading import REMEDY, RunReader
from classifier.instruments.flowcam.run import FlowCamRun, read_context, read_summary
from classifier.instruments.naming import by_folder, folder_of, part_names
from classifier.instruments.records import BrokenFile

PICTURES = (".tif", ".tiff", ".png", ".bmp")
CONTEXT, SUMMARIES = ".ctx", ("_run_summary.txt", "_summary.csv", "_summary.txt")


@instrument
class FlowCam(Instrument):
    """Runs of a FlowCam, one list each."""

    name = "flowcam"
    title = "FlowCam runs"
    help = (
        "The folder of one or more runs: the list (.lst, or an exported .csv), the collages, and where there are the "
        "context (.ctx) and the run summary. Each particle of the list becomes an object."
    )
    options = (UTC_OFFSET, DATES)

    def recognises(self, paths: Sequence[str]) -> bool:
        return bool(listings(paths))

    def check_options(self, options: Mapping[str, str]) -> None:
        clock_of(options)

    def parts(self, files: Files) -> list[InstrumentPart]:
        paths = files.paths()
        runs = listings(paths)
        names = part_names([splitext(listing)[0] for listing in runs])
        beside = by_folder(paths)
        return [
            InstrumentPart(name, run_files(listing, beside[folder_of(listing)]))
            for name, listing in zip(names, runs, strict=True)
        ]

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        listing = part.files[0]
        collages = Collages(files, part.files, listing)
        clock = clock_of(options)
        try:
            run = read_run(files, part)
            run.dates = options.get(DATES.name, "")
            if run.unread_volume:
                message = (
                    f"Fluid Volume Imaged is {run.unread_volume!r}, which can't be read: it was left out."
                )
                yield BrokenFile(listing, message, "Write it with a decimal point, in ml.", warning=True)
            reader = RunReader(part.name, listing, run, collages, clock)
            with files.open(listing) as file:
                for line in read_listing(file):
                    yield from reader.read(line)
        except ListError as error:
            yield BrokenFile(listing, str(error), "Export the list again.", error.line)
        except ZIP_DAMAGE as error:
            if is_transient(error):
                raise
            yield BrokenFile(listing, f"The run can't be read ({error}).", REMEDY)


def listings(paths: Sequence[str]) -> list[str]:
    """The list of each run: a .lst, or an exported .csv that has a context or a summary beside it."""
    lower = {path.lower() for path in paths}
    with_pictures = {folder_of(path) for path in paths if path.lower().endswith(PICTURES)}
    candidates = [path for path in paths if folder_of(path) in with_pictures]
    lists = [path for path in candidates if path.lower().endswith(".lst")]
    runs = {stem_of(path) for path in lists}
    exported = [path for path in candidates if path.lower().endswith(".csv") and stem_of(path) not in runs]
    return sorted(lists + [path for path in exported if _has_run(path, lower)])


def run_files(listing: str, beside: Sequence[str]) -> tuple[str, ...]:
    """The list first, then the files of its folder that are the run's, and pictures, which have any name."""
    mine = (
        path
        for path in beside
        if stem_of(path).startswith(stem_of(listing)) or path.lower().endswith(PICTURES)
    )
    return (listing, *(path for path in mine if path != listing))


def read_run(files: Files, part: InstrumentPart) -> FlowCamRun:
    """Of the context and the summary, of which there may be none."""
    stem = stem_of(part.files[0])
    run = FlowCamRun()
    for path in part.files:
        if path.lower() == stem + CONTEXT:
            run.context = read_context(_content(files, path))
        elif path.lower() in {stem + ending for ending in SUMMARIES}:
            run.summary |= read_summary(_content(files, path))
    return run


def stem_of(path: str) -> str:
    """The path without its ending, without case."""
    return splitext(path.lower())[0]


def _content(files: Files, path: str) -> bytes:
    with files.open(path) as file:
        return file.read()


def _has_run(path: str, lower: set[str]) -> bool:
    return any(stem_of(path) + ending in lower for ending in (CONTEXT, *SUMMARIES))
