"""Pretrains one backbone: two views of each picture, one loss over the whole batch, AdamW, one cycle of the rate.

All randomness comes from (seed, epoch, step), so what was interrupted ends in the same weights. Under torchrun every
process takes its part of each batch, and the projections of all meet in one loss.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.pretraining import PretrainRequest, automatic_pretrain_epochs
from classifier.data.prefetching import prefetched
from classifier.models.preprocessing import Preprocessing, unit_grey
from classifier.pretraining.learner import Learner
from classifier.pretraining.losses import nt_xent, vicreg
from classifier.pretraining.pictures import PretrainingSet
from classifier.pretraining.probe import probed
from classifier.pretraining.views import drawn
from classifier.run_folder import RunFolder
from classifier.training import distributed, recipe
from classifier.training.augment import augment
from classifier.training.average import Average
from classifier.training.batches import Batches, Part
from classifier.training.epoch_checkpoints import EpochCheckpoints
from classifier.training.epoch_progress import epoch_step
from classifier.training.examples import picture_source, slices
from classifier.training.finite import require_number
from classifier.training.memory import is_out_of_memory
from classifier.training.precision import predicts_in_bfloat16, trains_in_bfloat16

SETTLED_ON = 1024  # pictures that the statistics of the averaged weights are taken from
AT_ONCE = 256  # pictures that are only looked at
REPORT_EVERY = 5  # steps between reports, and between questions to the other processes whether to stop
WHERE_NO_NUMBER = "Choose more images a step, a higher temperature, the other loss or another seed."
OnProgress = Callable[[dict], None]
ShouldStop = Callable[[], bool]


@dataclass(frozen=True)
class PretrainingRun:
    """What is asked for, where it goes, and who listens."""

    request: PretrainRequest
    folder: RunFolder
    device: torch.device
    on_progress: OnProgress
    should_stop: ShouldStop


class Pretrainer:
    """`learner` lies on its device already."""

    def __init__(self, run: PretrainingRun, learning: PretrainingSet, learner: Learner):
        request = run.request
        self.run, self.learning, self.learner = run, learning, learner
        self.preprocessing = Preprocessing.of(learning.pictures, learning.learn)
        self.pictures = picture_source(learning.pictures, run.device)
        learner.in_bfloat16 = trains_in_bfloat16(learner.features, run.device)
        self.average = Average(learner)
        self.average.network.in_bfloat16 = predicts_in_bfloat16(learner.features, run.device)
        self.batches = Batches(learning.learn, request.batch_size, request.seed)
        self.epochs = request.epochs or automatic_pretrain_epochs(len(learning.learn))
        self.optimiser = recipe.optimiser(learner, learner.features, fine_tuned=False)
        self.schedule = recipe.one_cycle(self.optimiser, self.epochs * self.batches.count)
        self.history: list[dict] = []

    def train(self) -> Learner:
        """The averaged weights of the last epoch."""
        for epoch in range(self._resume(), self.epochs):
            started = time.monotonic()
            entry: dict = {"epoch": epoch + 1, "loss": self.learn_epoch(epoch)}
            require_number(entry["loss"], epoch + 1, WHERE_NO_NUMBER)
            self._settle()
            entry |= distributed.from_main(self._probed)
            entry |= {"lr": self.schedule.get_last_lr()[-1], "seconds": time.monotonic() - started}
            self.history.append(entry)
            distributed.on_main(partial(self._save_checkpoint, epoch + 1))
            self._report(epoch + 1, 0)
        return self.average.network

    # --- One epoch ----------------------------------------------------------------------------------------------------

    def learn_epoch(self, epoch: int) -> float:
        """The mean loss."""
        self.learner.train()
        # made anew each epoch, it adds up in the same order after an interruption as without one
        parallel = distributed.data_parallel(self.learner, may_skip_heads=False)
        loss = torch.zeros((), device=self.run.device)
        for step, part in enumerate(prefetched(self.batches.parts_of(epoch, self.pictures))):
            if (distributed.world() == 1 or step % REPORT_EVERY == 0) and self._is_stopped():
                raise Cancelled
            loss += self._step(parallel, part, epoch * self.batches.count + step) * len(part.batch)
            if step % REPORT_EVERY == 0:
                self._report(epoch, step + 1)
        return float(loss) / len(self.batches.rows)

    def _is_stopped(self) -> bool:
        return distributed.any_of(self.run.should_stop(), self.run.device)

    def _step(self, parallel: nn.Module, part: Part, number: int) -> Tensor:
        self.learner.zero_grad(set_to_none=True)
        try:
            loss = self._loss(parallel, part, number)
            # times the processes: DistributedDataParallel divides by them, and theirs are shares of one loss
            (loss * distributed.world()).backward()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise ClassifierError(self._too_large) from error
        nn.utils.clip_grad_norm_(self.learner.parameters(), recipe.CLIP)
        self.optimiser.step()
        self.schedule.step()
        self.average.follow(self.learner, number)
        return loss.detach()

    def _loss(self, parallel: nn.Module, part: Part, number: int) -> Tensor:
        views = torch.cat(self._views(part, number))
        projections = parallel(self.preprocessing.pictures(views))
        first, second = (
            distributed.gathered(half, part.mine, len(part.batch)) for half in projections.chunk(2)
        )
        if self.run.request.loss == "vicreg":
            return vicreg(first, second)
        return nt_xent(first, second, self.run.request.temperature)

    def _views(self, part: Part, number: int) -> list[Tensor]:
        """Two of this process's part, (n, 1, S, S) each; chance is drawn for the whole batch, alike in each process."""
        seed = self.run.request.seed * 1_000_003 + number
        torch.manual_seed(seed * distributed.world() + distributed.rank())  # dropout, where a network has it
        generator = torch.Generator(self.run.device).manual_seed(seed)
        pictures = unit_grey(self.pictures.on_device(part.read))
        side = pictures.shape[-1]
        return [augment(pictures, drawn(len(part.batch), side, generator).at(part.mine)) for _ in range(2)]

    @property
    def _too_large(self) -> str:
        return (
            f"The memory of {self.run.device} is too small for {self.batches.size} images a step. Choose fewer a "
            "step, smaller pictures or a smaller network."
        )

    # --- Looking at it ------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        self.average.settle((pictures,) for pictures in self._looked_at(self.batches.shuffled()[:SETTLED_ON]))

    def _looked_at(self, rows: np.ndarray) -> Iterator[Tensor]:
        """Pictures as the network takes them, as they are."""
        for some in slices(len(rows), AT_ONCE):
            read = self.pictures.on_device(self.pictures.read(rows[some]))
            yield self.preprocessing.pictures(unit_grey(read))

    def features_of(self, rows: np.ndarray) -> np.ndarray:
        """By the averaged weights, with the true sizes beside them: float32 (n, width + 3)."""
        with torch.inference_mode():
            pooled = [
                self.average.network.pooled(pictures).cpu().numpy() for pictures in self._looked_at(rows)
            ]
        return np.concatenate([np.concatenate(pooled), self.learning.pictures.sizes[rows]], axis=1)

    def _probed(self) -> dict[str, float]:
        """Figures of the labelled objects; none where too few are."""
        if not self.learning.has_probe:
            return {}
        support, query, labels = self.learning.support, self.learning.query, self.learning.labels
        return probed(self.features_of(support), labels[support], self.features_of(query), labels[query])

    def _report(self, epoch: int, step: int) -> None:
        right = self.history[-1].get("knn_accuracy") if self.history else None
        words = [] if right is None else [f"the nearest neighbours name {right:.0%} right"]
        done, total = epoch * self.batches.count + step, self.epochs * self.batches.count
        self.run.on_progress(epoch_step(epoch, self.epochs, done, total, self.history, words))

    # --- Checkpoints --------------------------------------------------------------------------------------------------

    @property
    def _checkpoints(self) -> EpochCheckpoints:
        parts = {
            "learner": self.learner,
            "average": self.average.network,
            "optimiser": self.optimiser,
            "schedule": self.schedule,
        }
        key = {"settings": self.run.request.settings, "pictures": fingerprint(self.learning)}
        return EpochCheckpoints(self.run.folder, self.run.device, key, parts)

    def _save_checkpoint(self, epochs_done: int) -> None:
        self._checkpoints.save(epochs_done, history=self.history)
        self.run.folder.write_history(self.history)

    def _resume(self) -> int:
        """How many epochs an interrupted run of the same request has done."""
        state = self._checkpoints.resume()
        self.history = state["history"] if state else []
        return len(self.history)


def fingerprint(learning: PretrainingSet) -> str:
    """A checkpoint of other pictures is none."""
    digest = hashlib.sha256()
    for array in (learning.learn, learning.labels, learning.pictures.sizes):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
