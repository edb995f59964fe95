"""A judged classifier's figures, and what it says of each held-out object."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import torch

from classifier.contract.messages import TrainRequest
from classifier.data.learning_set import LearningSet
from classifier.evaluation.label_errors import suspects
from classifier.evaluation.learning_curve import learning_curve
from classifier.evaluation.report import Held, Learnt, measure_all
from classifier.inference.calibrator import CalibratedOutput, Calibrator, Evaluated
from classifier.methods.linear import fit_linear
from classifier.methods.scaling import Standard

HOW = {
    "network": "a linear layer on the network's embeddings, which have seen all labels: read the slope, not the height",
    "features": "logistic regression on the same features",
    "measure": "logistic regression on the same measurements",
}


def measure_calibrated(
    calibrator: Calibrator, tune: Evaluated, test: Evaluated, learning_set: LearningSet, seed: int
) -> tuple[dict, pa.Table]:
    """Figures as metrics.json has them, and the table of held-out objects."""
    calibrated = {"tune": calibrator(tune.outputs, tune.looks), "test": calibrator(test.outputs, test.looks)}
    evaluated = {"tune": tune, "test": test}
    train = learning_set.looked_at
    learnt = Learnt(
        classes=calibrator.classes,
        tree=calibrator.tree,
        labels=learning_set.labels[train],
        traits=calibrator.traits,
        trait_labels={key: labels[train] for key, labels in learning_set.trait_labels.items()},
        trait_temperatures=calibrator.temperatures,
        balance=calibrator.balance,
        neighbours=calibrator.novelty.bank.k,
    )
    held_out = {fold: _held(evaluated[fold], calibrated[fold]) for fold in evaluated}
    metrics = measure_all(held_out["tune"], held_out["test"], learnt, seed)
    return metrics, _table(evaluated, calibrated, calibrator.classes)


def _held(evaluated: Evaluated, calibrated: CalibratedOutput) -> Held:
    return Held(
        object_ids=evaluated.object_ids,
        samples=evaluated.samples,
        labels=evaluated.labels,
        logits=evaluated.outputs.logits,
        p=calibrated.probabilities,
        predicted=calibrated.labels,
        distance=calibrated.distances,
        novelty=calibrated.novelty,
        trait_outputs=evaluated.outputs.traits,
        trait_labels=evaluated.trait_labels,
    )


def _table(
    evaluated: dict[str, Evaluated], calibrated: dict[str, CalibratedOutput], classes: list[str]
) -> pa.Table:
    """A line an object of the folds tune and test. What is suspect is sought among both, as neither was learnt from."""

    def joined(of_fold: dict[str, np.ndarray]) -> np.ndarray:
        return np.concatenate([of_fold[fold] for fold in evaluated])

    def joined_output(name: str) -> np.ndarray:
        return joined({fold: getattr(calibrated[fold], name) for fold in evaluated})

    p, labels = joined_output("probabilities"), joined({fold: one.labels for fold, one in evaluated.items()})
    names = np.array(classes, object)
    ranked = np.sort(p, axis=1)
    return pa.table(
        {
            "object_id": joined({fold: one.object_ids for fold, one in evaluated.items()}),
            "fold": joined({fold: np.full(len(one.labels), fold) for fold, one in evaluated.items()}),
            "sample": joined({fold: one.samples for fold, one in evaluated.items()}),
            "label": names[labels],
            "predicted": names[joined_output("labels")],
            "score": joined_output("scores"),
            "label_score": p[np.arange(len(p)), labels],
            "margin": ranked[:, -1] - ranked[:, -2],
            "novelty": joined_output("novelty"),
            "set_size": joined_output("candidates").sum(1),
            "is_suspect": suspects(p, labels),
        }
    )


def learning_curve_of(learnt: Evaluated, test: Evaluated, request: TrainRequest) -> dict | None:
    """What twice the labels would buy, by what can be learnt anew in seconds."""
    standard = Standard.of(learnt.outputs.embedding)
    classes = 1 + int(max(learnt.labels.max(initial=0), test.labels.max(initial=0)))

    def fit(features: np.ndarray, labels: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        none = features[:0], labels[:0]
        linear = fit_linear("one", (features, labels), none, classes, torch.device("cpu"), lambda *_: None)
        return lambda features_of: linear(features_of).argmax(1)

    return learning_curve(
        standard(learnt.outputs.embedding),
        learnt.labels,
        learnt.samples,
        standard(test.outputs.embedding),
        test.labels,
        fit=fit,
        how=HOW[request.method],
        seed=request.seed,
    )
