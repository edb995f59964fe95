"""How a head is fitted, whichever it is: one kind of call, that tells how far it is and ends when it is told to."""

from typing import Protocol

import numpy as np
import torch

from classifier.contract.errors import Cancelled
from classifier.methods.forests import OnStep, grow_boosting, grow_forest
from classifier.methods.interface import OnProgress, ShouldStop
from classifier.methods.linear import Labelled, fit_linear


class Head(Protocol):
    def __call__(self, x: np.ndarray) -> np.ndarray:
        """float32 (N, D) to log posteriors, log odds of each choice, or a number: float64 (N, outputs)."""
        ...

    def tensors(self) -> dict[str, np.ndarray]: ...


class FitHead(Protocol):
    def __call__(
        self, kind: str, learn: Labelled, tune: Labelled, outputs: int, weights: np.ndarray | None = None
    ) -> Head:
        """`kind` is one, several or number; `weights` (N,) of what is learnt from, None: all alike."""
        ...


def by_forest(seed: int, threads: int, on_progress: OnProgress, should_stop: ShouldStop) -> FitHead:
    tick = _ticker("Growing trees", on_progress, should_stop)

    def fit(
        kind: str, learn: Labelled, tune: Labelled, outputs: int, weights: np.ndarray | None = None
    ) -> Head:
        return grow_forest(kind, *learn, outputs, seed, threads, tick, weights)

    return fit


def by_boosting(seed: int, threads: int, on_progress: OnProgress, should_stop: ShouldStop) -> FitHead:
    tick = _ticker("Boosting, round", on_progress, should_stop)

    def fit(
        kind: str, learn: Labelled, tune: Labelled, outputs: int, weights: np.ndarray | None = None
    ) -> Head:
        return grow_boosting(*learn, outputs, tune, seed, threads, tick, weights)

    return fit


def by_regression(device: torch.device, on_progress: OnProgress, should_stop: ShouldStop) -> FitHead:
    tick = _ticker("Regression, strength", on_progress, should_stop)

    def fit(
        kind: str, learn: Labelled, tune: Labelled, outputs: int, weights: np.ndarray | None = None
    ) -> Head:
        return fit_linear(kind, learn, tune, outputs, device, tick, weights)

    return fit


def _ticker(what: str, on_progress: OnProgress, should_stop: ShouldStop) -> OnStep:
    """Tells how far it is. Raises Cancelled when it is to end."""

    def tick(done: int, total: int) -> None:
        if should_stop():
            raise Cancelled
        on_progress({"stage": "train", "done": done, "total": total, "message": f"{what} {done} of {total}"})

    return tick
