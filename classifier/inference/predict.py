"""Applies a model: decoding runs in threads while the classifier computes."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.traits import Trait, column, column_name
from classifier.data.decoded import decode
from classifier.data.letterbox import VERSION as LETTERBOX
from classifier.data.prefetching import prefetched
from classifier.evaluation.appearance import appearance
from classifier.inference.calibrator import CalibratedOutput, Calibrator
from classifier.inference.device import choose_device, set_up_cpu
from classifier.inference.formats import FORMAT, read_config
from classifier.measuring.processes import MeasuredHere, Measurers
from classifier.methods import method_of
from classifier.methods.measured import measured_pictures
from classifier.outputs import Outputs, PictureBatch
from classifier.run_folder import RunFolder

TOP = 3
PictureRow = tuple[int, str, float]  # object id, path, µm a pixel


def schema(traits: list[Trait]) -> pa.Schema:
    """What a prediction says of an object."""
    return pa.schema(
        [
            ("object_id", pa.int64()),
            *((f"top{k}", pa.int32()) for k in range(1, TOP + 1)),  # class numbers; -1 where there is none
            *((f"score{k}", pa.float32()) for k in range(1, TOP + 1)),
            ("margin", pa.float32()),
            ("entropy", pa.float32()),  # of all probabilities, over that of a uniform guess: 0 to 1
            ("novelty", pa.float32()),  # share of the held-out objects that are less strange
            ("candidates", pa.list_(pa.int32())),  # classes that hold the true one 90 times in 100
            ("label", pa.string()),  # the taxon to write; empty where nothing is sure enough
            ("label_score", pa.float32()),
            (
                "steps",
                pa.list_(pa.int8()),
            ),  # for each of PRECISIONS: how far above top1 it would be named; -1: not at all
            ("embedding", pa.list_(pa.float32())),
            *(
                field
                for trait in traits
                for field in (
                    column(trait.key, [trait.kind]),
                    pa.field(f"{column_name(trait.key)}_score", pa.float32()),
                )
            ),
        ]
    )


class LoadedModel:
    """A classifier with all that it needs to be used: preprocessing, calibration, classes."""

    def __init__(self, path: Path, device: str = "auto"):
        if not path.is_dir():
            raise ClassifierError(f"{path} is no model: there is no such folder.")
        folder = RunFolder(path)
        try:
            self.config = read_config(path)
            if self.config.get("format") != FORMAT or self.config["preprocessing"]["version"] != LETTERBOX:
                raise ClassifierError(
                    "The model was made by another version of this software: train it again."
                )
            self.calibrator = Calibrator.load(folder, self.config)
            self.fitted = method_of(self.config["method"]).load(folder, self.config, choose_device(device))
        except FileNotFoundError as error:
            raise ClassifierError(f"{path} is no model: {Path(error.filename).name} is missing.") from error
        self.classes: list[str] = self.config["classes"]
        self.side: int = self.config["preprocessing"]["image_size"]
        self.schema = schema(self.calibrator.traits)

    def __call__(self, batch: PictureBatch) -> tuple[Outputs, CalibratedOutput]:
        outputs = self.fitted(batch)
        count = outputs.logits.shape[1]
        if count != len(self.classes):
            raise ClassifierError(
                f"The weights do not fit config.json: they tell {count} classes apart, it names {len(self.classes)}."
            )
        return outputs, self.calibrator(outputs, appearance(batch.pixels, batch.sizes))

    def table(self, ids: np.ndarray, batch: PictureBatch, wanted_precision: float | None = None) -> pa.Table:
        """What it says of a batch, as `schema` has it."""
        outputs, calibrated = self(batch)
        best, scores = _best(calibrated)
        taxa, sure = self._labels(calibrated, wanted_precision)
        traits = [column for trait in self.calibrator.traits for column in calibrated.traits[trait.key]]
        columns = [
            ids,
            *best.T.astype(np.int32),
            *scores.T.astype(np.float32),
            np.maximum(scores[:, 0] - scores[:, 1], 0),
            _entropy(calibrated.probabilities),
            calibrated.novelty,
            [np.flatnonzero(row) for row in calibrated.candidates],
            taxa,
            sure,
            list(self.calibrator.steps(calibrated)),
            list(outputs.embedding),
            *traits,
        ]
        arrays = [
            pa.array(column).cast(field.type) for column, field in zip(columns, self.schema, strict=True)
        ]
        return pa.Table.from_arrays(arrays, schema=self.schema)

    def _labels(
        self, calibrated: CalibratedOutput, wanted_precision: float | None
    ) -> tuple[list[str], np.ndarray]:
        if wanted_precision is None:
            return [self.classes[k] for k in calibrated.labels], calibrated.scores
        return self.calibrator.backed_off(calibrated, wanted_precision)


@lru_cache(maxsize=2)
def load_model(folder: str, device: str = "auto") -> LoadedModel:
    """The model of a folder; the last two stay loaded."""
    return LoadedModel(Path(folder), device)


def predict_chunks(
    model_folder: str,
    rows: Iterator[PictureRow],
    chunk: int = 2048,
    batch: int = 256,
    device: str = "auto",
    threads: int = 0,
    wanted_precision: float | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Iterator[pa.Table]:
    """(object id, path, µm a pixel) to tables of `schema`, `chunk` objects each. Unreadable pictures are left out.

    With a `wanted_precision`, `label` is the lowest taxon that reaches it on held-out objects, or empty. With one
    thread all is done in this process, which suits a picture or two: starting others takes longer than those.
    """
    set_up_cpu(threads)
    model = load_model(model_folder, device)
    parts: list[pa.Table] = []
    with _measurers(model, threads) as measurers:
        for ids, pictures in prefetched(_batches(rows, model.side, measurers, batch)):
            if should_stop():
                raise Cancelled
            parts.append(model.table(ids, pictures, wanted_precision))
            if sum(map(len, parts)) >= chunk:
                yield pa.concat_tables(parts)
                parts = []
    if parts:
        yield pa.concat_tables(parts)


def _measurers(model: LoadedModel, threads: int) -> AbstractContextManager[Measurers | MeasuredHere | None]:
    if not model.fitted.needs_measurements:
        return nullcontext()
    return nullcontext(MeasuredHere()) if threads == 1 else Measurers()


def _batches(
    rows: Iterator[PictureRow], side: int, measurers: Measurers | MeasuredHere | None, size: int
) -> Iterator[tuple[np.ndarray, PictureBatch]]:
    """Readable pictures, `size` together; measured where there are measurers."""
    ids: list[int] = []
    decoded_pictures: list[tuple[np.ndarray, tuple[float, float, float]]] = []
    measure: list[tuple[str, float]] = []
    waiting: deque[PictureRow] = deque()

    def noted() -> Iterator[tuple[str, float]]:
        for row in rows:
            waiting.append(row)
            yield row[1], row[2]

    def batch() -> tuple[np.ndarray, PictureBatch]:
        table = measured_pictures(measurers, measure) if measurers else None
        pixels, sizes = zip(*decoded_pictures, strict=True)
        return np.array(ids), PictureBatch(np.stack(pixels), np.array(sizes, np.float32), table)

    for decoded in decode(noted(), side):
        object_id, path, pixel_um = waiting.popleft()
        if decoded is not None:
            ids.append(object_id)
            measure.append((path, pixel_um))
            decoded_pictures.append(decoded)
        if len(ids) == size:
            yield batch()
            ids, decoded_pictures, measure = [], [], []
    if ids:
        yield batch()


def _best(calibrated: CalibratedOutput) -> tuple[np.ndarray, np.ndarray]:
    """(N, TOP) class numbers, -1 where there is none, and probabilities: the label, then the most probable others."""
    p = calibrated.probabilities
    ranked = p.copy()
    ranked[np.arange(len(p)), calibrated.labels] = 2.0  # before all others, however rare
    best = np.argsort(-ranked, axis=1, kind="stable")[:, :TOP]
    scores = np.take_along_axis(p, best, 1)
    missing = TOP - best.shape[1]
    return np.pad(best, ((0, 0), (0, missing)), constant_values=-1), np.pad(scores, ((0, 0), (0, missing)))


def _entropy(probabilities: np.ndarray) -> np.ndarray:
    """(n, classes) → (n,): Shannon's, as a share of the greatest there can be; 0 for a single class."""
    logs = np.log(probabilities, where=probabilities > 0, out=np.zeros_like(probabilities))
    most = np.log(max(probabilities.shape[1], 2))
    return np.clip(-(probabilities * logs).sum(axis=1) / most, 0, 1)
