"""What a classifier's outputs are worth: honest probabilities, a label, how new it is, what else it may be, how far up.

All of it was learnt from the fold `tune`, which the classifier never saw. docs/learning.md has the reasons.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
from safetensors.numpy import load_file, save_file

from classifier.contract.traits import Trait, TraitKind
from classifier.contract.tree import Nodes, Tree
from classifier.evaluation.appearance import Looks
from classifier.evaluation.balance import decide
from classifier.evaluation.calibration import Calibration, fit_calibration
from classifier.evaluation.confidence import Confidence, fit_confidence
from classifier.evaluation.conformal import conformal_set, fit_conformal
from classifier.evaluation.hierarchy import back_off, steps_up
from classifier.evaluation.novelty import Novelty, NoveltyBank, fit_novelty, make_bank, rows_to_keep
from classifier.evaluation.thresholds import PRECISIONS, promise
from classifier.evaluation.traits import fit_trait_temperature, trait_probabilities
from classifier.inference.formats import CALIBRATOR, calibrator_file
from classifier.outputs import Outputs
from classifier.run_folder import RunFolder

COVERAGE = 0.9  # of the candidates
FEWEST = 30  # objects to calibrate by; with fewer the classifier is taken at its word
MOST_KEPT = 20_000  # objects of the fold `tune` that thresholds for any precision are made from


@dataclass
class CalibratedOutput:
    """Of N objects. `labels` are class numbers, `scores` the calibrated probabilities that they are right."""

    probabilities: np.ndarray  # (N, classes)
    labels: np.ndarray
    scores: np.ndarray
    candidates: np.ndarray  # bool (N, classes): hold the true taxon 90 times in 100
    distances: np.ndarray  # to what was learnt
    novelty: np.ndarray  # share of the held-out objects that are less strange
    traits: dict[str, tuple[list, np.ndarray]]  # by key: the values, and the probability that each is right


@dataclass
class Calibrator:
    classes: list[str]
    prior: np.ndarray  # (classes,) share of each class in training
    calibration: Calibration
    balance: float
    confidence: Confidence
    candidates_from: float  # the threshold of the conformal set
    novelty: Novelty
    tuned_on: np.ndarray  # float16 (M, classes): of objects of the fold `tune`, before `confidence`
    tuned_labels: np.ndarray  # (M,)
    tuned_samples: np.ndarray | None = None  # (M,) numbers, not names; None in models of before
    tree: Tree = field(default_factory=Tree)
    traits: list[Trait] = field(default_factory=list)
    temperatures: dict[str, float] = field(default_factory=dict)  # by trait
    _thresholds: dict[float, np.ndarray] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def nodes(self) -> Nodes:
        return Nodes(self.tree, self.classes)

    def __call__(self, outputs: Outputs, looks: np.ndarray) -> CalibratedOutput:
        """`looks` (N, …) are the pictures' appearances."""
        probabilities, labels = self._decided(self.calibration.apply(outputs.logits))
        distances, novelty = self.novelty(outputs.embedding, looks)
        return CalibratedOutput(
            probabilities,
            labels,
            probabilities[np.arange(len(labels)), labels],
            conformal_set(probabilities, self.candidates_from),
            distances,
            novelty,
            {trait.key: self._trait(trait, outputs.traits[trait.key]) for trait in self.traits},
        )

    def backed_off(self, calibrated: CalibratedOutput, precision: float) -> tuple[list[str], np.ndarray]:
        """The taxon to write for each object, and its probability: the label where it is sure enough, else the lowest
        taxon above it that is, else an empty text."""
        named, scores = back_off(
            calibrated.probabilities, calibrated.labels, self.nodes, self.thresholds(precision)
        )
        return [self.nodes.taxa[k] if k >= 0 else "" for k in named], scores

    def steps(self, calibrated: CalibratedOutput) -> np.ndarray:
        """(N, len(PRECISIONS)): at each precision, how far above its label an object would be named; -1: not."""
        p, labels = calibrated.probabilities, calibrated.labels
        nodes = [back_off(p, labels, self.nodes, self.thresholds(precision))[0] for precision in PRECISIONS]
        return np.stack([steps_up(node, labels, self.nodes) for node in nodes], axis=1)

    def thresholds(self, precision: float) -> np.ndarray:
        """(nodes,) from which score on predictions are right with this precision; inf: never, as far as is known."""
        if precision not in self._thresholds:  # a prediction asks for each of its batches
            p, predicted = self._decided(self.tuned_on)
            created = promise(p, self.tuned_labels, predicted, self.nodes, precision, self.tuned_samples)
            self._thresholds[precision] = created.thresholds
        return self._thresholds[precision]

    def _decided(self, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The probabilities (float32), with an honest one for the label that is given; the labels."""
        p = p.astype(np.float32)
        labels = decide(p, self.prior, self.balance)
        return self.confidence.apply(p, labels), labels

    def _trait(self, trait: Trait, raw: np.ndarray) -> tuple[list, np.ndarray]:
        if trait.is_number:
            return [float(value) for value in raw], np.ones(len(raw), np.float32)
        p = trait_probabilities(trait, raw, self.temperatures[trait.key])
        if trait.kind == TraitKind.SEVERAL:
            chosen = [[trait.choices[k] for k in np.flatnonzero(row >= 0.5)] for row in p]
            return chosen, np.maximum(p, 1 - p).prod(axis=1)
        best = p.argmax(1)
        return [trait.choices[k] for k in best], p[np.arange(len(best)), best]

    # --- Keeping ------------------------------------------------------------------------------------------------------

    def save(self, folder: RunFolder) -> dict:
        """Writes its arrays; what `config.json` keeps of it."""
        arrays = {
            "bank": self.novelty.bank.vectors,
            "bank_object_ids": self.novelty.bank.object_ids,
            "looks": self.novelty.looks.appearances,
            "tuned_on": self.tuned_on,
            "tuned_labels": self.tuned_labels.astype(np.int32),
        }
        if self.tuned_samples is not None:
            arrays["tuned_samples"] = self.tuned_samples.astype(np.int32)
        save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / CALIBRATOR)
        return {
            "calibration": self.calibration.as_json(),
            "balance": self.balance,
            "confidence": self.confidence.as_json(),
            "candidates_from": self.candidates_from,
            "neighbours": self.novelty.bank.k,
            "quantiles": self.novelty.quantiles,
            "temperatures": self.temperatures,
        }

    @classmethod
    def load(cls, folder: RunFolder, config: dict) -> Self:
        arrays, stored = load_file(calibrator_file(folder.path)), config["calibrator"]
        bank = NoveltyBank(arrays["bank"], arrays["bank_object_ids"], stored["neighbours"])
        return cls(
            classes=config["classes"],
            prior=np.array(config["prior"]),
            calibration=Calibration.from_json(stored["calibration"]),
            balance=stored["balance"],
            confidence=Confidence.from_json(stored["confidence"]),
            candidates_from=stored["candidates_from"],
            novelty=Novelty(bank, Looks(arrays["looks"]), stored["quantiles"]),
            tuned_on=arrays["tuned_on"],
            tuned_labels=arrays["tuned_labels"],
            tuned_samples=arrays.get("tuned_samples"),
            tree=Tree.from_json(config["taxa"]),
            traits=[Trait.from_json(entry) for entry in config["traits"]],
            temperatures=stored["temperatures"],
        )


@dataclass
class Evaluated:
    """Objects of the learning set that were put to the classifier: what it says beside what people said."""

    object_ids: np.ndarray
    samples: np.ndarray
    labels: np.ndarray  # class numbers
    outputs: Outputs
    looks: np.ndarray  # see appearance.py
    trait_labels: dict[str, np.ndarray]


def fit_calibrator(
    tune: Evaluated,
    learnt: Evaluated,
    classes: list[str],
    prior: np.ndarray,
    tree: Tree,
    traits: list[Trait],
    balance: float | None,
    seed: int,
) -> Calibrator:
    """`learnt` are training objects, for the bank of embeddings; without a `balance` labels are the likeliest."""
    p, fitted = _fit_probabilities(tune, prior, balance, seed)
    rows = np.random.default_rng(seed).permutation(len(tune.labels))[:MOST_KEPT]
    return Calibrator(
        classes=classes,
        prior=prior,
        **fitted,
        novelty=_fit_novelty(tune, learnt, seed),
        tuned_on=p[rows].astype(np.float16),
        tuned_labels=tune.labels[rows],
        tuned_samples=np.unique(tune.samples[rows], return_inverse=True)[1],
        tree=tree,
        traits=traits,
        temperatures=_fit_temperatures(tune, traits),
    )


def _fit_probabilities(
    tune: Evaluated, prior: np.ndarray, balance: float | None, seed: int
) -> tuple[np.ndarray, dict[str, Any]]:
    """The calibrated probabilities (N, classes), and the parts of a Calibrator that make and read them."""
    logits, labels = tune.outputs.logits, tune.labels
    is_enough = len(labels) >= FEWEST
    calibration = fit_calibration(logits, labels, tune.samples, prior, seed) if is_enough else Calibration()
    p, balance = calibration.apply(logits), balance or 0.0
    predicted = decide(p, prior, balance)
    confidence = fit_confidence(p, predicted, labels) if is_enough else Confidence()
    return p, {
        "calibration": calibration,
        "balance": balance,
        "confidence": confidence,
        "candidates_from": fit_conformal(confidence.apply(p, predicted), labels, COVERAGE)
        if is_enough
        else 1.0,
    }


def _fit_novelty(tune: Evaluated, learnt: Evaluated, seed: int) -> Novelty:
    near = rows_to_keep(learnt.labels, seed=seed)
    bank = make_bank(learnt.outputs.embedding[near], learnt.object_ids[near])
    return fit_novelty(bank, Looks(learnt.looks[near]), tune.outputs.embedding, tune.looks)


def _fit_temperatures(tune: Evaluated, traits: list[Trait]) -> dict[str, float]:
    return {
        trait.key: fit_trait_temperature(trait, tune.outputs.traits[trait.key], tune.trait_labels[trait.key])
        for trait in traits
        if not trait.is_number
    }
