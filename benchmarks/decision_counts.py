"""What a way of sorting costs: its decisions, counted by kind, and how many there were when each goal was reached."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

SLIPS = 0.02  # of the objects look wrong to whoever sorts
GOALS = (0.95, 0.98)


def person_of(seed: int) -> np.random.Generator:
    """When somebody slips: alike in all ways of sorting."""
    return np.random.default_rng(1 + seed)


@dataclass
class Counted:
    """Decisions, and how many there were when each goal was reached; `strictly` counts no key."""

    objects: int
    kinds: Counter[str] = field(default_factory=Counter)  # accepts, strokes, taken out, names
    strictly: int = 0
    reached: dict[float, tuple[int, int]] = field(default_factory=dict)
    right: float = 0.0

    @property
    def decisions(self) -> int:
        return self.kinds.total()

    def note(self, right: float) -> None:
        self.right = right
        for goal in GOALS:
            if right >= goal:
                self.reached.setdefault(goal, (self.decisions, self.strictly))

    @property
    def is_over(self) -> bool:
        return len(self.reached) == len(GOALS)

    def __str__(self) -> str:
        counts = [self.reached.get(goal, (None, None))[way] for way in (0, 1) for goal in GOALS]
        columns = [f"{'never':>8}" if n is None else f"{1000 * n / self.objects:8.0f}" for n in counts]
        kinds = ", ".join(f"{1000 * n / self.objects:.0f} {kind}" for kind, n in self.kinds.items())
        return f"{' '.join(columns)} {100 * (1 - self.right):7.1f}  {kinds}"
