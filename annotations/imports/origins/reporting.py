"""How far a package is that a worker fetches: bytes, rate, time left."""

import time
from dataclasses import dataclass, field

from django.template.defaultfilters import filesizeformat

from annotations.jobs.progress import Progress

KILOBYTE = 1024  # the bar counts them: its numbers are of four bytes
CHECKPOINT_BYTES = 100 * 2**20


@dataclass
class FetchReport:
    """Of one claim of a job that fetches the package called `name`."""

    progress: Progress
    name: str
    started: float = field(default_factory=time.monotonic)
    first: int | None = None  # bytes that were here when this claim began

    def step(self, size: int, whole: int | None) -> None:
        """Raises JobCancelled or ClaimLost when the work should stop."""
        if self.first is None:
            self.first = size
        noted = self.progress.job.checkpoint.get(
            "fetched", 0
        )  # also by claims before, whose bytes are no gain
        if size - noted > CHECKPOINT_BYTES:  # it gets on, however often its worker dies
            self.progress.checkpoint(fetched=size)
        of_whole = f" of {filesizeformat(whole)}" if whole is not None else ""
        words = f"Fetching {self.name}: {filesizeformat(size)}{of_whole}{self._rate(size, whole)}"
        self.progress.update(size // KILOBYTE, (whole or 0) // KILOBYTE, words.replace("\xa0", " "))

    def _rate(self, size: int, whole: int | None) -> str:
        seconds = time.monotonic() - self.started
        rate = (size - (self.first or 0)) / seconds if seconds > 1 else 0
        if not rate:
            return ""
        remaining = f", {_duration((whole - size) / rate)} left" if whole is not None else ""
        return f", {filesizeformat(rate)}/s{remaining}"


def _duration(seconds: float) -> str:
    return f"{seconds / 60:,.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
