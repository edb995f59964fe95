"""Figures of a trait, beside what the taxon alone would tell: a head that does no better has learned the taxon."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax

from classifier.contract.traits import Trait, TraitKind, is_known
from classifier.evaluation.calibration import COLDEST, HOTTEST, fit_temperature
from classifier.evaluation.curves import average_precision, precision_recall
from classifier.evaluation.figures import number
from classifier.evaluation.metrics import ece_of

LEAST = 5  # labelled objects that a taxon needs to be looked at by itself


def fit_trait_temperature(trait: Trait, outputs: np.ndarray, labels: np.ndarray) -> float:
    """The temperature that makes a trait's probabilities honest; 1 of numbers and without labels. `outputs` (N,
    choices) logits, `labels` with gaps, see Trait.labels."""
    has_label = is_known(labels)
    if trait.is_number or not has_label.any():
        return 1.0
    logits, labels = outputs[has_label], labels[has_label]
    if trait.kind != TraitKind.SEVERAL:
        return fit_temperature(logits, labels)

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        return float((np.logaddexp(0, scaled) - labels * scaled).mean())

    minimum = minimize_scalar(loss, bounds=(np.log(COLDEST), np.log(HOTTEST)), method="bounded")
    return float(np.exp(minimum.x))


def trait_probabilities(trait: Trait, outputs: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """(N, choices): adding up to 1, or of `several`, each by itself."""
    scaled = np.asarray(outputs, float) / temperature
    return expit(scaled) if trait.kind == TraitKind.SEVERAL else softmax(scaled, axis=1)


def trait_figures(
    trait: Trait,
    outputs: np.ndarray,
    labels: np.ndarray,
    taxa: np.ndarray,
    train_labels: np.ndarray,
    train_taxa: np.ndarray,
    temperature: float = 1.0,
) -> dict:
    """`outputs` as in Outputs.traits, `labels` and `train_labels` with gaps, see Trait.labels, `taxa` and `train_taxa`
    class numbers. What has no sense for the kind of trait, or no labels, is None.

    `by_taxon_frequency` guesses, knowing the true taxon, by how often the training had each choice there;
    `within_taxon` is the mean over taxa in which both answers occur, where that guess is the same for all objects and
    comes to `within_taxon_guess`. Average precisions are means over choices, of a flag that of `yes`.
    """
    has_label, learnt = is_known(labels), is_known(train_labels)
    about = {
        "key": trait.key,
        "name": trait.name or trait.key,
        "kind": trait.kind,
        "n_train": int(learnt.sum()),
        "n_test": int(has_label.sum()),
        "choices": list(trait.choices),
    }
    one = outputs[has_label], labels[has_label], taxa[has_label], train_labels[learnt], train_taxa[learnt]
    figures = _of_number(*one) if trait.is_number else _of_choice(trait, temperature, *one)
    return about | dict.fromkeys(FIGURES) | figures


FIGURES = (
    "accuracy",
    "average_precision",
    "by_taxon_frequency",
    "within_taxon",
    "within_taxon_guess",
    "taxa_compared",
    "mae",
    "mae_by_taxon",
    "ece",
)


def _of_number(
    values: np.ndarray, labels: np.ndarray, taxa: np.ndarray, train_labels: np.ndarray, train_taxa: np.ndarray
) -> dict:
    if not len(labels):
        return {}
    usual = {taxon: np.median(train_labels[train_taxa == taxon]) for taxon in np.unique(train_taxa)}
    guess = np.array([usual.get(taxon, np.median(train_labels) if usual else np.nan) for taxon in taxa])
    return {
        "mae": number(np.abs(values - labels).mean()),
        "mae_by_taxon": number(np.abs(guess - labels).mean()),
    }


def _of_choice(
    trait: Trait,
    temperature: float,
    outputs: np.ndarray,
    labels: np.ndarray,
    taxa: np.ndarray,
    train_labels: np.ndarray,
    train_taxa: np.ndarray,
) -> dict:
    if not len(labels):
        return {}
    p = trait_probabilities(trait, outputs, temperature)
    truth, train_truth = _answers(trait, labels), _answers(trait, train_labels)
    choices = (
        [trait.choices.index("yes")] if trait.kind == TraitKind.FLAG else list(range(len(trait.choices)))
    )
    guess = _frequencies(train_truth, train_taxa, taxa)
    own, guessed, compared = _within(truth[:, choices], p[:, choices], taxa)
    return {
        "accuracy": float(_is_right(trait, p, truth).mean()),
        "average_precision": number(_mean_ap(truth[:, choices], p[:, choices])),
        "by_taxon_frequency": number(_mean_ap(truth[:, choices], guess[:, choices])),
        "within_taxon": number(own),
        "within_taxon_guess": number(guessed),
        "taxa_compared": compared,
        "ece": _ece(trait, p, truth),
    }


def _answers(trait: Trait, labels: np.ndarray) -> np.ndarray:
    """bool (N, choices)."""
    return labels > 0 if trait.kind == TraitKind.SEVERAL else labels[:, None] == np.arange(len(trait.choices))


def _is_right(trait: Trait, p: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Of `several` each choice counts by itself."""
    return (p > 0.5) == truth if trait.kind == TraitKind.SEVERAL else truth[np.arange(len(p)), p.argmax(1)]


def _ece(trait: Trait, p: np.ndarray, truth: np.ndarray) -> float | None:
    if trait.kind == TraitKind.SEVERAL:
        return ece_of(p.ravel(), truth.ravel())
    return ece_of(p.max(1), _is_right(trait, p, truth))


def _frequencies(train_truth: np.ndarray, train_taxa: np.ndarray, taxa: np.ndarray) -> np.ndarray:
    """(N, choices): how often the training has each choice in the object's taxon, drawn towards the mean of all by as
    much as one more object would, so that a taxon without labels has the mean."""
    overall = train_truth.mean(0) if len(train_truth) else np.zeros(train_truth.shape[1])
    size = max(taxa.max(initial=0), train_taxa.max(initial=0)) + 1
    sums = np.zeros((size, train_truth.shape[1]))
    np.add.at(sums, train_taxa, train_truth)
    counts = np.bincount(train_taxa, minlength=size)
    return ((sums + overall) / (counts + 1)[:, None])[taxa]


def _mean_ap(truth: np.ndarray, score: np.ndarray) -> float:
    """Over the choices that some objects have and some have not; NaN if there are none."""
    precisions = [
        average_precision(*precision_recall(truth[:, k], score[:, k]))
        for k in range(truth.shape[1])
        if truth[:, k].any() and not truth[:, k].all()
    ]
    return float(np.mean(precisions)) if precisions else float("nan")


def _within(truth: np.ndarray, p: np.ndarray, taxa: np.ndarray) -> tuple[float, float, int]:
    """Mean over taxa of the average precision and of that of guessing, and how many taxa could be compared."""
    own, guess = [], []
    for taxon in np.flatnonzero(np.bincount(taxa) >= LEAST):
        rows = taxa == taxon
        reached = _mean_ap(truth[rows], p[rows])
        if np.isfinite(reached):
            own.append(reached)
            guess.append(_mean_ap(truth[rows], np.zeros_like(p[rows])))
    return (float(np.mean(own)), float(np.mean(guess)), len(own)) if own else (float("nan"), float("nan"), 0)
