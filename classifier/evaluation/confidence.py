"""What the score of a label is worth once the label has been chosen.

Probabilities that are right of each class by itself are too high for the class that is picked: it was picked for being
high, and where rare classes are favoured (balance.py) they are picked where they are overestimated. So the odds of the
picked label are put right by a line (Platt 1999), with another shift where it is not the likeliest. Where it is, it
stays so.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

SPREAD = 0.5  # standard deviation that slope and shifts are believed to have, before objects say otherwise
LOW, HIGH = 1e-6, 1 - 2**-12  # above that, float16, in which the calibrator keeps probabilities, knows only 1


@dataclass(frozen=True)
class Confidence:
    slope: float = 1.0
    shift: float = 0.0
    overruled: float = 0.0  # added where another class is likelier

    def apply(self, p: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """(N, C) probabilities in which that of the label given is honest; the others share what is left as before, but
        that none becomes likelier than a label that was the likeliest."""
        rows = np.arange(len(labels))
        before = np.clip(p[rows, labels].astype(float), LOW, HIGH)
        overruled = _is_overruled(p, labels)
        after = expit(_features(before, overruled) @ np.array([self.slope, self.shift, self.overruled]))
        if p.shape[1] == 1:
            return p
        after = np.where(overruled, after, np.maximum(after, 1 / p.shape[1]))
        honest = p.copy()
        honest[rows, labels] = 0
        honest[honest.sum(1) == 0] = 1  # nothing was left for the others: they share alike
        honest[rows, labels] = 0
        honest *= ((1 - after) / honest.sum(1))[:, None].astype(p.dtype)
        honest[rows, labels] = after
        return _with_label_first(honest, labels, ~overruled)

    def as_json(self) -> dict:
        return {"slope": self.slope, "shift": self.shift, "overruled": self.overruled}

    @classmethod
    def from_json(cls, entry: dict) -> Self:
        return cls(**entry)


def fit_confidence(p: np.ndarray, predicted: np.ndarray, labels: np.ndarray) -> Confidence:
    """The line with the least loss, held near to changing nothing by a Gaussian prior.

    `p` (N, C) calibrated, `predicted` (N,) the labels that are written, `labels` (N,) the true ones. Without objects,
    nothing is changed.
    """
    scores = np.clip(p[np.arange(len(predicted)), predicted].astype(float), LOW, HIGH)
    features, right = _features(scores, _is_overruled(p, predicted)), predicted == labels
    nothing = np.array([1.0, 0.0, 0.0])

    def loss(place: np.ndarray) -> tuple[float, np.ndarray]:
        odds, away = features @ place, (place - nothing) / SPREAD
        value = np.logaddexp(0, np.where(right, -odds, odds)).sum() + (away**2).sum() / 2
        return value, features.T @ (expit(odds) - right) + away / SPREAD

    return Confidence(*minimize(loss, nothing, jac=True, method="L-BFGS-B").x.tolist())


def _with_label_first(p: np.ndarray, labels: np.ndarray, is_first: np.ndarray) -> np.ndarray:
    """In those rows no class has more than the label: what others have too much fills up what the rest have less."""
    rows = np.flatnonzero(is_first & (p.max(1) > p[np.arange(len(p)), labels]))
    part, most = p[rows], p[rows, labels[rows]][:, None]
    excess, room = np.maximum(part - most, 0), np.maximum(most - part, 0)
    share = excess.sum(1, keepdims=True) / np.maximum(room.sum(1, keepdims=True), np.finfo(p.dtype).tiny)
    p[rows] = np.minimum(part, most) + room * np.minimum(share, 1)
    return p


def _features(scores: np.ndarray, overruled: np.ndarray) -> np.ndarray:
    return np.stack([logit(scores), np.ones(len(scores)), overruled.astype(float)], axis=1)


def _is_overruled(p: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return p.argmax(1) != labels if len(p) else np.zeros(0, bool)
