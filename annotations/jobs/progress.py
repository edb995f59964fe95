"""What a long work calls while it runs: says how far it is, and learns whether it should stop."""

import threading
import time

from django.db import connection
from django.utils import timezone

from annotations.jobs.errors import JobCancelled
from annotations.jobs.models import UNFINISHED, Job

BEAT_SECONDS = 2.0
WRITE_SECONDS = 0.5  # the page polls no faster


class Progress:
    """Reports on a job's row. Use it as a context manager: the heart beats while the work is in hand."""

    def __init__(self, job: Job):
        self.job = job
        self._stopped = threading.Event()
        self._lost = threading.Event()
        self._written = 0.0
        self._untold: dict[
            str, object
        ] = {}  # the last step, too soon after the one before it: the next beat tells it

    def __enter__(self) -> "Progress":
        self._thread = threading.Thread(
            target=self._beat, name=f"heartbeat of job {self.job.pk}", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopped.set()
        self._thread.join()

    def update(self, done: int, total: int, message: str = "") -> None:
        """Shows the progress bar at `done` of `total`. Raises JobCancelled when the work should stop."""
        self.check()
        step: dict[str, object] = {"done": done, "total": total, "message": message[:500]}
        if done < total and time.monotonic() - self._written < WRITE_SECONDS:
            self._untold = step
            return
        self._untold = {}
        self._written = time.monotonic()
        self._write(**step)

    def checkpoint(self, **note: object) -> None:
        """Keeps what a finished chunk left, for whoever takes the job up after a crash."""
        self.job.checkpoint = {**self.job.checkpoint, **note}
        self._write(checkpoint=self.job.checkpoint)

    def check(self) -> None:
        """Raises JobCancelled when the person, or another worker that took the job over, wants it to stop."""
        if self._lost.is_set():
            raise JobCancelled

    def should_stop(self) -> bool:
        return self._lost.is_set()

    def log(self, line: str) -> None:
        """Adds a line to the log that the job's page shows."""
        stamp = timezone.now().strftime("%Y-%m-%d %H:%M:%S")
        self.job.log += f"{stamp} {line}\n"
        self._write(log=self.job.log)

    def _write(self, **values: object) -> None:
        self._mine().update(heartbeat=timezone.now(), **values)

    def _mine(self):
        return Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state__in=UNFINISHED)

    def _beat(self) -> None:
        try:
            while not self._stopped.wait(BEAT_SECONDS if self._written else 0.2):
                self._written = self._written or 1e-9
                if not self._told():
                    return self._lost.set()
        finally:
            connection.close()

    def _told(self) -> bool:
        """Writes that the work is alive, and what was not told yet; False where it should stop."""
        step, self._untold = self._untold, {}
        still_mine = self._mine().filter(cancel_requested=False)
        return bool(still_mine.update(heartbeat=timezone.now(), **step))
