"""What the network learns by: the focal loss of the classes and the distance of boxes (Lin et al. 2017)."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.models.detection._utils import Matcher
from torchvision.ops import box_iou

from classifier.detection.retinanet.network import Detector

MATCHER = Matcher(0.5, 0.4, allow_low_quality_matches=True)


@dataclass(frozen=True)
class PatchBoxes:
    """Of a patch: `boxes` (n, 4) as the network sees it, `labels` int64 (n,) from 0 on. Whose middle lies beyond it is
    not `within`, bool (n,): nothing is learnt where it lies."""

    boxes: Tensor
    labels: Tensor
    within: Tensor

    def on(self, device: torch.device) -> "PatchBoxes":
        return PatchBoxes(self.boxes.to(device), self.labels.to(device), self.within.to(device))


def detection_loss(
    network: Detector, output: dict[str, Tensor], anchors: Tensor, drawn: Sequence[PatchBoxes]
) -> Tensor:
    """Of a batch, the mean over its patches."""
    matched = [matches(anchors, patch) for patch in drawn]
    targets = [{"boxes": patch.boxes, "labels": patch.labels} for patch in drawn]
    losses = network.head.compute_loss(targets, output, [anchors] * len(drawn), matched)
    return losses["classification"] + losses["bbox_regression"]


def matches(anchors: Tensor, patch: PatchBoxes) -> Tensor:
    """int64 (anchors,): the box that each stands for, −1 background, −2 nothing to learn."""
    if not len(patch.boxes):
        return torch.full((len(anchors),), Matcher.BELOW_LOW_THRESHOLD, device=anchors.device)
    matched = MATCHER(box_iou(patch.boxes, anchors))
    is_cut = (matched >= 0) & ~patch.within[matched.clamp(min=0)]
    return torch.where(is_cut, Matcher.BETWEEN_THRESHOLDS, matched)
