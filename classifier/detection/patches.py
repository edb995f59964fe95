"""Patches of scans with the boxes on them, drawn at random: part of them around boxes, turned by quarters, scaled, in
another light.

All of a patch hangs on (seed, its number), so that an interrupted training goes on with the same ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from classifier.contract.detection import DetectorSettings
from classifier.detection.frames import LearningFrame
from classifier.detection.retinanet.loss import PatchBoxes
from classifier.segmentation.unet.patches import in_another_light, normalised, window_of


@dataclass(frozen=True)
class BoxedPatches:
    """`pixels` float32 (N, channels, S, S)."""

    pixels: Tensor
    drawn: list[PatchBoxes]


class BoxPatchSource:
    """Draws patches of `side` pixels from scans, which the network sees shrunk by `shrink`."""

    def __init__(self, frames: Sequence[LearningFrame], settings: DetectorSettings, side: int, shrink: int):
        self.frames, self.settings, self.side, self.shrink = frames, settings, side, shrink
        areas = np.array([frame.scan.width * frame.scan.height for frame in frames], float)
        self.shares = areas / areas.sum()
        counts = np.array([len(frame.boxes) for frame in frames], float)
        self.box_shares = counts / counts.sum()

    def batch(self, number: int) -> BoxedPatches:
        """The patches of one step of a training."""
        first = number * self.settings.batch_size
        patches = [self.patch(first + k) for k in range(self.settings.batch_size)]
        return BoxedPatches(
            torch.cat([patch.pixels for patch in patches]), [patch.drawn[0] for patch in patches]
        )

    def patch(self, number: int) -> BoxedPatches:
        rng = np.random.default_rng([self.settings.seed, number])
        size = max(round(self.side * np.exp(rng.uniform(-1, 1) * np.log1p(self.settings.scale))), 16)
        frame, x, y = self._middle(rng, size)
        pixels, boxes = cut_window(frame, x - size // 2, y - size // 2, size, self.side)
        if self.settings.turns:
            pixels, boxes = turned(pixels, boxes, rng.integers(0, 2, 3).astype(bool))
        pixels = in_another_light(pixels, rng, self.settings.light, self.settings.noise)
        return BoxedPatches(pixels, [patch_boxes(boxes, frame.classes, self.side, self.shrink)])

    def _middle(self, rng: np.random.Generator, size: int) -> tuple[LearningFrame, int, int]:
        """Of which scan, and where."""
        if rng.random() < self.settings.centred:
            frame = self.frames[int(rng.choice(len(self.frames), p=self.box_shares))]
            x, y = frame.middles[rng.integers(len(frame.boxes))] + rng.uniform(-size / 3, size / 3, 2)
        else:
            frame = self.frames[int(rng.choice(len(self.frames), p=self.shares))]
            x, y = rng.uniform(0, frame.scan.width), rng.uniform(0, frame.scan.height)
        return frame, int(x), int(y)


def cut_window(frame: LearningFrame, left: int, top: int, size: int, side: int) -> tuple[Tensor, np.ndarray]:
    """A window of `size` pixels brought to `side`: (1, channels, side, side), and all boxes in its pixels. Beyond the
    scan it goes on as at its edge."""
    window = window_of(frame.scan.pixels, left, top, size, "edge")
    pixels = normalised(window, frame.scan.light)[None]
    if size != side:
        pixels = interpolate(pixels, (side, side), mode="bilinear", align_corners=False, antialias=True)
    return pixels, (frame.boxes - np.array([left, top, left, top], np.float32)) * (side / size)


def turned(pixels: Tensor, boxes: np.ndarray, flips: np.ndarray) -> tuple[Tensor, np.ndarray]:
    """Mirrored from side to side, upside down, and over the diagonal, where `flips` (3,) says so."""
    side = pixels.shape[-1]
    for flip, axis in zip(flips[:2], (0, 1), strict=True):
        if flip:
            pixels, boxes = pixels.flip(3 - axis), boxes.copy()
            boxes[:, [axis, axis + 2]] = side - boxes[:, [axis + 2, axis]]
    if flips[2]:
        pixels, boxes = pixels.transpose(2, 3), boxes[:, [1, 0, 3, 2]]
    return pixels.contiguous(), boxes


def patch_boxes(boxes: np.ndarray, classes: np.ndarray, side: int, shrink: int) -> PatchBoxes:
    """Of boxes in pixels of a patch those that lie on it, if only in part."""
    is_seen = (boxes[:, :2] < side).all(1) & (boxes[:, 2:] > 0).all(1)
    middles = (boxes[is_seen, :2] + boxes[is_seen, 2:]) / 2
    within = ((middles >= 0) & (middles < side)).all(1)
    return PatchBoxes(
        torch.from_numpy(boxes[is_seen] / np.float32(shrink)),
        torch.from_numpy(classes[is_seen]),
        torch.from_numpy(within),
    )
