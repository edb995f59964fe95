"""A refit as a whole: which head, how sure, and what it says of every object."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from classifier.refit.calibrating import fit_temperature, kept_back, log_loss
from classifier.refit.discriminant import fit_discriminant
from classifier.refit.head import Array, LastLayer, Scaling
from classifier.refit.logistic import STRENGTH, Task, Unlabelled, fit_logistic
from classifier.refit.strangeness import Strangeness

FEW = 50  # labels: fewer are no match for a discriminant analysis
FEW_EACH = 10  # labels a class on average: with fewer, too (`python -m benchmarks.refit_evidence`)
# by which what is added to an earlier model may be drawn to nothing, in labels, strong first: what helps a model that
# is right differs from what helps one that is wrong
HELD = (300.0, 100.0, 10.0)
WORTH = 0.8  # share of the log loss
HOLDS = 100.0  # labels that all unlabelled objects together count as
LEVEL = 20  # labels of a class
MOST_TO_CHOOSE = 1000  # labels; more would change little
STEPS_TO_CHOOSE = 20
NAMED = 6  # classes that are said of an object: what it is called, and what Alt + 1 … 5 give
BLOCK = 8192


@dataclass(frozen=True)
class LabelledObjects:
    """What people have settled. `earlier` (N, C) are log probabilities of a model that has looked at the objects."""

    x: Array  # (N, D) embeddings
    y: Array  # (N,) class numbers
    groups: Array  # (N,) samples
    classes: int
    earlier: Array | None = None

    def of(self, rows: Array) -> "LabelledObjects":
        earlier = None if self.earlier is None else self.earlier[rows]
        return LabelledObjects(self.x[rows], self.y[rows], self.groups[rows], self.classes, earlier)


Fit = Callable[
    [LabelledObjects, float, LastLayer | None, int | None], LastLayer
]  # how strong, where to start, in how many steps


@dataclass(frozen=True)
class HeadChoice:
    """What labels that were kept back have chosen."""

    strength: float
    temperature: float = 1.0


@dataclass(frozen=True)
class ClassScores:
    """Of n objects, the surest classes first."""

    best: Array  # (n, NAMED) class numbers, -1 where there are fewer classes
    scores: Array  # (n, NAMED)
    margin: Array  # (n,) by how much the first is surer than the second
    entropy: Array  # (n,) of all, over that of a uniform guess: 0 to 1


@dataclass(frozen=True)
class Refit:
    scaling: Scaling
    head: LastLayer
    strangeness: Strangeness
    method: str  # discriminant or logistic
    choice: HeadChoice

    def score(self, x: Array, earlier: Array | None = None) -> ClassScores:
        """(n, D) embeddings, and what the earlier model says of them where the head was fitted with it."""
        return _scores(self.head.probabilities(self.scaling(x), earlier))


def refit(
    labelled: LabelledObjects,
    scaling: Scaling,
    unlabelled: Unlabelled | None = None,
    former: LastLayer | None = None,
    choice: HeadChoice | None = None,
) -> Refit:
    """Fits the head that suits as many labels.

    `unlabelled` are some objects of which only the earlier model has said something, where there is one: embeddings
    (M, D) as they are. `former` is the last head, of the same classes, to start from. `choice` is what cross-validation
    has found before; without one, it is asked.
    """
    if unlabelled is not None:
        unlabelled = replace(unlabelled, x=scaling(unlabelled.x))
    scaled = replace(labelled, x=scaling(labelled.x))
    method = method_for(labelled)
    fit: Fit = _fit_few if method == "discriminant" else partial(_fit_many, unlabelled=unlabelled)
    choice = choice or _choose(scaled, fit)
    head = fit(scaled, choice.strength, former, None)
    strangeness = Strangeness.of(labelled.x, labelled.y, labelled.groups)
    return Refit(scaling, head.warmed(choice.temperature), strangeness, method, choice)


def method_for(labelled: LabelledObjects) -> str:
    """An earlier model is gone on from by regression, however few the labels are."""
    count = len(labelled.y)
    is_few = count < FEW or count < FEW_EACH * len(np.unique(labelled.y))
    return "discriminant" if is_few and labelled.earlier is None else "logistic"


def _fit_few(
    labelled: LabelledObjects, strength: float, start: LastLayer | None, steps: int | None
) -> LastLayer:
    return fit_discriminant(labelled.x, labelled.y, labelled.classes)


def _fit_many(
    labelled: LabelledObjects,
    strength: float,
    start: LastLayer | None,
    steps: int | None,
    unlabelled: Unlabelled | None = None,
) -> LastLayer:
    task = Task(labelled.x, labelled.y, labelled.classes, strength=strength)
    if labelled.earlier is not None:
        weights = levelled(labelled.y, labelled.classes)
        task = replace(task, earlier=labelled.earlier, weights=weights, unlabelled=unlabelled)
        task = replace(task, bias_strength=strength)
    return fit_logistic(task, start, steps)


def levelled(y: Array, classes: int) -> Array:
    """(N,) weights: all labels of a class together count no more than LEVEL, or twice an even share.

    Beside an earlier model, that people began with a page of one kind says little of how frequent that kind is.
    """
    most = max(LEVEL, 2 * len(y) / classes)
    return np.minimum(most / np.bincount(y)[y], 1).astype(np.float32)


def _choose(labelled: LabelledObjects, fit: Fit) -> HeadChoice:
    """By the log loss on samples that are kept back. The strongest, unless a weaker one is WORTH it: what people name
    together is alike, and lies on both sides."""
    rows = np.random.default_rng(0).permutation(len(labelled.y))[:MOST_TO_CHOOSE]
    some = labelled.of(rows)
    strengths = (STRENGTH,) if labelled.earlier is None else HELD
    best, choice = _judged(some, fit, strengths[0])
    for strength in strengths[1:] if len(rows) >= FEW else ():
        loss, other = _judged(some, fit, strength)
        if loss < WORTH * best:
            best, choice = loss, other
    return choice


def _judged(labelled: LabelledObjects, fit: Fit, strength: float) -> tuple[float, HeadChoice]:
    """The log loss with the best temperature, and the choice that this is."""

    def logits_of(fitted: Array, checked: Array) -> Array:
        others = labelled.of(checked)
        head = fit(labelled.of(fitted), strength, None, STEPS_TO_CHOOSE)
        return head.logits(others.x, others.earlier)

    pair = kept_back(logits_of, labelled.y, labelled.groups)
    if pair is None:
        return 0.0, HeadChoice(strength)
    temperature = fit_temperature(*pair)
    return log_loss(*pair, temperature), HeadChoice(strength, temperature)


def _scores(p: Array) -> ClassScores:
    rows = np.arange(len(p))[:, None]
    count = min(NAMED, p.shape[1])
    best = np.argpartition(-p, count - 1, axis=1)[:, :count]
    best = best[rows, np.argsort(-p[rows, best], axis=1)]
    scores = p[rows, best]
    missing = ((0, 0), (0, NAMED - count))
    best, scores = np.pad(best, missing, constant_values=-1), np.pad(scores, missing)
    entropy = -(p * np.log(np.maximum(p, 1e-30))).sum(axis=1) / np.log(max(p.shape[1], 2))
    return ClassScores(best, scores, scores[:, 0] - scores[:, 1], entropy)
