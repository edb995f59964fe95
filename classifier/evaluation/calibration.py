"""Temperature scaling (Guo et al. 2017, arXiv 1706.04599): one number that makes scores honest."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

COLDEST, HOTTEST = 0.05, 20.0


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature with the least negative log likelihood. `logits` (N, classes), `labels` (N,)."""
    if len(labels) == 0:
        return 1.0

    def loss(log_temperature: float) -> float:
        return nll(logits / np.exp(log_temperature), labels)

    found = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded")
    return float(np.exp(found.x))


def nll(logits: np.ndarray, labels: np.ndarray) -> float:
    return float(-log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean())


def cross_fitted(logits: np.ndarray, labels: np.ndarray, seed: int) -> np.ndarray:
    """Calibrated probabilities in which no object helped to calibrate itself: each half by the other's temperature."""
    half = np.random.default_rng(seed).random(len(labels)) < 0.5
    probabilities = np.empty_like(logits)
    for part in (half, ~half):
        probabilities[part] = softmax(logits[part] / fit_temperature(logits[~part], labels[~part]), axis=1)
    return probabilities
