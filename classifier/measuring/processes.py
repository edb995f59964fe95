"""Measures many pictures at once, in processes of their own.

Plain pipes and no `multiprocessing`: a Celery worker may not have children of that kind, a picture that brings a
process down brings only that one down, and a process whose parent is killed reads the end of its input and ends.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[2]  # what `-m` looks up `classifier` in
SLICE = 32  # pictures a question: enough that asking costs nothing, few enough that all have work to the end
DIED = "Measuring this picture brings its process down: replace the file."

ScaledPath = tuple[str, float | None]  # path, µm a pixel
Measured = list[float | None] | str  # the numbers of columns.NAMES, or why there are none


class Measurers:
    """`count` processes; as many as this one may use cores when it is 0."""

    def __init__(self, count: int = 0):
        self._all = [_Process() for _ in range(count or len(os.sched_getaffinity(0)))]
        self._idle: SimpleQueue[_Process] = SimpleQueue()
        for process in self._all:
            self._idle.put(process)
        self._threads = ThreadPoolExecutor(len(self._all))

    def __enter__(self) -> "Measurers":
        return self

    def __exit__(self, *exception: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        for process in self._all:
            process.stop()

    def measure(self, pictures: list[ScaledPath]) -> list[Measured]:
        """An answer for each picture, in order. Raises OSError where a disk is away."""
        slices = [pictures[i : i + SLICE] for i in range(0, len(pictures), SLICE)]
        return [answer for answers in self._threads.map(self._measure_slice, slices) for answer in answers]

    def _measure_slice(self, pictures: list[ScaledPath]) -> list[Measured]:
        with self._borrowed() as process:
            return process.measure(pictures)

    @contextmanager
    def _borrowed(self) -> Iterator["_Process"]:
        process = self._idle.get()
        try:
            yield process
        finally:
            self._idle.put(process)


class MeasuredHere:
    """The same answers without other processes: a few pictures are measured before any of those would run."""

    def measure(self, pictures: list[ScaledPath]) -> list[Measured]:
        from classifier.measuring.regions import (
            measure_file,  # scikit-image: half a second that few pay for
        )

        return [measure_file(path, float("nan") if um is None else um) for path, um in pictures]


class _Process:
    """`python -m classifier.measuring.processes`, started when it is first asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def measure(self, pictures: list[ScaledPath]) -> list[Measured]:
        try:
            return self._ask(pictures)
        except (BrokenPipeError, EOFError):
            self.stop()
        if len(pictures) == 1:
            return [DIED]
        return [answer for picture in pictures for answer in self.measure([picture])]

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _ask(self, pictures: list[ScaledPath]) -> list[Measured]:
        self._process = self._process or self._start()
        assert self._process.stdin and self._process.stdout
        print(json.dumps(pictures), file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise EOFError
        answer = json.loads(line)
        if "errno" in answer:
            raise OSError(answer["errno"], answer["reason"])
        return answer["answers"]

    @staticmethod
    def _start() -> subprocess.Popen[str]:
        one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # the processes share the cores
        return subprocess.Popen(
            [sys.executable, "-m", "classifier.measuring.processes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,  # Ctrl-C is for who asked
            env=os.environ | one_thread,
        )


def answer_questions() -> None:
    """Reads a list of pictures a line, writes a list of answers a line, until nobody asks any more."""
    from classifier.measuring.regions import measure_file

    os.nice(10)  # pages come first
    answer: dict[str, object]
    for line in sys.stdin:
        try:
            answers = [
                measure_file(path, float("nan") if um is None else um) for path, um in json.loads(line)
            ]
            answer = {"answers": answers}
        except OSError as error:  # no picture can be read now; who asked shall not take it for one that kills
            answer = {"errno": error.errno, "reason": error.strerror}
        try:
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            os._exit(0)  # who asked has been killed: nobody reads a traceback either


if __name__ == "__main__":
    answer_questions()
