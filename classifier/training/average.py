"""A moving average of the weights: what is measured and kept (Polyak & Juditsky 1992)."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

DECAY = 0.998
Followed = TypeVar("Followed", bound=nn.Module)


class Average(Generic[Followed]):
    """Follows a network. Young, it forgets fast, so that the first random weights don't linger."""

    def __init__(self, network: Followed):
        self.network = deepcopy(network).eval().requires_grad_(False)

    @torch.no_grad()
    def follow(self, network: nn.Module, step: int) -> None:
        mine, theirs = self.network.state_dict(), network.state_dict()
        floats = [name for name, value in mine.items() if value.is_floating_point()]
        blend = get_ema_multi_avg_fn(min(DECAY, (1 + step) / (10 + step)))
        blend([mine[name] for name in floats], [theirs[name] for name in floats], step)
        for name in mine.keys() - floats:
            mine[name].copy_(theirs[name])

    @torch.no_grad()
    def settle(self, batches: Iterable[tuple[Tensor, ...]]) -> None:
        """Takes the statistics of batch norms anew, from a network's inputs as they are when predicting: an average of
        statistics is not the statistics of averaged weights (Izmailov et al. 2018, arXiv 1803.05407), and after the few
        steps of a small learning set it still remembers the first random weights."""
        norms = [
            layer for layer in self.network.modules() if isinstance(layer, nn.modules.batchnorm._BatchNorm)
        ]
        if not norms:
            return
        momenta = [norm.momentum for norm in norms]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # the plain mean of all batches
            norm.train()
        for inputs in batches:
            self.network(*inputs)
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
            norm.eval()

    def copied(self) -> dict[str, Tensor]:
        return {name: value.detach().clone() for name, value in self.network.state_dict().items()}
