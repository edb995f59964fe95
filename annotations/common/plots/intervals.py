"""A share with its interval, small enough to stand in a cell of a table."""

from dataclasses import dataclass
from typing import Self

from classifier.statistics.bounds import wilson

THICKNESS = 2.0  # of the stroke at the share, hundredths of the drawing


@dataclass(frozen=True)
class Interval:
    """In percent, which is also the width of the drawing. `bound`: what one wants it to lie above."""

    percent: float
    low: float
    high: float
    bound: float | None = None

    @classmethod
    def of_share(cls, count: int, total: int) -> Self:
        """So many of the total, which is not 0, with the 95 % interval by Wilson."""
        low, high = wilson(count, total) or (0.0, 1.0)
        return cls.of_shares(count / total, low, high)

    @classmethod
    def of_shares(cls, share: float, low: float, high: float, bound: float | None = None) -> Self:
        """Of shares of 0 to 1."""
        return cls(100 * share, 100 * low, 100 * high, None if bound is None else 100 * bound)

    @property
    def width(self) -> float:
        return max(self.high - self.low, 0.5)

    @property
    def stroke(self) -> float:
        """Where the stroke begins, within the drawing."""
        return min(max(self.percent - THICKNESS / 2, 0.0), 100.0 - THICKNESS)
