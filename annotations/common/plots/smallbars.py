"""A histogram small enough to stand in a cell of a table."""

from dataclasses import dataclass

WIDTH, HEIGHT = 120.0, 24.0


@dataclass(frozen=True)
class SmallBar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class SmallBars:
    """`shares` are the heights, each from 0 to 1; at `mark`, from 0 to 1 along the foot, stands a line."""

    shares: tuple[float, ...]
    mark: float | None = None

    @property
    def drawn(self) -> list[SmallBar]:
        """What is not empty can be seen."""
        each = WIDTH / max(len(self.shares), 1)
        return [
            SmallBar(round(n * each, 1), round(HEIGHT - height, 1), round(each - 1, 1), round(height, 1))
            for n, share in enumerate(self.shares)
            if (height := max(share * HEIGHT, 1.5) if share else 0)
        ]

    @property
    def mark_x(self) -> float | None:
        return None if self.mark is None else round(min(max(self.mark, 0), 1) * WIDTH, 1)
