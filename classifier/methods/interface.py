"""What a method takes, and what it gives."""

from collections.abc import Callable
from typing import Protocol

import torch

from classifier.contract.messages import TrainRequest
from classifier.data.learning_set import LearningSet
from classifier.outputs import Outputs, PictureBatch
from classifier.run_folder import RunFolder

OnProgress = Callable[[dict], None]  # {"stage", "done", "total", "message"} and, of networks, "history"
ShouldStop = Callable[[], bool]


class Fitted(Protocol):
    """What has learnt, and can be asked."""

    needs_measurements: bool  # whether a batch must bring them
    warnings: list[str]  # what a person should know of this training

    def __call__(self, batch: PictureBatch) -> Outputs: ...

    def save(self, folder: RunFolder) -> dict:
        """Writes its weights into the folder; what `config.json` keeps of it, for `load`."""
        ...


class Method(Protocol):
    """A method. `fit` uses the fold `train` to learn and `tune` to choose; it never looks at `test`."""

    def fit(
        self,
        learning_set: LearningSet,
        request: TrainRequest,
        folder: RunFolder,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> Fitted: ...

    def load(self, folder: RunFolder, config: dict, device: torch.device) -> Fitted: ...
