"""Scores made honest: one temperature (Guo et al. 2017, arXiv 1706.04599), what rare classes as such are underrated by
(as Menon et al. 2021, arXiv 2007.07314, adjust logits) and, where it helps, a bias a class.

The class that is named is the likeliest by what comes of it (balance.py has the one exception)."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.model_selection import GroupKFold

COLDEST, HOTTEST = 0.05, 20.0
BINS = 15
PARTS = 4  # of the cross-validation
SPREAD = 0.5  # standard deviation that a bias and the tilt are believed to have, before objects say otherwise
MOST, MOST_TO_CHOOSE = 20_000, 5_000  # objects: more would change no digit that is shown


@dataclass(frozen=True)
class Calibration:
    temperature: float = 1.0
    bias: np.ndarray | None = None  # (C,), added to the logits that the temperature has divided

    def apply(self, logits: np.ndarray) -> np.ndarray:
        """(N, C) logits → (N, C) probabilities."""
        return softmax(self._scaled(logits), axis=1)

    def nll(self, logits: np.ndarray, labels: np.ndarray) -> float:
        return nll(self._scaled(logits), labels)

    def _scaled(self, logits: np.ndarray) -> np.ndarray:
        scaled = logits / self.temperature
        return scaled if self.bias is None else scaled + self.bias

    def as_json(self) -> dict:
        return {"temperature": self.temperature, "bias": None if self.bias is None else self.bias.tolist()}

    @classmethod
    def from_json(cls, entry: dict) -> Self:
        bias = entry.get("bias")
        return cls(entry["temperature"], None if bias is None else np.array(bias, float))


def fit_calibration(
    logits: np.ndarray, labels: np.ndarray, groups: np.ndarray, prior: np.ndarray, seed: int = 0
) -> Calibration:
    """A temperature and a tilt; with a bias for each class only where that lowers the loss on groups it was not fitted
    to.

    `logits` (N, C), `labels` (N,) class numbers, `groups` (N,) names of samples, `prior` (C,) shares of the classes in
    training. Without objects, nothing is changed.
    """
    some = np.random.default_rng(seed).permutation(len(labels))[:MOST]
    few = some[:MOST_TO_CHOOSE]
    fit = fit_vector if _bias_helps(logits[few], labels[few], groups[few], prior, seed) else fit_tilted
    return fit(logits[some], labels[some], prior)


def _bias_helps(
    logits: np.ndarray, labels: np.ndarray, groups: np.ndarray, prior: np.ndarray, seed: int
) -> bool:
    _, group = np.unique(groups, return_inverse=True)
    if group.max(initial=0) == 0:
        group = np.arange(len(labels))
    parts = min(PARTS, len(np.unique(group)))
    if parts < 2:
        return False
    gain = 0.0
    for fit, check in GroupKFold(parts, shuffle=True, random_state=seed).split(logits, groups=group):
        tilted, vector = (way(logits[fit], labels[fit], prior) for way in (fit_tilted, fit_vector))
        gain += len(check) * (
            tilted.nll(logits[check], labels[check]) - vector.nll(logits[check], labels[check])
        )
    return gain > 0


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature with the least negative log likelihood. `logits` (N, classes), `labels` (N,)."""
    if len(labels) == 0:
        return 1.0

    def loss(log_temperature: float) -> float:
        return nll(logits / np.exp(log_temperature), labels)

    minimum = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded")
    return float(np.exp(minimum.x))


def fit_tilted(logits: np.ndarray, labels: np.ndarray, prior: np.ndarray) -> Calibration:
    """Temperature, and as the bias of each class one number, the tilt, times how rare it is: what learns from few
    objects of a class underrates it, more than the frequencies alone would have it."""
    if len(labels) == 0:
        return Calibration()
    rarity = _rarity(prior)

    def loss(place: np.ndarray) -> float:
        tilted = logits * np.exp(-place[0]) + place[1] * rarity
        return len(labels) * nll(tilted, labels) + (place[1] / SPREAD) ** 2 / 2

    start = np.array([np.log(fit_temperature(logits, labels)), 0.0])
    bounds = [(np.log(COLDEST), np.log(HOTTEST)), (None, None)]
    minimum = minimize(loss, start, method="L-BFGS-B", bounds=bounds)
    return Calibration(float(np.exp(minimum.x[0])), minimum.x[1] * rarity)


def _rarity(prior: np.ndarray) -> np.ndarray:
    """(C,) 0 of the commonest class, 1 of one that is e times as rare."""
    shares = np.maximum(prior, np.finfo(float).tiny)
    return np.log(shares.max() / shares)


def fit_vector(logits: np.ndarray, labels: np.ndarray, prior: np.ndarray) -> Calibration:
    """Temperature and biases together, the biases held near the tilt by a Gaussian prior: rare taxa keep near it."""
    count, classes = logits.shape
    counts, own = np.bincount(labels, minlength=classes), (np.arange(count), labels)
    own_logits = logits[own].sum()
    tilted = fit_tilted(logits, labels, prior)
    middle = np.zeros(classes) if tilted.bias is None else tilted.bias

    def loss(place: np.ndarray) -> tuple[float, np.ndarray]:
        coldness, bias = np.exp(-place[0]), place[1:]
        scaled = logits * coldness + bias
        scaled -= scaled.max(1, keepdims=True)
        of_own = scaled[own].sum()
        p = np.exp(scaled, out=scaled)
        total = p.sum(1, keepdims=True)
        p /= total
        of_bias = p.sum(0) - counts + (bias - middle) / SPREAD**2
        of_temperature = -coldness * (np.vdot(p, logits) - own_logits)
        value = np.log(total).sum() - of_own + ((bias - middle) ** 2).sum() / (2 * SPREAD**2)
        return value / count, np.array([of_temperature, *of_bias]) / count

    start = np.array([np.log(tilted.temperature), *middle])
    bounds = [(np.log(COLDEST), np.log(HOTTEST)), *[(None, None)] * classes]
    minimum = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 50, "ftol": 1e-7}
    )
    return Calibration(float(np.exp(minimum.x[0])), minimum.x[1:])


def nll(logits: np.ndarray, labels: np.ndarray) -> float:
    return float(-log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean())


def classwise_ece(labels: np.ndarray, p: np.ndarray) -> float:
    """Mean over classes of the distance between probability and share, in bins of equal mass (Kull et al. 2019,
    arXiv 1910.12656). `p` (N, C). NaN without objects."""
    if len(labels) == 0:
        return float("nan")
    return float(np.mean([_gap(p[:, k], labels == k) for k in range(p.shape[1])]))


def _gap(score: np.ndarray, right: np.ndarray) -> float:
    excess = (score - right)[np.argsort(score, kind="stable")]
    return sum(abs(part.sum()) for part in np.array_split(excess, min(BINS, len(excess)))) / len(excess)


def cross_fitted(logits: np.ndarray, labels: np.ndarray, seed: int) -> np.ndarray:
    """Calibrated probabilities in which no object helped to calibrate itself: each half by the other's temperature."""
    half = np.random.default_rng(seed).random(len(labels)) < 0.5
    probabilities = np.empty_like(logits)
    for part in (half, ~half):
        probabilities[part] = softmax(logits[part] / fit_temperature(logits[~part], labels[~part]), axis=1)
    return probabilities
