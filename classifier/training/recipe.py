"""The numbers of the recipe. Where they come from: docs/learning.md."""

from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

BODY_RATE, HEAD_RATE = 2e-4, 1e-3  # of fine-tuning
FROZEN_EPOCHS = 1  # of fine-tuning: the new head learns alone, or its noise would shake the body
SMALL_RATE, LARGE_RATE, TRANSFORMER_RATE = 3e-3, 1e-3, 5e-4  # from scratch
SMALL = 6_000_000  # weights
WEIGHT_DECAY = 0.05
WARM_UP = 0.15  # of the cycle
CLIP = 1.0
TRAITS_WEIGH = 0.3  # of all traits together, against the taxon's 1


def patience(epochs: int) -> int:
    """Epochs without a better figure after which it stops. The cycle's end brings the most, so it is patient."""
    return max(8, epochs // 3)


def optimiser(network: nn.Module, features: nn.Module, fine_tuned: bool) -> AdamW:
    return AdamW(parameter_groups(network, features, fine_tuned))


def one_cycle(optimiser: AdamW, steps: int) -> OneCycleLR:
    """Must be made before the optimiser's first step: it takes its peaks from the groups."""
    peaks = [group["lr"] for group in optimiser.param_groups]
    return OneCycleLR(optimiser, peaks, total_steps=steps, pct_start=WARM_UP)


def parameter_groups(network: nn.Module, features: nn.Module, fine_tuned: bool) -> list[dict]:
    """Body and heads, each with weight decay and, for norms and biases, without; `lr` is the peak of the cycle."""
    body = set(features.parameters())
    rates = (BODY_RATE, HEAD_RATE) if fine_tuned else (rate_from_scratch(features),) * 2
    groups = []
    for in_body, rate in zip((True, False), rates, strict=True):
        weights = [p for p in network.parameters() if (p in body) == in_body]
        decayed, others = [p for p in weights if p.ndim > 1], [p for p in weights if p.ndim <= 1]
        groups.append({"params": decayed, "weight_decay": WEIGHT_DECAY, "lr": rate})
        groups.append({"params": others, "weight_decay": 0.0, "lr": rate})
    return groups


def rate_from_scratch(features: nn.Module) -> float:
    if any(isinstance(layer, nn.LayerNorm) for layer in features.modules()):
        return TRANSFORMER_RATE
    return SMALL_RATE if sum(p.numel() for p in features.parameters()) < SMALL else LARGE_RATE
