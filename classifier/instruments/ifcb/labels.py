"""What programs and people said of a bin's regions: class scores (`.h5`, `.mat`, `.csv`), manual classifications.

Files are read as data alone: a MATLAB file's objects and functions stay what they are, and an HDF5 file's links to
other files are refused.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Generic, TypeVar

from classifier.contract.refusals import DAMAGE, ZIP_DAMAGE
from classifier.instruments.files import Files, read_whole
from classifier.instruments.ifcb.classes import LabelFileError, RegionLabels
from classifier.instruments.ifcb.hdf5_scores import labels_in_hdf5
from classifier.instruments.ifcb.matlab import labels_in_matlab
from classifier.instruments.ifcb.score_tables import labels_in_csv
from classifier.instruments.records import BrokenFile, InstrumentLabel

MOST = 200 * 2**20  # bytes of such a file
READERS: Mapping[str, Callable[[bytes], RegionLabels]] = {
    ".h5": labels_in_hdf5,
    ".mat": labels_in_matlab,
    ".csv": labels_in_csv,
}
REMEDY = "Make it again; the bin came in without it."
Entry = TypeVar("Entry")


@dataclass
class RegionReading(Generic[Entry]):
    """What a file beside a bin says of its regions: labels, or measurements."""

    regions: dict[int, Entry] = field(default_factory=dict)  # by their numbers
    broken: list[BrokenFile] = field(default_factory=list)


def read_labels(files: Files, path: str, numbers: Set[int]) -> RegionReading[InstrumentLabel]:
    return read_regions(files, path, numbers, READERS[PurePosixPath(path).suffix.lower()])


def read_regions(
    files: Files, path: str, numbers: Set[int], parse: Callable[[bytes], Mapping[int, Entry]]
) -> RegionReading[Entry]:
    """Of the regions that the bin has; whatever is wrong with the file, the bin comes in."""
    content = read_whole(files, path, MOST)
    if isinstance(content, BrokenFile):
        return RegionReading(broken=[content])
    try:
        entries = parse(content)
    except LabelFileError as error:
        return RegionReading(broken=[BrokenFile(path, str(error), REMEDY, line=error.line)])
    except (*DAMAGE, *ZIP_DAMAGE) as error:
        return RegionReading(broken=[BrokenFile(path, f"It is damaged ({error}).", REMEDY)])
    other = sorted(set(entries) - numbers)
    broken = []
    if other:
        message = f"It speaks of {len(other):,} regions that the bin has not, of number {other[0]} first."
        broken = [BrokenFile(path, message, "See whether it is of this bin.", warning=True)]
    return RegionReading({number: entry for number, entry in entries.items() if number in numbers}, broken)
