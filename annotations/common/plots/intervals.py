"""A share with its interval, small enough to stand in a cell of a table."""

from dataclasses import dataclass

THICKNESS = 2.0  # of the stroke at the share, hundredths of the drawing


@dataclass(frozen=True)
class Interval:
    """In percent, which is also the width of the drawing. `bound`: what one wants it to lie above."""

    percent: float
    low: float
    high: float
    bound: float | None = None

    @property
    def width(self) -> float:
        return max(self.high - self.low, 0.5)

    @property
    def stroke(self) -> float:
        """Where the stroke begins, within the drawing."""
        return min(max(self.percent - THICKNESS / 2, 0.0), 100.0 - THICKNESS)
