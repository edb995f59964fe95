"""Where scans come from, as whoever segments them without the site says."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifier.contract.errors import ClassifierError
from classifier.instruments.unpacking.run import UNSAFE


@dataclass(frozen=True, kw_only=True)
class ScanOrigin:
    """Where scans come from; what is empty is not known."""

    sample: str = ""  # else each scan is a sample, called as its file
    pixel_um: float | None = None
    volume_ml: float | None = None  # of water that is on one scan
    blank: Path | None = None
    page: int = 1  # of a TIFF of several
    latitude: float | None = None  # degrees north
    longitude: float | None = None  # degrees east
    depth_min: float | None = None  # metres
    depth_max: float | None = None
    taken_at: datetime | None = None  # aware
    has_time: bool = True  # False: of the day alone

    @property
    def where(self) -> dict[str, Any]:
        """What each vignette says of its place and time."""
        names = ("latitude", "longitude", "depth_min", "depth_max", "taken_at", "has_time")
        return {name: getattr(self, name) for name in names}

    def name_of(self, path: Path) -> str:
        """What the package of a scan is called."""
        page = f"_page{self.page}" if self.page > 1 else ""
        return UNSAFE.sub("_", path.stem) + page


def moment_of(text: str | None) -> tuple[datetime | None, bool]:
    """A day, or a day and a time, in UTC unless it says otherwise; whether it has a time. Raises ClassifierError."""
    if not text:
        return None, True
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ClassifierError(
            f"`date` is {text!r}, but takes a day as 2000-05-05, or with a time as 2000-05-05T14:30."
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC), len(text) > len("2000-05-05")
