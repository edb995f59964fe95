"""Linear heads by L-BFGS: seconds for a hundred thousand objects, because each strength starts where the last ended."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from classifier.methods.forests import OnStep, prior_of

STRENGTHS = (1e-2, 3e-3, 1e-3, 3e-4, 1e-4)  # of the L2 penalty on the mean loss, strong first
USUAL_STRENGTH = 1e-3  # where too few objects are there to choose by
FEWEST_TO_CHOOSE_BY = 10
STEPS = 40  # of L-BFGS for each strength

LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "one": F.cross_entropy,
    "several": F.binary_cross_entropy_with_logits,
    "number": F.mse_loss,
}


@dataclass
class Linear:
    """x (N, D) to logits or numbers (N, outputs)."""

    weight: np.ndarray  # float32 (D, outputs)
    bias: np.ndarray  # float32 (outputs,)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return (x @ self.weight + self.bias).astype(np.float64)

    def tensors(self) -> dict[str, np.ndarray]:
        return {"weight": self.weight, "bias": self.bias}

    @classmethod
    def from_tensors(cls, kind: str, tensors: dict[str, np.ndarray]) -> "Linear":
        return cls(**tensors)


Labelled = tuple[np.ndarray, np.ndarray]  # float32 x (N, D) of like scales, and its y


def fit_linear(
    kind: str,
    learn: Labelled,
    tune: Labelled,
    outputs: int,
    device: torch.device,
    tick: OnStep,
    weights: np.ndarray | None = None,
) -> Linear:
    """Multinomial logistic regression for one, one binary for each choice for several, ridge regression for a number.

    `y` and `weights` as in `forests.grow_forest`. The strength of the penalty is the one with the least loss on `tune`.
    """
    y_mean, y_std = _scale(kind, learn[1])
    x, y = _tensors(kind, learn, y_mean, y_std, device)
    x_tune, y_tune = _tensors(kind, tune, y_mean, y_std, device)
    strengths = STRENGTHS if len(y_tune) >= FEWEST_TO_CHOOSE_BY else (USUAL_STRENGTH,)
    weight = torch.zeros(x.shape[1], outputs, device=device, requires_grad=True)
    bias = _first_bias(kind, learn[1], outputs, weights).to(device).requires_grad_()
    loss_of = _weighed(LOSSES[kind], weights, device)
    best, best_loss = (
        Linear(np.zeros((x.shape[1], outputs), np.float32), np.zeros(outputs, np.float32)),
        np.inf,
    )
    for number, strength in enumerate(strengths):
        tick(number, len(strengths))
        _minimise(loss_of, weight, bias, x, y, strength)
        loss = _loss(LOSSES[kind], weight, bias, x_tune, y_tune) if len(strengths) > 1 else 0.0
        if loss >= best_loss:
            break
        best, best_loss = Linear(*(part.detach().cpu().numpy().copy() for part in (weight, bias))), loss
    return Linear(best.weight * np.float32(y_std), best.bias * np.float32(y_std) + np.float32(y_mean))


def _weighed(
    loss: Callable[[Tensor, Tensor], Tensor], weights: np.ndarray | None, device: torch.device
) -> Callable[[Tensor, Tensor], Tensor]:
    """The mean loss, in which each object counts by its weight."""
    if weights is None:
        return loss
    shares = torch.tensor(weights / weights.sum(), dtype=torch.float32, device=device)
    return lambda logits, y: F.cross_entropy(logits, y, reduction="none") @ shares


def _minimise(loss: Callable, weight: Tensor, bias: Tensor, x: Tensor, y: Tensor, strength: float) -> None:
    optimiser = torch.optim.LBFGS(
        [weight, bias], max_iter=STEPS, history_size=10, tolerance_change=1e-7, line_search_fn="strong_wolfe"
    )

    def closure() -> Tensor:
        optimiser.zero_grad()
        objective = loss(torch.addmm(bias, x, weight), y) + strength / 2 * weight.square().sum()
        objective.backward()
        return objective

    optimiser.step(closure)


@torch.no_grad()
def _loss(loss: Callable, weight: Tensor, bias: Tensor, x: Tensor, y: Tensor) -> float:
    return float(loss(torch.addmm(bias, x, weight), y))


def _first_bias(kind: str, y: np.ndarray, outputs: int, weights: np.ndarray | None) -> Tensor:
    """What one would say without looking: the rest of the way is short, and classes never seen stay rare."""
    if kind == "number":
        return torch.zeros(outputs)
    share = prior_of(kind, y, outputs, weights)
    start = np.log(share) if kind == "one" else np.log(share) - np.log1p(-share)
    return torch.tensor(start, dtype=torch.float32)


def _scale(kind: str, y: np.ndarray) -> tuple[float, float]:
    return (float(y.mean()), float(y.std()) or 1.0) if kind == "number" else (0.0, 1.0)


def _tensors(
    kind: str, labelled: Labelled, y_mean: float, y_std: float, device: torch.device
) -> tuple[Tensor, Tensor]:
    x = torch.from_numpy(np.ascontiguousarray(labelled[0], np.float32)).to(device)
    if kind == "one":
        return x, torch.from_numpy(labelled[1].astype(np.int64)).to(device)
    y = torch.from_numpy(((labelled[1] - y_mean) / y_std).astype(np.float32)).to(device)
    return x, y[:, None] if kind == "number" else y
