"""Trains a network on patches of scans, step by step: AdamW, one cosine, an average of the weights.

What is drawn hangs on the seed and the step alone, so what was interrupted ends in the same weights.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Generic, TypeVar

from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import CosineAnnealingLR

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.data.prefetching import prefetched
from classifier.training.average import Average
from classifier.training.epoch_checkpoints import EpochCheckpoints
from classifier.training.epoch_progress import epoch_step
from classifier.training.finite import require_number
from classifier.training.memory import is_out_of_memory
from classifier.training.patch_run import PatchRun, Request
from classifier.training.recipe import CLIP, WEIGHT_DECAY

SETTLED_ON = 16  # steps whose patches the statistics of the averaged weights are taken from
ADVICE = "Choose a lower rate, more patches a step or another seed."
Learning = TypeVar("Learning", bound=nn.Module)
StepPatches = TypeVar("StepPatches")


class PatchTrainer(ABC, Generic[Request, Learning, StepPatches]):
    """`network` on its device. Who inherits says what a step's patches are and what they cost."""

    def __init__(self, run: PatchRun[Request], network: Learning):
        self.run, self.network = run, network
        self.average = Average(network)
        learning = [weight for weight in network.parameters() if weight.requires_grad]
        self.optimiser = AdamW(learning, lr=run.request.rate, weight_decay=WEIGHT_DECAY)
        self.schedule = CosineAnnealingLR(self.optimiser, run.request.epochs * run.request.steps)
        self.history: list[dict] = []

    @abstractmethod
    def batch(self, number: int) -> StepPatches:
        """The patches of a step, which hang on the seed and its number alone."""

    @abstractmethod
    def pixels(self, batch: StepPatches) -> Tensor:
        """What goes into the network, on its device."""

    @abstractmethod
    def loss(self, batch: StepPatches) -> Tensor: ...

    @abstractmethod
    def held_out_figures(self) -> dict[str, float]:
        """What a few held-out patches say of the averaged weights; empty where nothing is held out."""

    @abstractmethod
    def in_words(self, entry: dict) -> str:
        """The same as a clause; empty where there are none."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """A checkpoint of other scans is none."""

    @property
    @abstractmethod
    def patches(self) -> str:
        """Of a step, in words."""

    def train(self) -> Learning:
        """The averaged weights of the last epoch."""
        for epoch in range(self._resume(), self.run.request.epochs):
            started = time.monotonic()
            entry: dict = {"epoch": epoch + 1, "loss": self._learn(epoch)}
            require_number(entry["loss"], epoch + 1, ADVICE)
            self._settle()
            entry |= self.held_out_figures()
            entry |= {"lr": self.schedule.get_last_lr()[0], "seconds": time.monotonic() - started}
            self.history.append(entry)
            self._save_checkpoint(epoch + 1)
            self._report(epoch + 1, 0)
        return self.average.network

    # --- One epoch ----------------------------------------------------------------------------------------------------

    def _learn(self, epoch: int) -> float:
        """The mean loss."""
        self.network.train()
        steps, loss = self.run.request.steps, 0.0
        for step, batch in enumerate(prefetched(self._batches(epoch * steps, steps))):
            if self.run.should_stop():
                raise Cancelled
            loss += self._step(batch, epoch * steps + step)
            self._report(epoch, step + 1)
        return loss / steps

    def _batches(self, first: int, count: int) -> Iterator[StepPatches]:
        return (self.batch(number) for number in range(first, first + count))

    def _step(self, batch: StepPatches, number: int) -> float:
        self.optimiser.zero_grad(set_to_none=True)
        try:
            loss = self.loss(batch)
            loss.backward()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise ClassifierError(
                f"The memory of {self.run.device} is too small for {self.patches}. Choose fewer a step, smaller ones "
                "or fewer channels."
            ) from error
        nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimiser.step()
        self.schedule.step()
        self.average.follow(self.network, number)
        return float(loss.detach())

    def _settle(self) -> None:
        batches = self._batches(0, min(SETTLED_ON, self.run.request.steps))
        self.average.settle((self.pixels(batch),) for batch in batches)

    def _report(self, epoch: int, step: int) -> None:
        epochs, steps = self.run.request.epochs, self.run.request.steps
        words = self.in_words(self.history[-1]) if self.history else ""
        done, total = epoch * steps + step, epochs * steps
        self.run.on_progress(epoch_step(epoch, epochs, done, total, self.history, [words] if words else []))

    # --- Checkpoints --------------------------------------------------------------------------------------------------

    @property
    def _checkpoints(self) -> EpochCheckpoints:
        parts = {
            "network": self.network,
            "average": self.average.network,
            "optimiser": self.optimiser,
            "schedule": self.schedule,
        }
        key = {"settings": dict(self.run.request.settings), "scans": self.fingerprint}
        return EpochCheckpoints(self.run.folder, self.run.device, key, parts)

    def _save_checkpoint(self, epochs_done: int) -> None:
        self._checkpoints.save(epochs_done, history=self.history)
        self.run.folder.write_history(self.history)

    def _resume(self) -> int:
        """How many epochs an interrupted run of the same request has done."""
        state = self._checkpoints.resume()
        self.history = state["history"] if state else []
        return len(self.history)
