"""Which epoch's weights are kept."""

from dataclasses import dataclass, field

from torch import Tensor

from classifier.training.average import Average


@dataclass
class Best:
    """The averaged weights of the epoch that did best on the fold `tune`."""

    epoch: int = 0
    macro_f1: float = -1.0
    weights: dict[str, Tensor] = field(default_factory=dict)

    def update(self, epoch: int, macro_f1: float | None, average: Average) -> None:
        """Of two that are as good, and where nothing can be measured, the later: it has learnt for longer."""
        if macro_f1 is None or macro_f1 >= self.macro_f1:
            self.epoch, self.macro_f1, self.weights = epoch, macro_f1 or 0.0, average.copied()
