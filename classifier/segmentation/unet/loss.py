"""What the network learns by: cross-entropy and Dice over the classes, and the same over the seam of two.

Pixels that nobody has labelled count for nothing. Dice: Milletari et al. 2016, arXiv 1606.04797.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, one_hot

UNLABELLED = 255  # among the classes of pixels
MOST_WEIGHT = 8.0  # of a rare class against the most frequent one
SEAM_WEIGHT = 8.0  # of a seam's pixel against others: seams are thin
SMOOTH = 1.0  # pixels: a class that is neither there nor seen costs nothing


def class_weights(pixels: np.ndarray) -> np.ndarray:
    """float32 (classes,) from how many pixels each has: the root of how much rarer it is, bounded."""
    shares = np.maximum(pixels, 1) / max(pixels.sum(), 1)
    return np.sqrt(shares.max() / shares).clip(1, MOST_WEIGHT).astype(np.float32)


def segmentation_loss(
    logits: Tensor, classes: Tensor, seams: Tensor, weights: Tensor, dice_share: float
) -> Tensor:
    """Logits (N, classes + 1, H, W), `classes` int64 and `seams` bool (N, H, W), `weights` (classes,) → the loss."""
    is_labelled = classes != UNLABELLED
    of_classes = (1 - dice_share) * cross_entropy_of(logits[:, :-1], classes, weights)
    of_classes = of_classes + dice_share * dice_loss(logits[:, :-1], classes, is_labelled)
    return of_classes + _seam_loss(logits[:, -1], seams.float(), is_labelled.float(), dice_share)


def cross_entropy_of(logits: Tensor, classes: Tensor, weights: Tensor) -> Tensor:
    """The mean over labelled pixels; 0 where there is none."""
    summed = cross_entropy(logits, classes, weights, ignore_index=UNLABELLED, reduction="sum")
    counted = weights[classes[classes != UNLABELLED]].sum()
    return summed / counted.clamp(min=1)


def dice_loss(logits: Tensor, classes: Tensor, is_labelled: Tensor) -> Tensor:
    """One minus the mean Dice over the classes but the background, over all labelled pixels of the batch."""
    truth = one_hot(classes.masked_fill(~is_labelled, 0), logits.shape[1]).movedim(-1, 1)
    mask = is_labelled[:, None].float()
    return 1 - _dice(logits.softmax(1)[:, 1:] * mask, truth[:, 1:] * mask).mean()


def _dice(predicted: Tensor, truth: Tensor) -> Tensor:
    """(N, C, H, W) both → (C,)."""
    along = (0, 2, 3)
    return (2 * (predicted * truth).sum(along) + SMOOTH) / (predicted.sum(along) + truth.sum(along) + SMOOTH)


def _seam_loss(logits: Tensor, seams: Tensor, mask: Tensor, dice_share: float) -> Tensor:
    each = binary_cross_entropy_with_logits(
        logits, seams, reduction="none", pos_weight=torch.tensor(SEAM_WEIGHT, device=logits.device)
    )
    entropy = (each * mask).sum() / mask.sum().clamp(min=1)
    overlap = _dice((logits.sigmoid() * mask)[:, None], (seams * mask)[:, None]).mean()
    return (1 - dice_share) * entropy + dice_share * (1 - overlap)
