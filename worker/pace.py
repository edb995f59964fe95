"""How fast the workers of a prediction are together, how long it will go on, and what their networks alone could do."""

import time
from collections import deque

import numpy as np

from annotations.jobs.models import Job
from annotations.jobs.progress import WRITE_SECONDS
from annotations.jobs.sharing import Sharing, sharing_of
from classifier.inference.predict import LoadedModel
from classifier.outputs import PictureBatch

WINDOW = 60.0  # seconds over which the rate is taken
WORTH_MEASURING = 20_000  # objects; the bare forward pass of fewer isn't worth the seconds
ROUNDS = 3  # of which the first warms up
SOON = 90.0  # seconds that are said as such


def bare_rate(model: LoadedModel, batch: int) -> float | None:
    """Objects/s of the model's forward pass on pictures that lie ready; None of one that wants measurements."""
    if model.fitted.needs_measurements:
        return None
    pictures = PictureBatch(
        np.zeros((batch, model.side, model.side), np.uint8), np.ones((batch, 3), np.float32)
    )
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        model.fitted(pictures)
        seconds.append(time.perf_counter() - started)
    return batch / min(seconds[1:])


class Pace:
    """Of a job with `total` objects."""

    def __init__(self, job: Job, total: int):
        self.job, self.total = job, total
        self.moments: deque[tuple[float, int]] = deque()  # (when, how many were done)
        self.first: tuple[float, int] | None = None
        self.widest = Sharing(1, None)  # when most workers shared it

    @property
    def is_due(self) -> bool:
        """Whether the job's page may be told again: it asks no more often."""
        return not self.moments or time.monotonic() - self.moments[-1][0] >= WRITE_SECONDS

    def sentence(self, done: int) -> str:
        """What the job's page says when `done` are done."""
        self._note(done)
        total, rate = max(self.total, done), self.rate
        so_far = f"Looked at {done:,} of {total:,} objects"
        if not rate:
            return so_far
        sharing = sharing_of(self.job)
        self.widest = max(self.widest, sharing, key=lambda one: (one.workers, one.bare_rate or 0))
        remaining = in_words((total - done) / rate)
        return f"{so_far}: {rate:,.0f} a second{_by(sharing)}{_of_bare(rate, sharing)}, {remaining} left"

    @property
    def overall(self) -> dict:
        """Of the whole run: `rate` in objects/s, the most `workers`, `of_bare` the share of their forward passes."""
        rate = _rate(self.first, self.moments[-1]) if self.first else 0.0
        of_bare = rate / self.widest.bare_rate if self.widest.bare_rate else None
        return {"rate": rate, "workers": self.widest.workers, "of_bare": of_bare}

    @property
    def rate(self) -> float:
        """Objects/s, of late; 0 before anything can be said."""
        return _rate(self.moments[0], self.moments[-1])

    def _note(self, done: int) -> None:
        now = time.monotonic()
        self.first = self.first or (now, done)
        self.moments.append((now, done))
        while self.moments[0][0] < now - WINDOW and len(self.moments) > 2:
            self.moments.popleft()


def _rate(first: tuple[float, int], last: tuple[float, int]) -> float:
    """Objects/s between two moments; 0 where they are too near to say."""
    seconds = last[0] - first[0]
    return (last[1] - first[1]) / seconds if seconds > 1 else 0.0


def _by(sharing: Sharing) -> str:
    return f" by {sharing.workers} workers" if sharing.workers > 1 else ""


def _of_bare(rate: float, sharing: Sharing) -> str:
    return f", {rate / sharing.bare_rate:.0%} of the bare forward pass" if sharing.bare_rate else ""


def in_words(seconds: float) -> str:
    if seconds < SOON:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
