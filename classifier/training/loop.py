"""Trains one network: AdamW, one cycle of the rate, a moving average of the weights, the best of which is kept.

All randomness comes from (seed, epoch, step), so what was interrupted ends in the same weights.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from classifier.contract.epochs import automatic_epochs
from classifier.contract.errors import Cancelled
from classifier.contract.messages import TrainRequest
from classifier.data.prefetching import prefetched
from classifier.models.network import Network
from classifier.run_folder import RunFolder
from classifier.training import checkpoint, distributed, recipe
from classifier.training.average import Average
from classifier.training.batches import Batches, Part
from classifier.training.best import Best
from classifier.training.epoch_checkpoints import EpochCheckpoints
from classifier.training.epoch_progress import epoch_step
from classifier.training.examples import Examples
from classifier.training.finite import require_number
from classifier.training.gradients import Gradients
from classifier.training.precision import predicts_in_bfloat16, trains_in_bfloat16
from classifier.training.validation import figures

SETTLED_ON = 1024  # training pictures that the statistics of the averaged weights are taken from
MEASURED_AT_ONCE = 2  # micro-batches: without gradients they need less memory
REPORT_EVERY = 10  # steps between reports, and between questions to the other processes whether to stop
WHERE_NO_NUMBER = (
    "Choose more images a step, another network or another seed; where it started from a model or a backbone, another "
    "start or none."
)
OnProgress = Callable[[dict], None]
ShouldStop = Callable[[], bool]


@dataclass(frozen=True)
class Run:
    """What is asked for, where it goes, and who listens."""

    request: TrainRequest
    folder: RunFolder
    device: torch.device
    on_progress: OnProgress
    should_stop: ShouldStop


class Trainer:
    """`network` lies on its device already; `fine_tuned` where its body has learnt elsewhere. `member` is its number in
    the ensemble, `earlier` the history of those before."""

    def __init__(
        self,
        run: Run,
        examples: Examples,
        network: Network,
        member: int,
        fine_tuned: bool,
        earlier: list[dict],
    ):
        request, seed = run.request, run.request.seed + member
        self.run, self.request, self.examples, self.network = run, request, examples, network
        self.member, self.fine_tuned, self.earlier = member, fine_tuned, earlier
        network.in_bfloat16 = trains_in_bfloat16(network.features, run.device)
        self.average = Average(network)
        self.average.network.in_bfloat16 = predicts_in_bfloat16(network.features, run.device)
        self.batches = Batches(examples.train, request.batch_size, seed)
        self.epochs = request.epochs or automatic_epochs(len(self.batches.rows), fine_tuned, request.backbone)
        self.gradients = Gradients(network, examples, request, seed, self.batches.size)
        self.optimiser = recipe.optimiser(network, network.features, fine_tuned)
        self.schedule = recipe.one_cycle(self.optimiser, self.epochs * self.batches.count)
        self.history: list[dict] = []
        self.best = Best()

    @property
    def warnings(self) -> list[str]:
        return self.gradients.warnings

    def train(self) -> dict[str, Tensor]:
        """The averaged weights of the best epoch."""
        for epoch in range(self._resume(), self.epochs):
            if self._is_past_its_best(epoch):
                break
            started = time.monotonic()
            entry: dict = {"epoch": epoch + 1, "member": self.member + 1} | self.learn_epoch(epoch)
            require_number(entry["train_loss"], epoch + 1, WHERE_NO_NUMBER)
            self._settle()
            entry |= distributed.from_main(self._measured)
            entry |= {"lr": self.schedule.get_last_lr()[-1], "seconds": time.monotonic() - started}
            self.history.append(entry)
            self.best.update(epoch + 1, entry["val_macro_f1"], self.average)
            distributed.on_main(partial(self._save_checkpoint, epoch + 1))
            self._report(epoch + 1, 0)
        return self.best.weights

    # --- One epoch ----------------------------------------------------------------------------------------------------

    def learn_epoch(self, epoch: int) -> dict[str, float]:
        self._thaw(epoch)
        loss, right = torch.zeros((), device=self.run.device), torch.zeros((), device=self.run.device)
        for step, part in enumerate(prefetched(self.batches.parts_of(epoch, self.examples.pictures))):
            if (distributed.world() == 1 or step % REPORT_EVERY == 0) and self._is_stopped():
                raise Cancelled
            lost, hits = self._step(part, epoch * self.batches.count + step)
            loss, right = loss + lost, right + hits
            if step % REPORT_EVERY == 0:
                self._report(epoch, step + 1)
        summed, hit = distributed.sums(loss, right)
        count = len(self.batches.rows)
        return {"train_loss": summed / count, "train_accuracy": hit / count}

    def _thaw(self, epoch: int) -> None:
        frozen = self.fine_tuned and epoch < recipe.FROZEN_EPOCHS
        self.network.train()
        self.network.features.requires_grad_(not frozen)
        self.gradients.begin_epoch(self.batches.rows_of(epoch))

    def _is_stopped(self) -> bool:
        return distributed.any_of(self.run.should_stop(), self.run.device)

    def _step(self, part: Part, number: int) -> tuple[Tensor, Tensor]:
        """Sum of the taxon's losses, and how many were right."""
        loss_and_hits = self.gradients(part, number)
        nn.utils.clip_grad_norm_(self.network.parameters(), recipe.CLIP)
        self.optimiser.step()
        self.schedule.step()
        self.average.follow(self.network, number)
        return loss_and_hits

    # --- Measuring ----------------------------------------------------------------------------------------------------

    @property
    def _measured_at_once(self) -> int:
        return MEASURED_AT_ONCE * self.gradients.micro_batch

    def _settle(self) -> None:
        some = self.batches.shuffled()[:SETTLED_ON]
        self.average.settle(self.examples.inputs(some, self._measured_at_once))

    def tune_logits(self) -> np.ndarray:
        """Of the fold `tune`, by the averaged weights, under the natural frequencies, (N, classes)."""
        adjusted = self.gradients.objective.adjusted
        with torch.inference_mode():
            logits = [
                adjusted(self.average.network(pictures, sizes)).cpu()
                for pictures, sizes in self.examples.inputs(self.examples.tune, self._measured_at_once)
            ]
        return torch.cat(logits).double().numpy()

    def _measured(self) -> dict[str, float | None]:
        if not len(self.examples.tune):
            return {"val_loss": None, "val_accuracy": None, "val_macro_f1": None}
        return figures(self.tune_logits(), self.examples.labels.cpu().numpy()[self.examples.tune])

    def _is_past_its_best(self, epochs_done: int) -> bool:
        patience = self.request.patience or recipe.patience(self.epochs)
        return epochs_done - self.best.epoch >= patience

    def _report(self, epoch: int, step: int) -> None:
        words = []
        if self.request.members > 1:
            words.append(f"network {self.member + 1} of {self.request.members}")
        if self.history and self.history[-1]["val_accuracy"] is not None:
            words.append(f"accuracy {self.history[-1]['val_accuracy']:.3f} on the objects it is tuned by")
        done = (self.member * self.epochs + epoch) * self.batches.count + step
        total = self.request.members * self.epochs * self.batches.count
        history = self.earlier + self.history
        self.run.on_progress(epoch_step(epoch, self.epochs, done, total, history, words))

    # --- Checkpoints --------------------------------------------------------------------------------------------------

    @property
    def _checkpoints(self) -> EpochCheckpoints:
        parts = {
            "network": self.network,  # without its wrapper
            "average": self.average.network,
            "optimiser": self.optimiser,
            "schedule": self.schedule,
        }
        key = checkpoint.key(self.request, self.examples.fingerprint, self.member)
        return EpochCheckpoints(self.run.folder, self.run.device, key, parts)

    def _save_checkpoint(self, epochs_done: int) -> None:
        self._checkpoints.save(
            epochs_done,
            best=vars(self.best),
            micro_batch=self.gradients.micro_batch,
            history=self.history,
            warnings=self.warnings,
        )
        self.run.folder.write_history(self.earlier + self.history)

    def _resume(self) -> int:
        """How many epochs an interrupted run of the same request has done."""
        state = self._checkpoints.resume()
        if state is None:
            return 0
        self.best, self.history = Best(**state["best"]), state["history"]
        self.gradients.micro_batch, self.gradients.warnings = state["micro_batch"], state["warnings"]
        return state["epochs_done"]
