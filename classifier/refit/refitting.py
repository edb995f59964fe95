"""A refit as a whole: which head, how sure, and what it says of every object."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from classifier.refit.calibrating import cross_validated_temperature
from classifier.refit.discriminant import fit_discriminant
from classifier.refit.head import Array, Head, Scaling
from classifier.refit.logistic import Task, Unlabelled, fit_logistic
from classifier.refit.strangeness import Strangeness

FEW = 50  # labels: fewer are no match for a discriminant analysis
FEW_EACH = 3  # labels a class on average
HELD = 10.0  # strength, in labels, by which what is added to an earlier model is drawn to nothing
HOLDS = 100.0  # labels that all unlabelled objects together count as
LEVEL = 20  # labels of a class
MOST_TO_CALIBRATE = 2000  # labels; more would move the temperature by little
STEPS_TO_CALIBRATE = 30
NAMED = 3  # classes that are said of an object
BLOCK = 8192


@dataclass(frozen=True)
class Labelled:
    """What people have settled. `earlier` (N, C) are log probabilities of a model that has looked at the objects."""

    x: Array  # (N, D) embeddings
    y: Array  # (N,) class numbers
    groups: Array  # (N,) samples
    classes: int
    earlier: Array | None = None

    def of(self, rows: Array) -> "Labelled":
        earlier = None if self.earlier is None else self.earlier[rows]
        return Labelled(self.x[rows], self.y[rows], self.groups[rows], self.classes, earlier)


Fit = Callable[[Labelled, Head | None, int | None], Head]  # where to start, and in how many steps


@dataclass(frozen=True)
class Scores:
    """Of n objects, the surest classes first."""

    best: Array  # (n, NAMED) class numbers, -1 where there are fewer classes
    scores: Array  # (n, NAMED)
    margin: Array  # (n,) by how much the first is surer than the second
    entropy: Array  # (n,) of all, over that of a uniform guess: 0 to 1


@dataclass(frozen=True)
class Refit:
    scaling: Scaling
    head: Head
    strangeness: Strangeness
    method: str  # discriminant or logistic

    def score(self, x: Array, earlier: Array | None = None) -> Scores:
        """(n, D) embeddings, and what the earlier model says of them where the head was fitted with it."""
        return _scores(self.head.probabilities(self.scaling(x), earlier))


def refit(
    labelled: Labelled,
    scaling: Scaling,
    unlabelled: Unlabelled | None = None,
    former: Head | None = None,
    temperature: float | None = None,
) -> Refit:
    """Fits the head that suits as many labels.

    `unlabelled` are some objects of which only the earlier model has said something, where there is one: embeddings
    (M, D) as they are. `former` is the last head, of the same classes, to start from. `temperature` is kept where it is
    given, else found by cross-validation.
    """
    if unlabelled is not None:
        unlabelled = replace(unlabelled, x=scaling(unlabelled.x))
    scaled = replace(labelled, x=scaling(labelled.x))
    method = method_for(labelled)
    fit: Fit = _fit_few if method == "discriminant" else partial(_fit_many, unlabelled=unlabelled)
    head = fit(scaled, former, None)
    temperature = temperature or _temperature(scaled, fit)
    strangeness = Strangeness.of(labelled.x, labelled.y, labelled.groups)
    return Refit(scaling, head.warmed(temperature), strangeness, method)


def method_for(labelled: Labelled) -> str:
    """An earlier model is gone on from by regression, however few the labels are."""
    count = len(labelled.y)
    is_few = count < FEW or count < FEW_EACH * len(np.unique(labelled.y))
    return "discriminant" if is_few and labelled.earlier is None else "logistic"


def _fit_few(labelled: Labelled, start: Head | None = None, steps: int | None = None) -> Head:
    return fit_discriminant(labelled.x, labelled.y, labelled.classes)


def _fit_many(
    labelled: Labelled,
    start: Head | None = None,
    steps: int | None = None,
    unlabelled: Unlabelled | None = None,
) -> Head:
    task = Task(labelled.x, labelled.y, labelled.classes)
    if labelled.earlier is not None:
        weights = levelled(labelled.y, labelled.classes)
        task = replace(task, earlier=labelled.earlier, weights=weights, unlabelled=unlabelled)
        task = replace(task, strength=HELD, bias_strength=HELD)
    return fit_logistic(task, start, steps)


def levelled(y: Array, classes: int) -> Array:
    """(N,) weights: all labels of a class together count no more than LEVEL, or twice an even share.

    Beside an earlier model, that people began with a page of one kind says little of how frequent that kind is.
    """
    most = max(LEVEL, 2 * len(y) / classes)
    return np.minimum(most / np.bincount(y)[y], 1).astype(np.float32)


def _temperature(labelled: Labelled, fit: Fit) -> float:
    rows = np.random.default_rng(0).permutation(len(labelled.y))[:MOST_TO_CALIBRATE]
    some = labelled.of(rows)

    def logits_of(fitted: Array, checked: Array) -> Array:
        kept_back = some.of(checked)
        return fit(some.of(fitted), None, STEPS_TO_CALIBRATE).logits(kept_back.x, kept_back.earlier)

    return cross_validated_temperature(logits_of, some.y, some.groups)


def _scores(p: Array) -> Scores:
    rows = np.arange(len(p))[:, None]
    count = min(NAMED, p.shape[1])
    best = np.argpartition(-p, count - 1, axis=1)[:, :count]
    best = best[rows, np.argsort(-p[rows, best], axis=1)]
    scores = p[rows, best]
    missing = ((0, 0), (0, NAMED - count))
    best, scores = np.pad(best, missing, constant_values=-1), np.pad(scores, missing)
    entropy = -(p * np.log(np.maximum(p, 1e-30))).sum(axis=1) / np.log(max(p.shape[1], 2))
    return Scores(best, scores, scores[:, 0] - scores[:, 1], entropy)
