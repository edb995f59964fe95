"""Multinomial logistic regression by L-BFGS, from where the last fit ended: a few steps are enough then."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from classifier.refit.head import Array, LastLayer, softmax

STRENGTH = 1.0  # of the pull of each weight towards where it began, in labels
BLOCK = 2048  # rows at a time: their logits stay in the processor's cache
WARM_STEPS, COLD_STEPS = 8, 100


@dataclass(frozen=True)
class Unlabelled:
    """Objects of which only the earlier model has said something: all of them together hold to that as `weight` labels
    would. So labels of one kind leave alone what lies elsewhere."""

    x: Array  # float32 (M, D)
    earlier: Array  # (M, C) log probabilities
    weight: float


@dataclass(frozen=True)
class Task:
    """`earlier` (N, C) are log probabilities of an earlier model, which count as they are unless labels speak against
    them. `strength` is how much weights are drawn to zero, `bias_strength` biases."""

    x: Array  # float32 (N, D)
    y: Array  # (N,)
    classes: int
    earlier: Array | None = None
    weights: Array | None = None  # float32 (N,) of the labels; None: each counts one
    strength: float = STRENGTH
    bias_strength: float = 0.0
    unlabelled: "Unlabelled | None" = None


def fit_logistic(task: Task, start: LastLayer | None = None, steps: int | None = None) -> LastLayer:
    """Minimises the log loss of the labels and the pull together. With `start`, from there and in few steps."""
    objective = _Objective(task)
    first = objective.zeros() if start is None else objective.packed(start)
    steps = steps or (COLD_STEPS if start is None else WARM_STEPS)
    options = {"maxiter": steps, "maxfun": 2 * steps, "maxcor": 10, "ftol": 1e-6, "gtol": 1e-6}
    return objective.head(minimize(objective, first, jac=True, method="L-BFGS-B", options=options).x)


class _Objective:
    """The loss and its gradient at a point: weights (D, C) and biases (C,) one behind the other, float64."""

    def __init__(self, task: Task):
        self.task = task
        self.shape = (task.x.shape[1] + 1, task.classes)
        pull = np.full(self.shape, task.strength)
        pull[-1] = task.bias_strength
        self.pull = pull.ravel()
        self.count = max(len(task.y), 1)

    def zeros(self) -> Array:
        return np.zeros(self.shape[0] * self.shape[1])

    def packed(self, head: LastLayer) -> Array:
        return np.vstack([head.weight, head.bias]).astype(np.float64).ravel()

    def head(self, point: Array) -> LastLayer:
        both = point.reshape(self.shape).astype(np.float32)
        return LastLayer(both[:-1], both[-1], trust=0.0 if self.task.earlier is None else 1.0)

    def __call__(self, point: Array) -> tuple[float, Array]:
        head, gradient = self.head(point), np.zeros(self.shape, np.float32)
        loss = 0.5 * float(point @ (self.pull * point))
        for start in range(0, len(self.task.y), BLOCK):
            loss += self._add_labelled(head, slice(start, start + BLOCK), gradient)
        if self.task.unlabelled is not None:
            loss += _add_unlabelled(head, self.task.unlabelled, gradient)
        return loss / self.count, (gradient.ravel() + self.pull * point) / self.count

    def _add_labelled(self, head: LastLayer, rows: slice, gradient: Array) -> float:
        x, y = self.task.x[rows], self.task.y[rows]
        p = softmax(head.logits(x, None if self.task.earlier is None else self.task.earlier[rows]))
        own = (np.arange(len(y)), y)
        losses = -np.log(np.maximum(p[own], 1e-30))
        p[own] -= 1
        if self.task.weights is not None:
            losses *= self.task.weights[rows]
            p *= self.task.weights[rows, None]
        _add(gradient, x, p)
        return float(losses.sum(dtype=np.float64))


def _add_unlabelled(head: LastLayer, unlabelled: Unlabelled, gradient: Array) -> float:
    each = np.float32(unlabelled.weight / len(unlabelled.x))
    p, before = softmax(head.logits(unlabelled.x, unlabelled.earlier)), np.exp(unlabelled.earlier)
    loss = -(before * np.log(np.maximum(p, 1e-30))).sum(dtype=np.float64) * each
    _add(gradient, unlabelled.x, (p - before) * each)
    return float(loss)


def _add(gradient: Array, x: Array, far: Array) -> None:
    """Of rows whose probabilities are `far` from what they should be."""
    gradient[:-1] += x.T @ far
    gradient[-1] += far.sum(axis=0)
