"""The scans that lie in a file: its pages, or the frames of a video that are taken, one after the other."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from annotations.scans.sampling_fields import Circumstances, ScanMetadata
from classifier.instruments.base import InstrumentPart
from classifier.instruments.clocks import clock_of, in_zone
from classifier.instruments.pictures import png_of
from classifier.instruments.pixels import number_option
from classifier.instruments.records import BrokenFile, InstrumentVignette, PictureInFile
from classifier.instruments.video import (
    EVERY,
    PER_SECOND,
    VIDEOS,
    VideoReader,
    moment_in_name,
)
from worker.scans.files import ScanPage, page_numbers, page_of
from worker.scans.source import SourceScan

MOST_FRAMES = 10_000  # of a video
TOO_MANY = (
    "The first {most:,} frames came in, {seconds:.0f} s of it. Take fewer frames a second, or cut the video."
)


@dataclass(frozen=True)
class IncomingScan:
    """A scan of a file. `words` stand before what is wrong with it; `open` may raise ScanError."""

    file_name: str
    words: str
    open: Callable[[], ScanPage]
    metadata: ScanMetadata
    place: Circumstances
    share: float  # of its file that is done once it is in


def is_video(name: str) -> bool:
    return name.lower().endswith(VIDEOS)


def scans_in(
    name: str, path: Path, about: SourceScan, options: Mapping[str, str], scratch: Path
) -> Iterator[IncomingScan | BrokenFile]:
    """`path` is the file on this machine, `name` what it is called. Raises ScanError for one that is no scan."""
    if is_video(name):
        yield from _frames_of(name, path, about, options, scratch)
        return
    numbers = page_numbers(path)
    for place, number in enumerate(numbers, 1):
        words = f"Page {number + 1}: " if len(numbers) > 1 else ""
        opener, share = partial(page_of, path, number), place / len(numbers)
        yield IncomingScan(_page_name(name, number), words, opener, about.metadata, about.place, share)


def _frames_of(
    name: str, path: Path, about: SourceScan, options: Mapping[str, str], scratch: Path
) -> Iterator[IncomingScan | BrokenFile]:
    """Each frame lies in the scratch folder until the next one is asked for."""
    stem = PurePosixPath(name).stem
    reader = VideoReader(
        InstrumentPart(stem, (name,)),
        number_option(options, EVERY.name),
        number_option(options, PER_SECOND.name) or float(PER_SECOND.default),
        None,
        in_zone(moment_in_name(name), clock_of(options)),
    )
    frame = scratch / "frame.png"
    with path.open("rb") as file:
        for number, entry in enumerate(reader.read(file)):
            if isinstance(entry, InstrumentVignette) and number >= MOST_FRAMES:
                seconds = entry.numbers["video_second"]
                yield BrokenFile(name, TOO_MANY.format(most=MOST_FRAMES, seconds=seconds), "")
                return
            if isinstance(entry, BrokenFile):
                yield entry
            else:
                yield _incoming(entry, stem, about, frame, reader.seconds)


def _incoming(
    entry: InstrumentVignette, stem: str, about: SourceScan, frame: Path, length: float
) -> IncomingScan:
    def opened() -> ScanPage:
        assert not isinstance(entry.picture, PictureInFile)  # a frame is decoded, not a file
        frame.write_bytes(png_of(entry.picture))
        return page_of(frame, 0)

    own = Circumstances(taken_at=entry.taken_at)
    defaults = ScanMetadata({"sample": stem, "acquisition": stem, "instrument": "video"}, {})
    seconds = entry.numbers["video_second"]
    return IncomingScan(
        entry.file_name,
        f"Frame at {seconds:g} s: ",
        opened,
        defaults | about.metadata,
        own.over(about.place),
        min(seconds / length, 1) if length else 0,
    )


def _page_name(name: str, number: int) -> str:
    """`scan.tif`, and of its further pages `scan_page2.tif`."""
    path = PurePosixPath(name)
    return path.name if number == 0 else f"{path.stem}_page{number + 1}{path.suffix}"
