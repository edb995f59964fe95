"""Trains one U-Net: patches, Dice and cross-entropy, AdamW, one cosine, an average of the weights.

What is drawn hangs on the seed and the step alone, so what was interrupted ends in the same weights.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import CosineAnnealingLR

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.unet import UnetRequest
from classifier.data.ahead import ahead
from classifier.run_folder import RunFolder
from classifier.segmentation.unet.loss import UNLABELLED, class_weights, segmentation_loss
from classifier.segmentation.unet.network import Unet, UnetShape
from classifier.segmentation.unet.patches import (
    DrawnPatches,
    PatchPlace,
    PatchSource,
    cut,
    organism_places,
    stacked,
)
from classifier.segmentation.unet.scans import LearningScan
from classifier.training import checkpoint
from classifier.training.average import Average
from classifier.training.finite import require_number
from classifier.training.memory import is_out_of_memory
from classifier.training.precision import trains_in_bfloat16
from classifier.training.recipe import CLIP, WEIGHT_DECAY

SETTLED_ON = 16  # steps whose patches the statistics of the averaged weights are taken from
LOOKED_AT = 16  # patches of held-out scans at most that each epoch is looked at by
ADVICE = "Choose a lower rate, more patches a step or another seed."
OnProgress = Callable[[dict], None]
ShouldStop = Callable[[], bool]


@dataclass(frozen=True)
class UnetRun:
    """What is asked for, where it goes, and who listens."""

    request: UnetRequest
    folder: RunFolder
    device: torch.device
    on_progress: OnProgress
    should_stop: ShouldStop


class UnetTrainer:
    """`scans` with those that are held out, `classes` counts the background."""

    def __init__(self, run: UnetRun, scans: Sequence[LearningScan], classes: int):
        request = run.request
        self.run, self.scans, self.classes = run, scans, classes
        torch.manual_seed(request.seed)
        channels = 3 if request.colour else 1
        shape = UnetShape(channels, classes, request.width, request.levels, request.stride)
        self.network = Unet(shape).on(run.device)
        self.network.in_bfloat16 = trains_in_bfloat16(self.network, run.device)
        self.average = Average(self.network)
        self.side = shape.rounded(request.patch)
        learnt = [scan for scan in scans if not scan.held_out]
        self.source = PatchSource(learnt, request, self.side)
        self.weights = torch.from_numpy(class_weights(np.sum([scan.counts for scan in learnt], axis=0))).to(
            run.device
        )
        self.optimiser = AdamW(self.network.parameters(), lr=request.rate, weight_decay=WEIGHT_DECAY)
        self.schedule = CosineAnnealingLR(self.optimiser, request.epochs * request.steps)
        self.looked_at = self._held_out_patches()
        self.history: list[dict] = []

    def train(self) -> Unet:
        """The averaged weights of the last epoch."""
        for epoch in range(self._resume(), self.run.request.epochs):
            started = time.monotonic()
            entry: dict = {"epoch": epoch + 1, "loss": self._learn(epoch)}
            require_number(entry["loss"], epoch + 1, ADVICE)
            self._settle()
            entry |= self._held_out_dice()
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
        for step, patches in enumerate(ahead(self._batches(epoch * steps, steps))):
            if self.run.should_stop():
                raise Cancelled
            loss += self._step(patches, epoch * steps + step)
            self._report(epoch, step + 1)
        return loss / steps

    def _batches(self, first: int, count: int) -> Iterator[DrawnPatches]:
        return (self.source.batch(number) for number in range(first, first + count))

    def _step(self, patches: DrawnPatches, number: int) -> float:
        self.optimiser.zero_grad(set_to_none=True)
        try:
            loss = self._loss(patches)
            loss.backward()
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            raise ClassifierError(
                f"The memory of {self.run.device} is too small for {len(patches.pixels)} patches of {self.side} "
                "pixels. Choose fewer a step, smaller ones or fewer channels."
            ) from error
        nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimiser.step()
        self.schedule.step()
        self.average.follow(self.network, number)
        return float(loss.detach())

    def _loss(self, patches: DrawnPatches) -> Tensor:
        logits = self.network(self._on_device(patches.pixels))
        classes, seams = (mask.to(self.run.device) for mask in (patches.classes, patches.seams))
        return segmentation_loss(logits, classes, seams, self.weights, self.run.request.dice)

    def _on_device(self, pixels: Tensor) -> Tensor:
        return pixels.to(self.run.device, memory_format=torch.channels_last)

    # --- Looking at it ------------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        batches = self._batches(0, min(SETTLED_ON, self.run.request.steps))
        self.average.settle((self._on_device(patches.pixels),) for patches in batches)

    def _held_out_patches(self) -> DrawnPatches | None:
        """Upright, around organisms that lie evenly among all of the held-out scans."""
        scans = [(scan, organism_places(scan)) for scan in self.scans if scan.held_out]
        places = [(scan, x, y) for scan, middles in scans for x, y in middles]
        chosen = np.linspace(0, len(places) - 1, min(LOOKED_AT, len(places))).astype(int)
        cuts = [
            cut(scan, PatchPlace(x, y, np.eye(2)), self.side) for scan, x, y in (places[k] for k in chosen)
        ]
        return stacked(cuts) if cuts else None

    @torch.no_grad()
    def _held_out_dice(self) -> dict[str, float]:
        """The Dice of all organisms against the background, on a few patches; none where nothing is held out."""
        if self.looked_at is None:
            return {}
        overlap = seen = truth = 0
        for pixels, classes in zip(self.looked_at.pixels, self.looked_at.classes, strict=True):
            logits = self.average.network(self._on_device(pixels[None]))[0, :-1]
            is_organism = (logits.argmax(0).cpu() > 0) & (classes != UNLABELLED)
            drawn = (classes > 0) & (classes != UNLABELLED)
            overlap += int((is_organism & drawn).sum())
            seen, truth = seen + int(is_organism.sum()), truth + int(drawn.sum())
        return {"dice": 2 * overlap / max(seen + truth, 1)}

    def _report(self, epoch: int, step: int) -> None:
        epochs, steps = self.run.request.epochs, self.run.request.steps
        message = f"Epoch {min(epoch + 1, epochs)} of {epochs}"
        if self.history and "dice" in self.history[-1]:
            message += f", Dice {self.history[-1]['dice']:.2f} on the held-out scan"
        self.run.on_progress(
            {
                "stage": "train",
                "done": epoch * steps + step,
                "total": epochs * steps,
                "message": message,
                "history": self.history,
            }
        )

    # --- Checkpoints --------------------------------------------------------------------------------------------------

    @property
    def _key(self) -> dict:
        return {"settings": dict(self.run.request.settings), "scans": fingerprint(self.scans)}

    def _save_checkpoint(self, epochs_done: int) -> None:
        state = {"key": self._key, "epochs_done": epochs_done, "history": self.history}
        state |= {name: part.state_dict() for name, part in self._stateful().items()}
        checkpoint.write(self.run.folder, state)
        self.run.folder.write_history(self.history)

    def _resume(self) -> int:
        """How many epochs an interrupted run of the same request has done."""
        state = checkpoint.read(self.run.folder, self._key, self.run.device)
        if state is None:
            return 0
        for name, part in self._stateful().items():
            part.load_state_dict(state[name])
        self.history = state["history"]
        return state["epochs_done"]

    def _stateful(self) -> dict[str, Any]:
        """What has a `state_dict`, under its name in the checkpoint."""
        return {
            "network": self.network,
            "average": self.average.network,
            "optimiser": self.optimiser,
            "schedule": self.schedule,
        }


def fingerprint(scans: Sequence[LearningScan]) -> str:
    """A checkpoint of other scans or masks is none."""
    digest = hashlib.sha256()
    for scan in scans:
        facts = (scan.name, scan.held_out, scan.pixels.shape, scan.counts.tolist(), scan.light.tolist())
        digest.update(repr(facts).encode())
    return digest.hexdigest()
