"""What a long work calls while it runs: says how far it is, and learns whether it should stop.

Every claim of a job has a number. What a work writes, it writes in a transaction that ends with a look at its own: a
worker that was stopped and goes on after another took the job up finds no row of its number, and its chunk is undone.
"""

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils import timezone
from django.utils.connection import ConnectionProxy

from annotations.jobs.errors import ClaimLost, JobCancelled
from annotations.jobs.models import FINENESS, UNFINISHED, Job
from annotations.jobs.transient import DATABASE_ERRORS

BEAT_SECONDS = 2.0
FIRST_BEAT_SECONDS = 0.2  # a job that was cancelled before it began should not do much
WRITE_SECONDS = 0.5  # the page polls no faster
log = logging.getLogger(__name__)


def session_name(job: Job) -> str:
    """What PostgreSQL knows the worker's session by: who takes the job up ends it, with the locks that it holds."""
    return f"seston job {job.pk}.{job.attempt} process {os.getpid()}"


class Progress:
    """Reports on a job's row. Use it as a context manager: the heart beats while the work is in hand."""

    def __init__(self, job: Job):
        self.job = job
        self.session = session_name(job)
        self._beating_along: list[Callable[[], None]] = []
        self._stopped = threading.Event()
        self._cancelled = threading.Event()
        self._overtaken = threading.Event()
        self._thread: threading.Thread | None = None
        self._holder: int | None = None  # the thread that does the work
        self._written = 0.0
        self._part: tuple[float, float] | None = None
        self._furthest = 0  # of FINENESS, in parts
        self._pending: dict[
            str, object
        ] = {}  # a step too soon after the one before it: the next beat writes it
        self._swap = threading.Lock()  # of `_pending`; nobody waits for the database with it in hand
        self._showing = threading.Lock()  # one step is written at a time, so that no older one comes last

    def __enter__(self) -> "Progress":
        self._holder = threading.get_ident()
        connection_created.connect(self._name_session)
        self._name_session(connection)
        self._thread = threading.Thread(
            target=self._beat, name=f"heartbeat of job {self.job.pk}", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        connection_created.disconnect(self._name_session)
        if step := self._take_pending():  # the heart beats no more
            self._show(step)

    def _name_session(self, connection: BaseDatabaseWrapper | ConnectionProxy, **signal: object) -> None:
        """Also of each connection that is made after one broke. Sessions of other threads hold no locks for long."""
        if threading.get_ident() == self._holder:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('application_name', %s, FALSE)", [self.session])

    # --- How far it is ------------------------------------------------------------------------------------------------

    def update(self, done: int, total: int, message: str = "") -> None:
        """Shows the progress bar at `done` of `total`. Raises JobCancelled or ClaimLost when the work should stop."""
        self.check()
        done, total = self._on_the_whole(done, total)
        step: dict[str, object] = {"done": done, "total": total, "message": message[:500]}
        if done < total and time.monotonic() - self._written < WRITE_SECONDS:
            self._leave(step)
            return
        self._written = time.monotonic()
        self._show(step)

    @contextmanager
    def part(self, start: float, end: float) -> Iterator[None]:
        """What is updated meanwhile moves the bar from `start` to `end`, shares of the whole. It never goes back."""
        self._part, former = (start, end), self._part
        try:
            yield
        finally:
            self._part = former

    def _on_the_whole(self, done: int, total: int) -> tuple[int, int]:
        if self._part is None:
            return done, total
        start, end = self._part
        share = start + (end - start) * min(done / total, 1) if total else start
        self._furthest = max(self._furthest, round(share * FINENESS))
        return self._furthest, FINENESS

    def log(self, line: str) -> None:
        """Adds a line to the log that the job's page shows."""
        stamp = timezone.now().strftime("%Y-%m-%d %H:%M:%S")
        self.job.log += f"{stamp} {line}\n"
        self._write(log=self.job.log)

    def check(self) -> None:
        """Raises ClaimLost when another worker has taken the job up, JobCancelled when a person wants it to stop."""
        if self._overtaken.is_set():
            raise ClaimLost
        if self._cancelled.is_set():
            raise JobCancelled

    def should_stop(self) -> bool:
        return self._overtaken.is_set() or self._cancelled.is_set()

    def wait(self, seconds: float) -> None:
        """For others. Raises JobCancelled or ClaimLost, at once, when the work should stop."""
        self._cancelled.wait(seconds)
        self.check()

    # --- The fence ----------------------------------------------------------------------------------------------------

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """A transaction that only the holder of the claim can commit. Raises ClaimLost, and nothing of it stays."""
        with transaction.atomic():
            yield
            self._write()

    def checkpoint(self, **note: object) -> None:
        """Keeps what a finished chunk left, for whoever takes the job up. Call it in the chunk's transaction.

        Raises ClaimLost, which undoes the chunk.
        """
        self.job.checkpoint = {**self.job.checkpoint, **note}
        self.job.deaths = self.job.delays = 0
        self._write(checkpoint=self.job.checkpoint, deaths=0, delays=0)

    def draft_of(self, target: Path) -> Path:
        """Where this claim writes what will be `target`: no other writes there. See `publish`."""
        return target.with_name(f".{target.name}.{self.job.pk}-{self.job.attempt}.part")

    def publish(self, draft: Path, target: Path) -> None:
        """Puts a finished file in its place. Raises ClaimLost instead when another worker has taken the job up."""
        with self.fenced():
            self._write()
            draft.replace(target)

    def _write(self, **values: object) -> None:
        if not self._mine().update(heartbeat=timezone.now(), **values):
            self._overtaken.set()
            raise ClaimLost

    def _mine(self):
        return Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state__in=UNFINISHED)

    # --- The heart ----------------------------------------------------------------------------------------------------

    def _show(self, step: dict[str, object]) -> None:
        """A step is only for people. It is left to the heart in a transaction, which would lock the row for its whole
        length, and without a database.
        """
        if connection.in_atomic_block and self._thread is not None:
            self._leave(step)
            return
        with self._showing:
            self._take_pending()
            try:
                self._write(**step)
            except DATABASE_ERRORS:
                connection.close()
                self._leave(step)

    def _leave(self, step: dict[str, object]) -> None:
        with self._swap:
            self._pending = step

    def _take_pending(self) -> dict[str, object]:
        with self._swap:
            step, self._pending = self._pending, {}
        return step

    def beat_along(self, also: Callable[[], None]) -> None:
        """Called with each beat, by the thread of the heart."""
        self._beating_along.append(also)

    def _beat(self) -> None:
        pause = FIRST_BEAT_SECONDS
        try:
            while not self._stopped.wait(pause) and not self._overtaken.is_set():
                pause = BEAT_SECONDS
                self._beat_once()
        finally:
            connection.close()

    def _beat_once(self) -> None:
        """Writes that the work is alive and what was not shown yet. A database that is away is tried again."""
        with self._showing:
            step = self._take_pending()
            try:
                for also in self._beating_along:
                    also()
                self._write(**step)
                if self._mine().filter(cancel_requested=True).exists():
                    self._cancelled.set()
            except ClaimLost:
                log.warning("job %s: another worker took it up; this one stops", self.job.pk)
            except DATABASE_ERRORS as error:
                log.warning("job %s: its heart could not be heard, and tries again: %s", self.job.pk, error)
                self._leave(self._take_pending() or step)
                connection.close()
