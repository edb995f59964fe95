"""One readable path from a learning set to a model that knows what it is worth. docs/learning.md has the reasons."""

import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from classifier.contract.errors import Cancelled
from classifier.contract.messages import TrainRequest, TrainResult
from classifier.data.learning_set import LearningSet, load_learning_set
from classifier.evaluation.appearance import appearance
from classifier.hpc.energy import watt_hours
from classifier.hpc.lease import device_lease
from classifier.inference.calibrator import Calibrator, Evaluated, fit_calibrator
from classifier.inference.card import card
from classifier.inference.config import describe
from classifier.inference.device import choose_device, set_up_cpu
from classifier.methods import method_of
from classifier.methods.interface import Fitted, OnProgress, ShouldStop
from classifier.methods.measure import baseline, measured
from classifier.outputs import Outputs
from classifier.run_folder import RunFolder
from classifier.training import checkpoint, distributed
from classifier.training.measuring import learning_curve_of, measure_calibrated

BATCH = 256
MOST_IN_THE_BANK = 20_000  # training objects that novelty is measured against
CACHES = ("decoded.cache", "decoded.npz", "measurements.cache")  # of no use when the training is done


def train(
    request: TrainRequest,
    on_progress: OnProgress = lambda step: None,
    should_stop: ShouldStop = lambda: False,
) -> TrainResult:
    """Trains, calibrates and measures a model into `request.out`; goes on from what an interrupted run left there.

    Raises ClassifierError for a learning set that can't be learnt from, Cancelled when `should_stop` says so.
    """
    set_up_cpu(request.threads)
    folder = RunFolder(request.out)
    say, device = _Saying(on_progress), choose_device(request.device)
    with distributed.group(), device_lease(device, say.waiting, should_stop):
        started = time.monotonic()
        learning_set = distributed.share_learning_set(
            lambda: _loaded(request, folder, say, should_stop), folder
        )
        fitted = method_of(request.method).fit(learning_set, request, folder, on_progress, should_stop)
        if not distributed.is_main():
            return TrainResult(str(folder.path), 0.0)
        metrics = _finish(request, folder, learning_set, fitted, say, should_stop, started)
    return TrainResult(str(folder.path), metrics["minutes"], metrics)


class _Saying:
    """What is told of the steps that have no curves."""

    def __init__(self, on_progress: OnProgress):
        self.on_progress = on_progress

    def __call__(self, stage: str, message: str, done: int = 0, total: int = 1) -> None:
        self.on_progress({"stage": stage, "done": done, "total": total, "message": message})

    def waiting(self, sentence: str) -> None:
        self("wait", sentence)


def _loaded(request: TrainRequest, folder: RunFolder, say: _Saying, should_stop: ShouldStop) -> LearningSet:
    def on_done(done: int, total: int) -> None:
        say("decode", f"Decoded {done:,} of {total:,} images", done, total)
        if should_stop():
            raise Cancelled

    return load_learning_set(request, folder, on_done)


# --- The end ----------------------------------------------------------------------------------------------------------


def _finish(
    request: TrainRequest,
    folder: RunFolder,
    learning_set: LearningSet,
    fitted: Fitted,
    say: _Saying,
    should_stop: ShouldStop,
    started: float,
) -> dict:
    """Calibrates on `tune`, measures on `test`, writes the model's folder. Returns the metrics."""
    evaluate = _Evaluator(fitted, learning_set, folder, say, should_stop)
    learnt = evaluate(_some_of_train(request, learning_set))
    tune, test = evaluate(learning_set.of("tune")), evaluate(learning_set.of("test"))
    calibrator = _calibrator(request, learning_set, learnt, tune)
    say("evaluate", "Measuring on held-out objects")
    metrics, table = measure_calibrated(calibrator, tune, test, learning_set, request.seed)
    metrics |= _about(request, learning_set, fitted) | {
        "learning_curve": learning_curve_of(learnt, test, request) if request.learning_curve else None,
        "baseline": _baseline(request, learning_set, folder, say, should_stop),
    }
    metrics |= _cost(request, started)
    _write(request, folder, learning_set, fitted, calibrator, metrics, table)
    return metrics


def _some_of_train(request: TrainRequest, learning_set: LearningSet) -> np.ndarray:
    shuffled = np.random.default_rng(request.seed).permutation(learning_set.looked_at)
    return np.sort(shuffled[:MOST_IN_THE_BANK])


def _calibrator(
    request: TrainRequest, learning_set: LearningSet, learnt: Evaluated, tune: Evaluated
) -> Calibrator:
    traits = [trait for trait in learning_set.traits if trait.key in tune.outputs.traits]
    return fit_calibrator(
        tune,
        learnt,
        learning_set.classes,
        learning_set.prior,
        learning_set.tree,
        traits,
        request.balance,
        request.seed,
    )


def _about(request: TrainRequest, learning_set: LearningSet, fitted: Fitted) -> dict:
    """`n_machine`, where there are any: what it learnt from besides, and nobody looked at."""
    machine = len(learning_set.train) - len(learning_set.looked_at)
    return ({"n_machine": machine} if machine else {}) | {
        "method": request.method,
        "split": learning_set.split_kind,
        "n_train": len(learning_set.looked_at),
        "warnings": [*learning_set.warnings, *fitted.warnings],
        "device": str(choose_device(request.device)),
    }


def _cost(request: TrainRequest, started: float) -> dict:
    minutes = (time.monotonic() - started) / 60
    return {"minutes": minutes, "watt_hours": watt_hours(choose_device(request.device), minutes)}


class _Evaluator:
    """Puts rows of the learning set to the classifier, and keeps what people said beside what it says."""

    def __init__(
        self,
        fitted: Fitted,
        learning_set: LearningSet,
        folder: RunFolder,
        say: _Saying,
        should_stop: ShouldStop,
    ):
        self.fitted, self.set, self.folder = fitted, learning_set, folder
        self.say, self.should_stop = say, should_stop

    def __call__(self, rows: np.ndarray) -> Evaluated:
        learning_set = self.set
        outputs, looks = self._seen(rows)
        return Evaluated(
            learning_set.object_ids[rows],
            learning_set.samples[rows],
            learning_set.labels[rows],
            outputs,
            looks,
            {key: labels[rows] for key, labels in learning_set.trait_labels.items()},
        )

    def _seen(self, rows: np.ndarray) -> tuple[Outputs, np.ndarray]:
        """What the classifier says, and how the pictures look."""
        table = self._measured(rows)
        parts, looks = [], []
        for start in range(0, max(len(rows), 1), BATCH):  # an empty fold is asked once, for its shapes
            if self.should_stop():
                raise Cancelled
            part = slice(start, start + BATCH)
            batch = self.set.batch(rows[part], None if table is None else table[part])
            parts.append(self.fitted(batch))
            looks.append(appearance(batch.pixels, batch.sizes))
        return Outputs.joined(parts), np.concatenate(looks)

    def _measured(self, rows: np.ndarray) -> np.ndarray | None:
        if not self.fitted.needs_measurements:
            return None
        return measured(self.set, rows, self.folder, self.say.on_progress, self.should_stop)


def _baseline(
    request: TrainRequest,
    learning_set: LearningSet,
    folder: RunFolder,
    say: _Saying,
    should_stop: ShouldStop,
) -> dict | None:
    if not request.baseline or (request.method == "measure" and request.head != "boosting"):
        return None
    return baseline(learning_set, folder, request.seed, say.on_progress, should_stop)


def _write(
    request: TrainRequest,
    folder: RunFolder,
    learning_set: LearningSet,
    fitted: Fitted,
    calibrator: Calibrator,
    metrics: dict,
    table: pa.Table,
) -> None:
    """`config.json` last: with it the folder is a model."""
    config = describe(request, learning_set, fitted.save(folder), calibrator, calibrator.save(folder))
    pq.write_table(table, folder / "held_out.parquet")
    split = {"object_id": learning_set.object_ids, "fold": learning_set.folds.astype(str)}
    pq.write_table(pa.table(split), folder / "split.parquet")
    folder.write_json("metrics.json", metrics)
    (folder / "README.md").write_text(card(config, metrics))
    folder.write_json("config.json", config)
    checkpoint.remove(folder)
    for name in CACHES:
        (folder / name).unlink(missing_ok=True)
