"""What two views of the same pictures are to agree on: NT-Xent of SimCLR, and VICReg.

NT-Xent: Chen, Kornblith, Norouzi & Hinton 2020, arXiv 2002.05709. VICReg: Bardes, Ponce & LeCun 2022, arXiv 2105.04906.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

INVARIANCE, VARIANCE, COVARIANCE = 25.0, 25.0, 1.0  # what the three parts of VICReg weigh, as in the paper
LEAST_VARIANCE = 1e-4  # keeps the root's slope finite where all are alike


def nt_xent(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """Mean over 2N views of how surely each is found to be its twin among all others, (N, D) each: a scalar in nats."""
    views = F.normalize(torch.cat([first, second]), dim=1)  # (2N, D)
    similarity = views @ views.T / temperature
    similarity.fill_diagonal_(-torch.inf)  # nobody is compared with itself
    count = len(first)
    twins = torch.arange(2 * count, device=views.device).roll(count)
    return F.cross_entropy(similarity, twins)


def vicreg(first: Tensor, second: Tensor) -> Tensor:
    """Twins alike, no dimension without spread, no two that say the same; of (N, D) each, N at least two: a scalar."""
    spread = _lack_of_spread(first) + _lack_of_spread(second)
    shared = _shared(first) + _shared(second)
    return INVARIANCE * F.mse_loss(first, second) + VARIANCE * spread / 2 + COVARIANCE * shared


def _lack_of_spread(views: Tensor) -> Tensor:
    return F.relu(1 - (views.var(0) + LEAST_VARIANCE).sqrt()).mean()


def _shared(views: Tensor) -> Tensor:
    centred = views - views.mean(0)
    covariance = centred.T @ centred / (len(views) - 1)  # (D, D)
    off_diagonal = covariance.square().sum() - covariance.diagonal().square().sum()
    return off_diagonal / views.shape[1]
