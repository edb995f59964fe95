"""Trains one detector: patches with their boxes, focal loss."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from classifier.contract.detection import DetectorRequest
from classifier.contract.errors import ClassifierError
from classifier.detection.frames import LearningFrame
from classifier.detection.patches import BoxedPatches, BoxPatchSource, cut_window, patch_boxes
from classifier.detection.retinanet.anchors import anchor_ratios, anchor_sizes, suited_shrink
from classifier.detection.retinanet.loss import detection_loss
from classifier.detection.retinanet.network import Detector, DetectorShape
from classifier.inference.checking import WEIGHTS
from classifier.training.patch_run import PatchRun
from classifier.training.patch_trainer import PatchTrainer
from classifier.training.precision import trains_in_bfloat16

LOOKED_AT = 16  # patches of held-out scans at most that each epoch is looked at by


def detector_shape(request: DetectorRequest, frames: Sequence[LearningFrame], classes: int) -> DetectorShape:
    """As the boxes of the scans that are learnt from ask for."""
    boxes = np.concatenate([frame.boxes for frame in frames if not frame.held_out])
    shrink = request.shrink or suited_shrink(boxes)
    return DetectorShape(
        request.backbone,
        3 if request.colour else 1,
        classes,
        request.width,
        shrink,
        anchor_sizes(boxes / shrink),
        anchor_ratios(boxes),
    )


class DetectorTrainer(PatchTrainer[DetectorRequest, Detector, BoxedPatches]):
    """`frames` with those that are held out."""

    def __init__(self, run: PatchRun[DetectorRequest], frames: Sequence[LearningFrame], classes: int):
        request, self.frames = run.request, frames
        torch.manual_seed(request.seed)
        network = Detector(detector_shape(request, frames, classes), request.pretrained)
        if request.start_from:
            network.body.start_from(Path(request.start_from), _weights(Path(request.start_from)))
        self.first_weights = _hash_of(network.body)
        if request.frozen:
            network.body.freeze()
        network.in_bfloat16 = trains_in_bfloat16(network, run.device)
        super().__init__(run, network.on(run.device))
        shape = network.shape
        self.side = shape.rounded(request.patch * shape.shrink)
        self.anchors = network.anchors(self.side, self.side, run.device)
        learnt = [frame for frame in frames if not frame.held_out]
        self.source = BoxPatchSource(learnt, request, self.side, shape.shrink)
        self.looked_at = self._held_out_patches()

    def batch(self, number: int) -> BoxedPatches:
        return self.source.batch(number)

    def pixels(self, batch: BoxedPatches) -> Tensor:
        return batch.pixels.to(self.run.device, memory_format=torch.channels_last)

    def loss(self, batch: BoxedPatches) -> Tensor:
        return self._loss_of(self.network, batch)

    def _loss_of(self, network: Detector, batch: BoxedPatches) -> Tensor:
        drawn = [patch.on(self.run.device) for patch in batch.drawn]
        return detection_loss(network, network(self.pixels(batch)), self.anchors, drawn)

    def _held_out_patches(self) -> list[BoxedPatches]:
        """Upright, around boxes that lie evenly among all of the held-out scans."""
        places = [(frame, x, y) for frame in self.frames if frame.held_out for x, y in frame.middles]
        chosen = np.linspace(0, len(places) - 1, min(LOOKED_AT, len(places))).astype(int)
        return [self._upright(*places[k]) for k in chosen]

    def _upright(self, frame: LearningFrame, x: float, y: float) -> BoxedPatches:
        left, top = int(x) - self.side // 2, int(y) - self.side // 2
        pixels, boxes = cut_window(frame, left, top, self.side, self.side)
        return BoxedPatches(pixels, [patch_boxes(boxes, frame.classes, self.side, self.network.shape.shrink)])

    @torch.no_grad()
    def held_out_figures(self) -> dict[str, float]:
        """The mean loss."""
        losses = [float(self._loss_of(self.average.network, patch)) for patch in self.looked_at]
        return {"held_out_loss": sum(losses) / len(losses)} if losses else {}

    def in_words(self, entry: dict) -> str:
        return f"loss {entry['held_out_loss']:.2f} on held-out scans" if "held_out_loss" in entry else ""

    @property
    def patches(self) -> str:
        return f"{self.run.request.batch_size} patches of {self.side} pixels"

    @property
    def fingerprint(self) -> str:
        digest = hashlib.sha256(self.first_weights.encode())
        for frame in self.frames:
            facts = (frame.name, frame.held_out, frame.scan.pixels.shape, frame.scan.light.tolist())
            digest.update(repr(facts).encode() + frame.boxes.tobytes() + frame.classes.tobytes())
        return digest.hexdigest()


def _hash_of(network: nn.Module) -> str:
    digest = hashlib.sha256()
    for weight in network.parameters():
        digest.update(weight.detach().numpy().tobytes())
    return digest.hexdigest()


def _weights(folder: Path) -> dict[str, Tensor]:
    try:
        weights = load_file(folder / WEIGHTS)
    except (OSError, SafetensorError) as error:
        raise ClassifierError(f"{folder} holds no network to start from: {error}.") from error
    return {name.removeprefix("body."): value for name, value in weights.items()}  # of a detector
