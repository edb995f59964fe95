"""Pids that ZooProcess writes of a UVP5 profile, `PROFILE_dat1.pid`: what it measured of raw vignettes.

The column Rawvig of a line names the raw vignette, `YYYYMMDDhhmmss_mmm_NNNN`: published by the makers in
`picheral/uvp6_matlab_project`, in the program that sets Tag to 2 where a vignette's frame was filtered out. Pids of
before that column say nothing of frames.
"""

from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename, splitext

from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.files import Files
from classifier.instruments.naming import folder_of
from classifier.instruments.pid import PidError, measurements, open_pid
from classifier.instruments.records import BrokenFile

PID, RAW = "_dat1.pid", "rawvig"
REMEDY = "The vignettes come in without its measurements. Process the profile again in ZooProcess."
NO_RAW = "The pid has no column Rawvig, so nothing says which vignettes its lines are of."
OF_NONE = "Of {count:,} lines of the pid the raw vignette is not among the files, of {first} first."
REPEATED = (
    "{count:,} lines of the pid measure a raw vignette that a line before them measures, {first} first: "
    "the measurements of the first line were taken."
)
CHECK = "Look in ZooProcess at which of its objects the vignette is."
COPY = (
    "Copy the folders work/HDR… as well, or export the project from ZooProcess for EcoTaxa, and import that."
)
RawMeasurements = dict[str, dict[str, float]]  # by the name of the raw vignette


def is_pid(path: str) -> bool:
    """Of ZooProcess, in a project of a UVP5; those of a ZooScan are an instrument of their own."""
    return path.lower().endswith(PID) and "uvp5" in path.lower()


def pid_of(row: Mapping[str, str], pids: Sequence[str]) -> list[str]:
    """That of a profile, one at most: of several the one in `work`, which its makers' programs keep up to date."""
    name = f"{row.get('profileid', '').lower()}{PID}"
    return sorted(
        (path for path in pids if basename(path).lower() == name),
        key=lambda path: ("/work/" not in f"/{folder_of(path).lower()}/", path),
    )[:1]


def read_pid(files: Files, path: str, vignettes: set[str], measured: RawMeasurements) -> Iterator[BrokenFile]:
    """Fills `measured`; names lines that are broken, and how many are of no vignette that is here, or of one that has
    measurements already: ZooProcess may cut several objects out of one."""
    strays: list[str] = []
    repeated: list[str] = []
    try:
        with files.open(path) as file:
            pid = open_pid(file)
            if RAW not in pid.columns:
                yield BrokenFile(path, NO_RAW, COPY, warning=True)
                return
            for line in pid.lines:
                raw = splitext(line.cells.get(RAW, ""))[0]
                if line.fault:
                    yield BrokenFile(path, line.fault, REMEDY, line.number)
                elif raw not in vignettes:
                    strays.append(raw)
                elif raw in measured:
                    repeated.append(raw)
                else:
                    measured[raw] = measurements(line)
    except PidError as error:
        yield BrokenFile(path, str(error), REMEDY, error.line)
    except ZIP_DAMAGE as error:
        if is_transient(error):
            raise
        yield BrokenFile(path, f"The pid can't be read ({error}).", REMEDY)
    if repeated:
        words = REPEATED.format(count=len(repeated), first=repeated[0])
        yield BrokenFile(path, words, CHECK, warning=True)
    if strays:
        yield BrokenFile(path, OF_NONE.format(count=len(strays), first=strays[0]), COPY, warning=True)
