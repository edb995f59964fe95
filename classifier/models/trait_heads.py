"""What a network's head says of a trait: how wide it is, how it is judged, how its answer is read.

A choice is a softmax; several choices are as many yes or no; an ordinal trait asks at each step "higher still?" (CORN:
Shi, Cao & Raschka 2023, arXiv 2111.08851); a number is learnt on a logarithmic scale, standardised.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from classifier.contract.traits import Trait, TraitKind, is_known


def head_width(trait: Trait) -> int:
    return trait.outputs - 1 if trait.kind == TraitKind.ORDINAL else trait.outputs


def can_be_learnt(trait: Trait, labels: np.ndarray) -> bool:
    """Whether there is anything to tell apart, and an object that shows it. `labels` are those of the fold `train`."""
    return bool(is_known(labels).any()) and (
        trait.is_number or trait.kind == TraitKind.SEVERAL or trait.outputs > 1
    )


@dataclass(frozen=True)
class NumberScale:
    """Of a number: mean and deviation of its logarithm among the training objects."""

    mean: float = 0.0
    std: float = 1.0

    @classmethod
    def of(cls, trait: Trait, labels: np.ndarray) -> "NumberScale":
        if not trait.is_number:
            return cls()
        logs = signed_log(labels[is_known(labels)])
        return cls(float(logs.mean()), float(logs.std() + 1e-3))

    def standardised(self, values: np.ndarray) -> np.ndarray:
        return (signed_log(values) - self.mean) / self.std

    def natural(self, standardised: np.ndarray) -> np.ndarray:
        logs = standardised.astype(np.float64) * self.std + self.mean
        return np.sign(logs) * np.expm1(np.abs(logs))


def signed_log(values: np.ndarray) -> np.ndarray:
    """log(1 + x), and the same of what lies below zero."""
    return np.sign(values) * np.log1p(np.abs(values))


def targets(trait: Trait, labels: np.ndarray, scale: NumberScale) -> Tensor:
    """Labels as the loss takes them, gaps included: int64 (N,), float32 (N, choices) or standardised float32 (N,)."""
    if trait.is_number:
        return torch.from_numpy(scale.standardised(labels).astype(np.float32))
    return torch.from_numpy(labels)


def has_label(target: Tensor) -> Tensor:
    """(N,) bool: where a trait has a label."""
    if not target.is_floating_point():
        return target >= 0
    return target.isfinite() if target.ndim == 1 else target[:, 0].isfinite()


def summed_loss(trait: Trait, output: Tensor, target: Tensor) -> Tensor:
    """Sum over the objects that have a label; zero, with a gradient, where none has. `output` is (N, head_width)."""
    labelled = has_label(target)
    output, target = output[labelled], target[labelled]
    if trait.is_number:
        return F.huber_loss(output[:, 0], target, reduction="sum")
    if trait.kind == TraitKind.SEVERAL:
        return F.binary_cross_entropy_with_logits(output, target, reduction="sum") / trait.outputs
    return F.nll_loss(log_probabilities(trait, output), target, reduction="sum")


def log_probabilities(trait: Trait, output: Tensor) -> Tensor:
    """(N, choices) of a trait that has one of its choices."""
    if trait.kind != TraitKind.ORDINAL:
        return output.log_softmax(1)
    none = output.new_zeros(len(output), 1)
    reached = torch.cat([none, F.logsigmoid(output).cumsum(1)], 1)  # log P(at least choice k)
    return reached + torch.cat([F.logsigmoid(-output), none], 1)  # and no higher


def read(trait: Trait, output: Tensor, scale: NumberScale) -> np.ndarray:
    """As Outputs.traits has it: log-probabilities (N, choices), logits of `several`, or values (N,)."""
    if trait.is_number:
        return scale.natural(output[:, 0].cpu().numpy())
    return (
        (output if trait.kind == TraitKind.SEVERAL else log_probabilities(trait, output))
        .cpu()
        .numpy()
        .astype(np.float64)
    )
