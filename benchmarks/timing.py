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


def database_cpu() -> float:
    """Seconds of a core that this connection's server process has had; 0 where it isn't on this machine."""
    connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
