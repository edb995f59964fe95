"""All figures of a model, from what it said of the folds it did not learn from: see `metrics.json` in run_folder.py."""

from dataclasses import dataclass, field

import numpy as np
from scipy.special import softmax

from classifier.contract.traits import Trait
from classifier.contract.tree import Nodes, Tree
from classifier.evaluation.conformal import conformal_set, fit_conformal
from classifier.evaluation.confusion import confusion
from classifier.evaluation.curves import average_precision, precision_recall, thinned
from classifier.evaluation.figures import number
from classifier.evaluation.hierarchy import back_off, hierarchy, steps_up
from classifier.evaluation.intervals import intervals
from classifier.evaluation.label_errors import suspects
from classifier.evaluation.metrics import evaluate, expected_calibration_error, headline, reliability
from classifier.evaluation.novelty import NEIGHBOURS, quantiles
from classifier.evaluation.samples import per_sample
from classifier.evaluation.thresholds import PRECISIONS, Promise, promise
from classifier.evaluation.traits import trait_figures
from classifier.statistics.bounds import fewest

COVERAGES = (0.8, 0.9, 0.95)
WORST = 60


@dataclass
class Held:
    """A fold that was held out, and what the model says of it."""

    object_ids: np.ndarray  # int64 (N,)
    samples: np.ndarray  # names, (N,)
    labels: np.ndarray  # class numbers, (N,)
    logits: np.ndarray  # (N, C), not calibrated
    p: np.ndarray  # (N, C) calibrated probabilities
    predicted: np.ndarray  # (N,) the labels that are given, see balance.decide
    distance: np.ndarray  # (N,) to the training, see NoveltyBank.distance
    novelty: np.ndarray  # (N,) from 0 to 1, see Novelty
    trait_outputs: dict[str, np.ndarray] = field(default_factory=dict)  # see Outputs.traits
    trait_labels: dict[str, np.ndarray] = field(default_factory=dict)  # see Trait.labels

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def score(self) -> np.ndarray:
        """(N,) of the label given."""
        return self.p[np.arange(len(self)), self.predicted]


@dataclass
class Learnt:
    """What a model learnt from, and what the figures need to know of it."""

    classes: list[str]
    tree: Tree
    labels: np.ndarray  # class numbers of the training, (M,)
    traits: list[Trait] = field(default_factory=list)
    trait_labels: dict[str, np.ndarray] = field(default_factory=dict)  # of the training, see Trait.labels
    trait_temperatures: dict[str, float] = field(default_factory=dict)
    balance: float = 0.0
    neighbours: int = NEIGHBOURS

    @property
    def counts(self) -> np.ndarray:
        """(C,) training objects of each class."""
        return np.bincount(self.labels, minlength=len(self.classes))


def measure_all(tune: Held, test: Held, learnt: Learnt, seed: int = 0) -> dict:
    """Figures of `test`; thresholds and sets are made on `tune` and measured on `test`. Any fold may be empty: what
    cannot be had then is None or empty, so that everything is JSON."""
    nodes = Nodes(learnt.tree, learnt.classes)
    return (
        _of_taxa(test, learnt, seed)
        | _of_promises(tune, test, learnt, nodes)
        | {
            "balance": learnt.balance,
            "n_tune": len(tune),
            "guess": _guess(test, learnt),
            "hierarchy": hierarchy(test.labels, test.predicted, nodes),
            "conformal": [_conformal(tune, test, coverage) for coverage in COVERAGES],
            "novelty": {"neighbours": learnt.neighbours, "quantiles": quantiles(tune.distance)},
            "traits": [_trait(trait, test, learnt) for trait in learnt.traits],
            "samples": per_sample(test.samples, test.labels, test.predicted, test.score, test.novelty),
            "worst": _worst(test, learnt.classes),
            "suspects": _suspects(tune, test),
        }
    )


def _of_taxa(test: Held, learnt: Learnt, seed: int) -> dict:
    """Of the whole and of each taxon, with intervals and curves."""
    classes, order = learnt.classes, learnt.tree.in_order(learnt.classes)
    figures = evaluate(test.labels, test.p, classes, test.predicted, order)
    low_high = intervals(test.labels, test.predicted, test.score, len(classes), test.samples, seed=seed)
    curves = [precision_recall(test.labels == k, test.p[:, k]) for k in range(len(classes))]
    uncalibrated = softmax(test.logits, axis=1)
    before = reliability(test.labels, uncalibrated, test.predicted)
    return figures | {
        "ece_before": expected_calibration_error(test.labels, uncalibrated, test.predicted),
        "intervals": {name: low_high[name] for name in ("accuracy", "balanced_accuracy", "macro_f1", "ece")},
        "per_taxon": _per_taxon(figures["per_taxon"], low_high["per_taxon"], curves, learnt.counts),
        "precision_recall": {
            taxon: thinned(*curve) for taxon, curve in zip(classes, curves, strict=True) if len(curve[0])
        },
        "reliability": figures["reliability"] | {"before": before},
    }


def _of_promises(tune: Held, test: Held, learnt: Learnt, nodes: Nodes) -> dict:
    """At each precision on offer: the thresholds that promise it, and what they come to."""
    promises = {
        precision: promise(tune.p, tune.labels, tune.predicted, nodes, precision, tune.samples)
        for precision in PRECISIONS
    }
    return {
        "back_off": [
            _backed_off(tune, test, nodes, precision, each)
            | {"more_samples": _more_samples(each, learnt.classes)}
            for precision, each in promises.items()
        ],
        "thresholds": {
            str(precision): _by_taxon(each.thresholds, learnt.classes) for precision, each in promises.items()
        },
    }


def _guess(test: Held, learnt: Learnt) -> dict:
    always = np.full(len(test), learnt.counts.argmax())
    return headline(confusion(test.labels, always, len(learnt.classes)))


def _per_taxon(
    figures: list[dict], low_high: list[dict], curves: list[tuple[np.ndarray, np.ndarray]], counts: np.ndarray
) -> list[dict]:
    return [
        entry
        | {f"{name}_interval": between[name] for name in ("precision", "recall", "f1")}
        | {"n_train": int(count), "average_precision": number(average_precision(*curve))}
        for entry, between, curve, count in zip(figures, low_high, curves, counts, strict=True)
    ]


def _backed_off(tune: Held, test: Held, nodes: Nodes, precision: float, promised: Promise) -> dict:
    """What the promise, made on `tune`, comes to on `test`."""
    node, _ = back_off(test.p, test.predicted, nodes, promised.thresholds)
    is_named = node >= 0
    at = node[is_named]
    steps = steps_up(node, test.predicted, nodes)
    return {
        "precision": precision,
        "coverage": _mean(is_named),
        "accuracy": _mean(nodes.members[at, test.labels[is_named]]),
        "leaf_share": _mean(node == test.predicted),  # of all objects, as the coverage
        "mean_depth": _mean(nodes.depths[at]),
        "steps": [
            _mean(steps == step) for step in range(steps.max(initial=0) + 1)
        ],  # 0 the taxon, 1 the one above
        "least": fewest(precision, promised.level)
        if promised.level
        else None,  # objects without an error that a taxon needs
        "intraclass_correlation": round(promised.alike.rho, 4),
        "samples": len(np.unique(tune.samples)),
    }


def _more_samples(promised: Promise, classes: list[str]) -> dict[str, int]:
    """Of the taxa that are in too few samples to promise anything, in how many more they would have to be."""
    return {taxon: int(more) for taxon, more in zip(classes, promised.more_samples, strict=False) if more}


def _by_taxon(thresholds: np.ndarray, classes: list[str]) -> dict[str, float | None]:
    return {taxon: number(threshold) for taxon, threshold in zip(classes, thresholds, strict=False)}


def _conformal(tune: Held, test: Held, coverage: float) -> dict:
    threshold = fit_conformal(tune.p, tune.labels, coverage)
    inside = conformal_set(test.p, threshold)
    return {
        "coverage": coverage,
        "threshold": threshold,
        "measured": _mean(inside[np.arange(len(test)), test.labels]),
        "mean_size": _mean(inside.sum(1)),
    }


def _trait(trait: Trait, test: Held, learnt: Learnt) -> dict:
    return trait_figures(
        trait,
        test.trait_outputs[trait.key],
        test.trait_labels[trait.key],
        test.labels,
        learnt.trait_labels[trait.key],
        learnt.labels,
        learnt.trait_temperatures.get(trait.key, 1.0),
    )


def _worst(test: Held, classes: list[str]) -> list[dict]:
    """The mistakes that the model is surest of."""
    score = test.score
    wrong = np.flatnonzero(test.predicted != test.labels)
    return [
        {
            "object_id": int(test.object_ids[row]),
            "label": classes[test.labels[row]],
            "predicted": classes[test.predicted[row]],
            "score": float(score[row]),
        }
        for row in wrong[np.argsort(-score[wrong], kind="stable")][:WORST]
    ]


def _suspects(tune: Held, test: Held) -> dict:
    is_suspect = suspects(np.concatenate([tune.p, test.p]), np.concatenate([tune.labels, test.labels]))
    return {"count": int(is_suspect.sum()), "share": _mean(is_suspect)}


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None
