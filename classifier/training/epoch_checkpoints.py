"""What a training is after an epoch: an interrupted one goes on from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from classifier.run_folder import RunFolder
from classifier.training import checkpoint


@dataclass(frozen=True)
class EpochCheckpoints:
    """`key` tells one training from another; `parts` are what has a `state_dict`, under its name."""

    folder: RunFolder
    device: torch.device
    key: dict
    parts: Mapping[str, Any]

    def save(self, epochs_done: int, **more: object) -> None:
        """With what else is to be known of it."""
        state = {"key": self.key, "epochs_done": epochs_done, **more}
        state |= {name: part.state_dict() for name, part in self.parts.items()}
        checkpoint.write(self.folder, state)

    def resume(self) -> dict | None:
        """Loads the parts of an interrupted run of the same request, and gives what else it saved; None without one."""
        state = checkpoint.read(self.folder, self.key, self.device)
        if state is not None:
            for name, part in self.parts.items():
                part.load_state_dict(state[name])
        return state
