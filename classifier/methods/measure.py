"""Measure and classify: region measurements of every picture, then a random forest or gradient boosting."""

import time
from dataclasses import dataclass, field

import numpy as np
import torch
from safetensors.numpy import save_file

from classifier.contract.errors import ClassifierError
from classifier.contract.measurements import NAMES
from classifier.contract.messages import TrainRequest
from classifier.data.learning_set import LearningSet
from classifier.evaluation.balance import decide
from classifier.evaluation.calibration import fit_calibration
from classifier.evaluation.confusion import confusion
from classifier.evaluation.metrics import headline
from classifier.methods.fitting import FitHead, by_boosting, by_forest
from classifier.methods.heads import WEIGHTS, Heads, fit_heads, part_of, under, weights_of
from classifier.methods.interface import OnProgress, ShouldStop
from classifier.methods.measured import measured
from classifier.methods.scaling import Components, Filling
from classifier.outputs import Outputs, PictureBatch
from classifier.run_folder import RunFolder

EMBEDDING = 32  # components of the measurements
BASELINE = "random forest on region measurements"
MOST_OF_BASELINE = 20_000  # training objects, and as many to measure on: a figure to compare with, in minutes


@dataclass
class FittedMeasure:
    filling: Filling
    components: Components  # of the filled table, for the embedding
    heads: Heads
    warnings: list[str] = field(default_factory=list)
    needs_measurements: bool = True

    def __call__(self, batch: PictureBatch) -> Outputs:
        """Raises ValueError for a batch without measurements."""
        if batch.measurements is None:
            raise ValueError("This model asks for region measurements, and the batch has none.")
        x = self.filling(table_of(batch.measurements, batch.sizes))
        return Outputs(self.heads.logits(x), self.components(x), self.heads.traits_of(x))

    def save(self, folder: RunFolder) -> dict:
        tensors = (
            under("filling", self.filling.tensors())
            | under("components", self.components.tensors())
            | self.heads.tensors()
        )
        save_file(tensors, folder / WEIGHTS)
        return {"heads": self.heads.as_json()}


class MeasureMethod:
    """`request.head` is forest or boosting; traits are always learnt by forests."""

    def fit(
        self,
        learning_set: LearningSet,
        request: TrainRequest,
        folder: RunFolder,
        on_progress: OnProgress,
        should_stop: ShouldStop,
    ) -> FittedMeasure:
        """Raises Cancelled; what is measured by then is not measured again. ClassifierError for another head."""
        fit_taxa, fit_trait = _fitters(request, on_progress, should_stop)
        train, tune = learning_set.train, learning_set.of("tune")
        raw, raw_tune = _raw(learning_set, [train, tune], folder, on_progress, should_stop)
        filling = Filling.of(raw)
        x, x_tune = filling(raw), filling(raw_tune)
        heads, warnings = fit_heads(learning_set, x, x_tune, fit_taxa, fit_trait)
        components = Components.of(x, EMBEDDING, request.seed)
        return FittedMeasure(filling, components, heads, _of_gaps(raw) + warnings)

    def load(self, folder: RunFolder, config: dict, device: torch.device) -> FittedMeasure:
        """Trees run on the processor, whatever the device. Raises ClassifierError when the weights are missing."""
        tensors = weights_of(folder)
        return FittedMeasure(
            Filling(tensors["filling.medians"]),
            Components.from_tensors(part_of(tensors, "components")),
            Heads.from_json(config["fitted"]["heads"], tensors),
        )


def table_of(measurements: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """(N, M) and (N, 3) to (N, M + 3)."""
    return np.concatenate([measurements, sizes], axis=1).astype(np.float32)


def _fitters(
    request: TrainRequest, on_progress: OnProgress, should_stop: ShouldStop
) -> tuple[FitHead, FitHead]:
    grow = by_forest(request.seed, request.threads, on_progress, should_stop)
    if request.head in ("", "forest"):
        return grow, grow
    if request.head != "boosting":
        raise ClassifierError(f"Measuring has no head {request.head!r}. Choose forest or boosting.")
    return by_boosting(request.seed, request.threads, on_progress, should_stop), grow


def _raw(
    learning_set: LearningSet,
    of_folds: list[np.ndarray],
    folder: RunFolder,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> list[np.ndarray]:
    """`table_of` the rows of each fold, with gaps. They are measured together: the processes that do it start once."""
    rows = np.concatenate(of_folds)
    measurements = measured(learning_set, rows, folder, on_progress, should_stop)
    table = table_of(measurements, learning_set.pictures.sizes[rows])
    return np.split(table, np.cumsum([len(part) for part in of_folds])[:-1])


def _of_gaps(raw: np.ndarray) -> list[str]:
    gaps = int(np.isnan(raw[:, : len(NAMES)]).all(axis=1).sum())
    if not gaps:
        return []
    return [f"{gaps:,} images could not be measured: their measurements were taken as the median of all."]


# --- The baseline -----------------------------------------------------------------------------------------------------


def baseline(
    learning_set: LearningSet,
    folder: RunFolder,
    seed: int,
    on_progress: OnProgress,
    should_stop: ShouldStop,
) -> dict | None:
    """What depth has to beat, as EcoTaxa's users know it: `baseline` of metrics.json, measured on the fold `test`.

    It is calibrated on `tune`, as every model is. None without test objects.
    """
    started = time.monotonic()
    rng = np.random.default_rng(seed)
    of_folds = [learning_set.looked_at, learning_set.of("tune"), learning_set.of("test")]
    rows = [np.sort(rng.permutation(of_fold)[:MOST_OF_BASELINE]) for of_fold in of_folds]
    if not len(rows[-1]):
        return None
    tables = _raw(learning_set, rows, folder, on_progress, should_stop)
    filling = Filling.of(tables[0])
    train, tune, test = (
        (filling(table), learning_set.labels[part]) for table, part in zip(tables, rows, strict=True)
    )
    grow = by_forest(seed, 0, on_progress, should_stop)
    forest = grow("one", train, tune, len(learning_set.classes))
    prior, samples = learning_set.prior, learning_set.samples[rows[1]]
    calibration = fit_calibration(forest(tune[0]), tune[1], samples, prior, seed)
    predicted = decide(calibration.apply(forest(test[0])), prior)
    figures = headline(confusion(test[1], predicted, len(learning_set.classes)))
    return {"name": BASELINE, **figures, "minutes": (time.monotonic() - started) / 60}
