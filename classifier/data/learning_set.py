"""A learning set in memory: labels, traits, folds, and pictures in a file that is read again and again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from classifier.contract.errors import ClassifierError
from classifier.contract.manifest import FOLDS, described, labelled, read_manifest
from classifier.contract.messages import TrainRequest
from classifier.contract.traits import Trait, column_name
from classifier.contract.tree import Tree
from classifier.data.decoded import Pictures, decode_all
from classifier.outputs import PictureBatch
from classifier.run_folder import RunFolder
from classifier.training.split import split

Measure = Callable[[list[tuple[str, float]]], np.ndarray]  # (path, µm a pixel) → float32 (N, M)


@dataclass
class LearningSet:
    object_ids: np.ndarray  # int64 (N,)
    samples: np.ndarray  # names, (N,)
    paths: list[str]
    pixel_um: np.ndarray  # float32 (N,)
    classes: list[str]
    labels: np.ndarray  # class numbers, (N,)
    pictures: Pictures
    folds: np.ndarray  # (N,) of FOLDS
    split_kind: str  # sample, object or given
    tree: Tree
    traits: list[Trait]
    trait_labels: dict[str, np.ndarray]  # see Trait.labels
    warnings: list[str] = field(default_factory=list)
    weights: np.ndarray | None = None  # float32 (N,): what each counts for in training; None: all alike

    def of(self, fold: str) -> np.ndarray:
        """Row numbers of a fold."""
        return np.flatnonzero(self.folds == fold)

    @property
    def train(self) -> np.ndarray:
        return self.of("train")

    @property
    def looked_at(self) -> np.ndarray:
        """Row numbers of `train` that count whole, since a person has looked: figures are of these alone."""
        weights = self.weights_of(self.train)
        return self.train if weights is None else self.train[weights == 1]

    def weights_of(self, rows: np.ndarray) -> np.ndarray | None:
        return None if self.weights is None else self.weights[rows]

    @property
    def prior(self) -> np.ndarray:
        """(C,) share of each class among the training objects, by their weights; never zero."""
        train = self.train
        counts = np.bincount(self.labels[train], self.weights_of(train), minlength=len(self.classes)) + 0.5
        return counts / counts.sum()

    def batch(self, rows: np.ndarray, measured: np.ndarray | None = None) -> PictureBatch:
        return PictureBatch(self.pictures.at(rows), self.pictures.sizes[rows], measured)


def load_learning_set(
    request: TrainRequest, folder: RunFolder, on_done: Callable[[int, int], None]
) -> LearningSet:
    """Decodes all pictures into a file of the run's folder, and splits unless the manifest has. Pictures that can't be
    read are left out.

    Raises ClassifierError for what can't be learnt from. `on_done` gets (decoded, of how many).
    """
    table = labelled(read_manifest(Path(request.manifest)))
    pictures = _pictures(table, request, folder, on_done)
    readable = np.flatnonzero(pictures.readable)
    names = np.array(table["label"].to_pylist(), object)[readable]
    classes = sorted(set(names))
    _refuse_hopeless(classes, names, len(table))
    learning_set = _learning_set(table, readable, pictures, classes, names, request)
    if not len(learning_set.train):
        raise ClassifierError("No object is left to learn from: all of them are held out.")
    return learning_set


def _pictures(
    table: pa.Table, request: TrainRequest, folder: RunFolder, on_done: Callable[[int, int], None]
) -> Pictures:
    return decode_all(
        table["path"].to_pylist(),
        table["pixel_um"].to_numpy(),
        request.side,
        folder / "decoded.cache",
        lambda done: on_done(done, len(table)),
    )


def _learning_set(
    table: pa.Table,
    readable: np.ndarray,
    pictures: Pictures,
    classes: list[str],
    names: np.ndarray,
    request: TrainRequest,
) -> LearningSet:
    """Of the rows `readable`, whose labels are `names`."""
    tree, described_traits = described(table)
    traits = described_traits if request.learn_traits else []
    samples = np.array(table["sample"].to_pylist(), object)[readable].astype(str)
    labels = np.searchsorted(classes, names)
    folds, kind, warnings = _folds(table, readable, samples, labels, request)
    if len(readable) < len(table):
        warnings.append(f"{len(table) - len(readable):,} images could not be read and were left out.")
    return LearningSet(
        object_ids=table["object_id"].to_numpy()[readable],
        samples=samples,
        paths=table["path"].take(readable).to_pylist(),
        pixel_um=table["pixel_um"].to_numpy()[readable],
        classes=classes,
        labels=labels,
        pictures=pictures.only(readable),
        folds=folds,
        split_kind=kind,
        tree=tree,
        traits=traits,
        trait_labels={trait.key: trait.labels(table[column_name(trait.key)])[readable] for trait in traits},
        warnings=warnings,
        weights=_weights(table, readable, folds),
    )


def _weights(table: pa.Table, readable: np.ndarray, folds: np.ndarray) -> np.ndarray | None:
    if "weight" not in table.column_names:
        return None
    weights = table["weight"].to_numpy().astype(np.float32)[readable]
    if not ((weights > 0) & (weights <= 1)).all():
        raise ClassifierError("The manifest's column `weight` takes numbers above 0, up to 1.")
    if (weights[folds != "train"] != 1).any():
        raise ClassifierError(
            "The manifest's column `weight` has numbers below 1 outside of the fold train: what nobody looked at is "
            "neither tuned nor tested on. Leave those objects out, or give the manifest a column `fold`."
        )
    return weights


def _folds(
    table: pa.Table, readable: np.ndarray, samples: np.ndarray, labels: np.ndarray, request: TrainRequest
) -> tuple[np.ndarray, str, list[str]]:
    if "fold" not in table.column_names:
        parted = split(samples, labels, request.held_out, request.tune, request.seed)
        return parted.folds, parted.kind, list(parted.warnings)
    folds = np.array(table["fold"].to_pylist(), object)[readable]
    unknown = sorted({str(fold) for fold in folds} - set(FOLDS))
    if unknown:
        raise ClassifierError(
            f"The manifest's column `fold` has {', '.join(unknown)}, but takes train, tune or test."
        )
    return folds.astype(str), _split_kind(table), []


def _split_kind(table: pa.Table) -> str:
    return (table.schema.metadata or {}).get(b"split", b"given").decode()


def _refuse_hopeless(classes: list[str], names: np.ndarray, total: int) -> None:
    if len(names) == 0:
        raise ClassifierError(
            f"None of the {total:,} images could be read. Are the files where the manifest says?"
        )
    if len(classes) < 2:
        raise ClassifierError("The learning set has only one taxon. Validate objects of at least two taxa.")
