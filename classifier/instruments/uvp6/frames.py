"""The frames of a UVP6 sequence: `datetime,depth,temperature,light:size,count,grey,deviation;…`, a line each."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from classifier.instruments.records import BrokenFile
from classifier.instruments.uvp6.configuration import ACQUISITION_LINE, HARDWARE_LINE, read_settings

OVER_EXPOSED = "OVER_EXPOSED"
OTHER_SETTINGS = "TAXO_CONF"
REMEDY = "The other lines count. Download the sequence again."


class UvpFrame(NamedTuple):
    """Where and when a frame was taken; metres, degrees Celsius."""

    depth: float | None
    temperature: float | None
    taken_at: datetime


@dataclass
class UvpSequence:
    """What the lines of a sequence say: its settings, how many frames were lit, and of some frames where they are."""

    settings: dict[str, str] = field(default_factory=dict)
    lit: int = 0  # with the light on, and not over-exposed: each saw an image volume
    black: int = 0
    over_exposed: int = 0
    frames: dict[str, UvpFrame] = field(default_factory=dict)
    started_at: datetime | None = None

    @property
    def image_litres(self) -> float | None:
        return positive(self.settings.get("image_volume", ""))

    @property
    def imaged_ml(self) -> float | None:
        litres = self.image_litres
        return litres * 1000 * self.lit if litres and self.lit else None

    def read(self, lines: Iterator[str], frame_ids: Container[str], path: str) -> Iterator[BrokenFile]:
        """Reads all lines; of frames whose id is in `frame_ids` it remembers depth and time."""
        for number, line in enumerate(lines, 1):
            text = line.strip()
            if text.startswith((HARDWARE_LINE, ACQUISITION_LINE)):
                self.settings |= read_settings(text)
            elif text and not text.startswith(OTHER_SETTINGS):
                try:
                    self._count(text, frame_ids)
                except ValueError as error:
                    yield BrokenFile(path, str(error), REMEDY, number)

    def _count(self, text: str, frame_ids: Container[str]) -> None:
        head, colon, particles = text.partition(":")
        cells = head.split(",")
        if not colon or len(cells) != 4:
            raise ValueError(
                "The line is no frame: datetime, depth, temperature, light and a colon must stand first."
            )
        frame_id, depth, temperature, light = (cell.strip() for cell in cells)
        frame = UvpFrame(
            number_in(depth, "depth"), number_in(temperature, "temperature"), moment_of(frame_id)
        )
        if light not in ("0", "1"):
            raise ValueError(f"The light is {light!r}, neither 0 nor 1.")
        self.started_at = self.started_at or frame.taken_at
        if particles.startswith(OVER_EXPOSED):
            self.over_exposed += 1
        elif light == "1":
            self.lit += 1
        else:
            self.black += 1
        if frame_id in frame_ids:
            self.frames[frame_id] = frame


def moment_of(frame_id: str) -> datetime:
    """`20200205-111823`, or with a number behind (`-284`) that tells frames of one second apart. UTC."""
    try:
        return datetime.strptime(frame_id[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise ValueError(f"{frame_id!r} is no time of a frame, which is written 20200205-111823.") from None


def number_in(text: str, what: str) -> float | None:
    """None for `nan`; raises ValueError for what is no number."""
    try:
        value = float(text) if text else float("nan")
    except ValueError:
        raise ValueError(f"The {what} is {text!r}, which is no number.") from None
    return value if abs(value) < float("inf") else None


def positive(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None
