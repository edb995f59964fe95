"""Linear discriminant analysis with a shrunken covariance: what can be said after the first few labels."""

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from classifier.refit.head import Array, LastLayer


def fit_discriminant(x: Array, y: Array, classes: int, priors: Array | None = None) -> LastLayer:
    """`x` float32 (N, D), `y` (N,) class numbers; one that has no object is never named.

    `priors` (C,) are the shares of the classes among what is to be named; None: as among the labels.
    """
    counts = np.bincount(y, minlength=classes)
    means = class_means(x, y, counts)
    covariance = shrunken(x - means[y])
    weight = cho_solve(cho_factor(covariance, lower=True), means.T.astype(np.float64))
    shares = counts / counts.sum() if priors is None else priors
    with np.errstate(divide="ignore"):
        bias = np.log(shares) - 0.5 * np.einsum("cd,dc->c", means, weight)
    bias[counts == 0] = -np.inf
    return LastLayer(weight.astype(np.float32), bias.astype(np.float32))


def class_means(x: Array, y: Array, counts: Array) -> Array:
    """(C, D); zeros for a class without objects."""
    order = np.argsort(y, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    means = np.zeros((len(counts), x.shape[1]), x.dtype)
    has_some = counts > 0
    means[has_some] = np.add.reduceat(x[order], starts[has_some]) / counts[has_some, None]
    return means


def shrunken(residuals: Array) -> Array:
    """Their covariance drawn towards a sphere, as far as Ledoit and Wolf (2004) say: (N, D) to float64 (D, D)."""
    count, dimensions = residuals.shape
    covariance = (residuals.T @ residuals).astype(np.float64) / count
    size = np.trace(covariance) / dimensions
    squares = np.square(residuals)
    spread = (squares.T @ squares).sum(dtype=np.float64) / count - np.square(covariance).sum()
    far = np.square(covariance).sum() - dimensions * size**2
    share = min(1.0, max(0.0, spread / count / far)) if far > 0 else 1.0
    sphere = np.eye(dimensions) * max(size, 1e-6)
    return (1 - share) * covariance + share * sphere + 1e-6 * np.eye(dimensions)
