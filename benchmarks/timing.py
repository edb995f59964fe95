"""Taking the time, and saying it."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from django.db import connection

ROUNDS = 40


class Figures(dict):
    """{name: {value, unit}}, printed as they come."""

    def add(self, name: str, value: float, unit: str) -> None:
        self[name] = {"value": round(value, 4), "unit": unit}
        print(f"{name:55} {value:12,.2f} {unit}", flush=True)


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """How long each round took; the first, which warms up, is left out."""
    work()
    return [timed(work) for _ in range(rounds)]


def timed(work: Callable[[], object]) -> float:
    """How long it took, milliseconds."""
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def with_memory(work: Callable[[], object]) -> float:
    """How much more memory this process had at its highest than before, MB."""
    Path("/proc/self/clear_refs").write_text("5")  # the highest is from now on
    before = _status("VmRSS")
    work()
    return (_status("VmHWM") - before) / 1024


def _status(name: str) -> int:
    """Of this process, kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


# --- Work, and waiting for a core -------------------------------------------------------------------------------------


@dataclass
class PhaseTime:
    """Seconds: on the clock, and of a core, by this process and by its server process of PostgreSQL. What the clock has
    more than both together is waiting: for a core on a busy machine, or for a disk."""

    wall: float = 0.0
    python: float = 0.0
    database: float = 0.0


@dataclass
class PhaseClock:
    """What each phase took; one that comes again adds up. A phase within another counts for both."""

    spent: dict[str, PhaseTime] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        before = (time.perf_counter(), time.process_time(), database_cpu())
        try:
            yield
        finally:
            after = (time.perf_counter(), time.process_time(), database_cpu())
            total = self.spent.setdefault(name, PhaseTime())
            wall, python, database = (late - early for late, early in zip(after, before, strict=True))
            total.wall, total.python, total.database = (
                total.wall + wall,
                total.python + python,
                total.database + database,
            )

    @contextmanager
    def around(self, module: ModuleType, names: Mapping[str, str]) -> Iterator[None]:
        """Each call of these functions of the module is a phase, called as the mapping says."""
        with ExitStack() as stack:
            for function, name in names.items():
                stack.enter_context(
                    patch.object(module, function, self._timed(getattr(module, function), name))
                )
            yield

    def _timed(self, function: Callable, name: str) -> Callable:
        def timed(*arguments: object, **named: object) -> object:
            with self.phase(name):
                return function(*arguments, **named)

        return timed


@dataclass(frozen=True)
class CoreTime:
    """Seconds: on the clock, and of a core by this process with its copies that have ended, and by all of PostgreSQL's,
    with those that wrote behind."""

    wall: float
    python: float
    database: float

    @property
    def both(self) -> float:
        return self.python + self.database

    @classmethod
    def of(cls, work: Callable[[], object]) -> "CoreTime":
        before = (time.perf_counter(), sum(os.times()[:4]), server_cpu())
        work()
        after = (time.perf_counter(), sum(os.times()[:4]), server_cpu())
        return cls(*(late - early for late, early in zip(after, before, strict=True)))


def database_cpu() -> float:
    """Seconds of a core that this connection's server process has had; 0 where it isn't on this machine."""
    return process_cpu(_backend())


def process_cpu(process: int | str) -> float:
    """Seconds of a core that a process has had, by itself."""
    return sum(_ticks(str(process))[:2]) / os.sysconf("SC_CLK_TCK")


def server_cpu() -> float:
    """Seconds of a core that all processes of its server have had, also those that have ended."""
    backend = Path("/proc", _backend(), "stat")
    if not backend.exists():
        return 0.0
    server = backend.read_text().rpartition(")")[2].split()[1]
    children = Path("/proc", server, "task", server, "children").read_text().split()
    ticks = sum(_ticks(server)) + sum(sum(_ticks(child)[:2]) for child in children)
    return ticks / os.sysconf("SC_CLK_TCK")


def _backend() -> str:
    connection.ensure_connection()
    return str(connection.connection.info.backend_pid)


def _ticks(process: str) -> list[int]:
    """In the program and in the kernel, its own and those of its children that have ended; none of one that is gone."""
    try:
        stat = Path("/proc", process, "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return [0, 0, 0, 0]
    return [int(field) for field in stat.rpartition(")")[2].split()[11:15]]
