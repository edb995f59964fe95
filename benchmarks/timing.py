"""Taking the time, and saying it."""

import statistics
import time
from collections.abc import Callable

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
