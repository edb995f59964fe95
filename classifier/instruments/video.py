"""Videos, frame by frame: every n-th, or so many a second. Read by FFmpeg's libraries (`av`), which workers load."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from posixpath import basename, splitext
from typing import Any

import numpy as np

from classifier.contract.refusals import ZIP_DAMAGE, is_transient
from classifier.instruments.base import (
    Instrument,
    InstrumentOption,
    InstrumentPart,
    InstrumentReading,
    instrument,
)
from classifier.instruments.clocks import UTC_OFFSET, clock_of, in_zone
from classifier.instruments.files import Files
from classifier.instruments.naming import part_names
from classifier.instruments.pixels import PIXEL_UM, number_option, pixel_of
from classifier.instruments.records import (
    BrokenFile,
    InstrumentAcquisition,
    InstrumentSample,
    InstrumentVignette,
)

VIDEOS = (".avi", ".mp4", ".m4v", ".mov", ".mkv", ".mpg", ".mpeg", ".mts", ".wmv", ".webm")
PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
STAMP = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})[-_T ]?(\d{2})[-:]?(\d{2})[-:]?(\d{2})")
EVERY = InstrumentOption("every", "Take every n-th frame", "A whole number, as 25; empty: so many a second.")
PER_SECOND = InstrumentOption(
    "per_second", "Frames a second", "As 2 or 0.5, where no n is said.", default="1"
)
REMEDY = "What came before it stays. Copy the video again, or convert it."
MICROSECONDS = 1_000_000  # a second, as containers count
TOLERANCE = 1.0  # seconds by which a video may end before what it says of itself


@instrument
class Videos(Instrument):
    """Videos, one part each; their frames come in whole."""

    name = "video"
    title = "Videos, frame by frame"
    help = (
        "Videos of which every n-th frame, or so many a second, comes in as an object of its own, with its time in the "
        "video. The start is in the video, or in its name, as 20240501_101500.avi."
    )
    options = (EVERY, PER_SECOND, UTC_OFFSET, PIXEL_UM)

    def recognises(self, paths: Sequence[str]) -> bool:
        """Videos without pictures beside them: where there are some, the videos are hardly what is meant."""
        lower = [path.lower() for path in paths]
        return any(path.endswith(VIDEOS) for path in lower) and not any(
            path.endswith(PICTURES) for path in lower
        )

    def check_options(self, options: Mapping[str, str]) -> None:
        clock_of(options)
        pixel_of(options)
        number_option(options, EVERY.name)
        number_option(options, PER_SECOND.name)

    def parts(self, files: Files) -> list[InstrumentPart]:
        videos = [path for path in files.paths() if path.lower().endswith(VIDEOS)]
        names = part_names([splitext(path)[0] for path in videos])
        return [InstrumentPart(name, (path,)) for name, path in zip(names, videos, strict=True)]

    def read(self, files: Files, part: InstrumentPart, options: Mapping[str, str]) -> InstrumentReading:
        reader = VideoReader(
            part,
            number_option(options, EVERY.name),
            number_option(options, PER_SECOND.name) or float(PER_SECOND.default),
            pixel_of(options),
            in_zone(moment_in_name(part.files[0]), clock_of(options)),
        )
        try:
            with files.open(part.files[0]) as file:
                yield from reader.read(file)
        except ZIP_DAMAGE as error:
            if is_transient(error):
                raise
            yield BrokenFile(part.files[0], f"The video can't be read ({error}).", REMEDY)


@dataclass
class VideoReader:
    """Decodes a video and picks frames. `every` counts frames, `per_second` holds where it is None."""

    part: InstrumentPart
    every: float | None
    per_second: float
    pixel_um: float | None
    started_at: datetime | None
    seconds: float = 0.0  # that the video says it lasts, once it is opened; 0 where it says nothing

    def read(self, file: Any) -> InstrumentReading:
        import av  # here, so that the site's web process never loads it

        number, second = -1, 0.0
        try:
            with av.open(file) as container:
                if not container.streams.video:
                    yield BrokenFile(self.part.files[0], "There is no video in it.", REMEDY)
                    return
                self.seconds = (container.duration or 0) / MICROSECONDS
                self.started_at = self.started_at or created_at(container.metadata)
                acquisition = self._acquisition(container.streams.video[0])
                for number, second, frame in self._picked(container):
                    yield self._vignette(number, second, frame, acquisition)
                yield from self._ends_early(container, number, second)
        except av.error.FFmpegError as error:
            place = f"after frame {number} at {second:.2f} s" if number >= 0 else "before its first frame"
            yield BrokenFile(self.part.files[0], f"The video breaks off {place} ({error.strerror}).", REMEDY)

    def _picked(self, container: Any) -> Iterator[tuple[int, float, Any]]:
        """(number, second, frame) of the frames that are taken; the first always is."""
        due = 0.0
        for number, frame in enumerate(container.decode(video=0)):
            second = float(frame.time or 0)
            if self.every is not None:
                if number % max(1, int(self.every)) == 0:
                    yield number, second, frame
            elif second >= due - 1e-6:
                due += (int((second - due) * self.per_second) + 1) / self.per_second  # over gaps as well
                yield number, second, frame

    def _vignette(
        self, number: int, second: float, frame: Any, acquisition: InstrumentAcquisition
    ) -> InstrumentVignette:
        object_id = f"{self.part.name}_{number:06}"
        taken_at = self.started_at + timedelta(seconds=second) if self.started_at else None
        return InstrumentVignette(
            object_id,
            f"{object_id}.png",
            pixels_of(frame),
            InstrumentSample(self.part.name),
            acquisition,
            taken_at=taken_at,
            numbers={"frame": float(number), "video_second": round(second, 3)},
            file=self.part.files[0],
        )

    def _acquisition(self, stream: Any) -> InstrumentAcquisition:
        rate = stream.average_rate
        fields = {
            "width": str(stream.width),
            "height": str(stream.height),
            "codec": stream.codec_context.name,
        }
        fields |= {"frames_per_second": f"{float(rate):g}"} if rate else {}
        return InstrumentAcquisition(
            self.part.name, "video", self.pixel_um, "said at import" if self.pixel_um else "", fields=fields
        )

    def _ends_early(self, container: Any, number: int, second: float) -> Iterator[BrokenFile]:
        """A video that was cut off may decode to its end without an error."""
        rate = float(container.streams.video[0].average_rate or 1)
        gap = 1 / self.per_second if self.every is None else self.every / rate
        if self.seconds - second > gap + TOLERANCE:
            message = f"The video should last {self.seconds:.1f} s, but its last frame is {number} at {second:.2f} s."
            yield BrokenFile(self.part.files[0], message, REMEDY, warning=True)


def pixels_of(frame: Any) -> np.ndarray:
    """Grey of 8 or 16 bits as it is, all else as RGB."""
    kinds = {"gray": "gray", "gray16le": "gray16le", "gray10le": "gray16le", "gray12le": "gray16le"}
    return frame.to_ndarray(format=kinds.get(frame.format.name, "rgb24"))


def moment_in_name(path: str) -> datetime | None:
    """`20240501_101500` in a file's name, by the clock of its instrument."""
    match = STAMP.search(basename(path))
    try:
        return datetime.strptime("".join(match.groups()), "%Y%m%d%H%M%S") if match else None
    except ValueError:
        return None


def created_at(metadata: Mapping[str, str]) -> datetime | None:
    """What a container says of its creation; UTC where it names no zone."""
    try:
        moment = datetime.fromisoformat(metadata.get("creation_time", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
