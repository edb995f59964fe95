"""From a value to its place on an axis, as a share of the axis' length."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class LinearScale:
    """`low` is at 0, `high` at 1."""

    low: float
    high: float

    def __call__(self, value: float) -> float:
        return (value - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class LogScale:
    """The same by powers; both ends are above zero, and what is not stands at the low end."""

    low: float
    high: float

    def __call__(self, value: float) -> float:
        low, high = math.log(self.low), math.log(self.high)
        return (math.log(max(value, self.low)) - low) / (high - low)


Scale = LinearScale | LogScale


def finite(*values: float | None) -> None:
    """Raises ValueError, or TypeError for what is no number: it has no place on a plot."""
    if not all(value is None or math.isfinite(value) for value in values):
        raise ValueError("What is drawn is a finite number.")
