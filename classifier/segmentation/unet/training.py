"""Trains one U-Net: patches, Dice and cross-entropy."""

import hashlib
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from classifier.contract.unet import UnetRequest
from classifier.segmentation.unet.loss import UNLABELLED, class_weights, segmentation_loss
from classifier.segmentation.unet.network import SEEN, Unet, UnetShape, organism_bytes
from classifier.segmentation.unet.patches import (
    DrawnPatches,
    PatchPlace,
    PatchSource,
    cut,
    organism_places,
    stacked,
)
from classifier.segmentation.unet.reading import strips
from classifier.segmentation.unet.scans import LearningScan
from classifier.training.patch_run import PatchRun
from classifier.training.patch_trainer import PatchTrainer
from classifier.training.precision import trains_in_bfloat16

LOOKED_AT = 16  # patches of held-out scans at most that each epoch is looked at by


class UnetTrainer(PatchTrainer[UnetRequest, Unet, DrawnPatches]):
    """`scans` with those that are held out, `classes` counts the background."""

    def __init__(self, run: PatchRun[UnetRequest], scans: Sequence[LearningScan], classes: int):
        request = run.request
        self.scans = scans
        torch.manual_seed(request.seed)
        channels = 3 if request.colour else 1
        shape = UnetShape(channels, classes, request.width, request.levels, request.stride)
        network = Unet(shape).on(run.device)
        network.in_bfloat16 = trains_in_bfloat16(network, run.device)
        super().__init__(run, network)
        self.side = shape.rounded(request.patch)
        learnt = [scan for scan in scans if not scan.held_out]
        self.source = PatchSource(learnt, request, self.side)
        self.weights = torch.from_numpy(class_weights(np.sum([scan.counts for scan in learnt], axis=0))).to(
            run.device
        )
        self.looked_at = self._held_out_patches()

    def batch(self, number: int) -> DrawnPatches:
        return self.source.batch(number)

    def pixels(self, batch: DrawnPatches) -> Tensor:
        return self._on_device(batch.pixels)

    def loss(self, batch: DrawnPatches) -> Tensor:
        logits = self.network(self.pixels(batch))
        classes, seams = (mask.to(self.run.device) for mask in (batch.classes, batch.seams))
        return segmentation_loss(logits, classes, seams, self.weights, self.run.request.dice)

    def _on_device(self, pixels: Tensor) -> Tensor:
        return pixels.to(self.run.device, memory_format=torch.channels_last)

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
    def held_out_figures(self) -> dict[str, float]:
        """The Dice of all organisms against the background, by the rule that scans are cut by."""
        if self.looked_at is None:
            return {}
        overlap = predicted = truth = 0
        for pixels, classes in zip(self.looked_at.pixels, self.looked_at.classes, strict=True):
            logits = self.average.network(self._on_device(pixels[None]))[0, :-1]
            is_organism = (organism_bytes(logits).cpu() >= SEEN) & (classes != UNLABELLED)
            drawn = (classes > 0) & (classes != UNLABELLED)
            overlap += int((is_organism & drawn).sum())
            predicted, truth = predicted + int(is_organism.sum()), truth + int(drawn.sum())
        return {"dice": 2 * overlap / max(predicted + truth, 1)}

    def in_words(self, entry: dict) -> str:
        return f"Dice {entry['dice']:.2f} on the held-out scan" if "dice" in entry else ""

    @property
    def patches(self) -> str:
        return f"{self.run.request.batch_size} patches of {self.side} pixels"

    @property
    def fingerprint(self) -> str:
        digest = hashlib.sha256()
        for scan in self.scans:
            digest.update(repr((scan.name, scan.held_out, scan.pixels.shape)).encode())
            for top, bottom in strips(scan.height, scan.width):
                for values in (scan.pixels, scan.classes, scan.ids):
                    digest.update(b"" if values is None else values[top:bottom].tobytes())
        return digest.hexdigest()
