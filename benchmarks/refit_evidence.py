"""Which head to fit when labels arrive page by page, and whether to go on from a model: accuracy of all the rest.

    python -m benchmarks.refit_evidence FOLDER [--method features] [--share 0.3] [--page 20] [--keep FILE]

FOLDER is as `benchmarks.learning` has it. A model learns from a share of the pictures; the others are a project that it
has predicted. People name a page at a time: a stranger and what is most like it, of one predicted taxon where there is
a model. `--keep` writes what the model said, or reads it where it is there: the training takes minutes.
"""

import argparse
import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.learning import METHODS, manifest_of
from classifier.contract.manifest import SCHEMA, write_manifest
from classifier.contract.messages import TrainRequest
from classifier.inference.predict import load_model, predict_chunks
from classifier.refit.discriminant import fit_discriminant
from classifier.refit.earlier import log_probabilities
from classifier.refit.head import Scaling
from classifier.refit.logistic import Task, Unlabelled, fit_logistic
from classifier.refit.refitting import HOLDS, LabelledObjects, refit
from classifier.training.run import train

LABELS = (20, 50, 100, 200, 500)
SEEDS = 2
MOST = 5000  # objects of the project
SAMPLES = 20
ORDER = 9  # the seed of the order that objects come in
REPORTED, REPORTED_SHARE = 2000, 0.1


@dataclass(frozen=True)
class Predicted:
    x: np.ndarray  # (n, D) of length 1
    y: np.ndarray
    best: np.ndarray  # (n, 3) class numbers, -1 for none
    scores: np.ndarray
    classes: int


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--method", default="features", choices=METHODS)
    parser.add_argument("--share", type=float, default=0.3, help="of the pictures that the model learns from")
    parser.add_argument("--page", type=int, default=20)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    if not (options.keep and options.keep.exists()):
        path = options.keep or Path(tempfile.mkdtemp()) / "predicted.npz"
        np.savez(path, **predicted_by(options.folder, options.method, options.share))
        options.keep = path
    compare(read(options.keep), options.page)


def predicted_by(
    folder: Path,
    method: str,
    share: float,
    by_lineage: bool = False,
    below: str = "",
    seed: int = 0,
    most: int = MOST,
) -> dict[str, np.ndarray]:
    """What a model that learnt from a share of the folder, or of a branch of its taxa, says of some of the rest, in an
    order by chance."""
    with tempfile.TemporaryDirectory() as scratch:
        table = pq.read_table(manifest_of(folder, Path(scratch), by_lineage, below))
        rng = np.random.default_rng(seed)
        is_past = rng.random(len(table)) < share
        fold = rng.choice(["train", "tune", "test"], len(table), p=[0.75, 0.15, 0.1])
        past = table.filter(pa.array(is_past)).select(SCHEMA.names).replace_schema_metadata(None)
        write_manifest(Path(scratch) / "past.parquet", past.append_column("fold", [fold[is_past].tolist()]))
        request = TrainRequest(
            f"{scratch}/past.parquet",
            f"{scratch}/model",
            image_size=64,
            baseline=False,
            seed=seed,
            **METHODS[method],
        )
        print(
            f"{method}: accuracy {train(request).metrics['accuracy']:.3f} on what it has not seen", flush=True
        )
        is_new = ~is_past & ~np.isin(table["object_id"].to_numpy(), reported(folder) if seed else [])
        new = table.filter(pa.array(is_new))
        new = new.take(pa.array(np.random.default_rng(ORDER + seed).permutation(len(new))[:most]))
        pictures = ((k, f"{scratch}/{path}", float("nan")) for k, path in enumerate(new["path"].to_pylist()))
        predicted = pa.concat_tables(predict_chunks(f"{scratch}/model", pictures))
        return {
            "x": np.stack(predicted["embedding"].to_pylist()).astype(np.float16),
            "top": np.stack([predicted[f"top{k}"].to_numpy() for k in (1, 2, 3)], axis=1),
            "score": np.stack([predicted[f"score{k}"].to_numpy() for k in (1, 2, 3)], axis=1),
            "classes": np.array(load_model(f"{scratch}/model", "auto").classes),
            "labels": np.array(new["label"].to_pylist())[predicted["object_id"].to_numpy()],
        }


def reported(folder: Path) -> list[int]:
    """Objects by which what is offered was chosen (docs/lab-notes.md): of another seed none is asked about."""
    with (folder / "labels.csv").open() as lines:
        ids = np.array([int(row["object_id"].rpartition("_")[2]) for row in csv.DictReader(lines)])
    rest = ids[np.random.default_rng(0).random(len(ids)) >= REPORTED_SHARE]
    return rest[np.random.default_rng(ORDER).permutation(len(rest))[:REPORTED]].tolist()


def read(path: Path) -> Predicted:
    stored = np.load(path)
    names, y = np.unique(stored["labels"], return_inverse=True)
    place = {name: number for number, name in enumerate(names)}
    numbers = np.array([place.get(name, -1) for name in stored["classes"]])
    best = np.where(stored["top"] >= 0, numbers[stored["top"]], -1)
    x = stored["x"].astype(np.float32)
    x /= np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    return Predicted(x, y, best, stored["score"], len(names))


def compare(data: Predicted, page: int) -> None:
    print(f"{len(data.x):,} objects, {data.classes} taxa, {data.x.shape[1]} dimensions; accuracy of the rest")
    print(f"{'labels':>7} {'model':>7} {'refit':>7} | without a model: {'LDA':>7} {'LR':>7} {'refit':>7}")
    for count in LABELS:
        rows = np.mean([_accuracies(data, count, page, seed) for seed in range(SEEDS)], axis=0)
        model, beside, lda, lr, alone = rows
        print(f"{count:7} {model:7.3f} {beside:7.3f} | {'':16} {lda:7.3f} {lr:7.3f} {alone:7.3f}", flush=True)


def _accuracies(data: Predicted, count: int, page: int, seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    scaling = Scaling.of(data.x)
    earlier = log_probabilities(data.best, data.scores, data.classes)
    named = _pages(data.x, data.best[:, 0], rng, count, page)
    rest = np.setdiff1d(np.arange(len(data.x)), named)
    some = rng.permutation(rest)[:500]
    labelled = LabelledObjects(data.x[named], data.y[named], named % SAMPLES, data.classes, earlier[named])
    beside = refit(labelled, scaling, Unlabelled(data.x[some], earlier[some], HOLDS))
    predicted = beside.score(data.x[rest], earlier[rest]).best[:, 0]
    with_model = [(data.best[rest, 0] == data.y[rest]).mean(), (predicted == data.y[rest]).mean()]
    return with_model + _without_a_model(data, scaling, _pages(data.x, None, rng, count, page))


def _without_a_model(data: Predicted, scaling: Scaling, named: np.ndarray) -> list[float]:
    """LDA, regression, and what `refit` chooses of them."""
    rest = np.setdiff1d(np.arange(len(data.x)), named)
    x, (taxa, y) = scaling(data.x), np.unique(data.y[named], return_inverse=True)
    heads = (
        fit_discriminant(x[named], y, len(taxa)),
        fit_logistic(Task(x[named], y, len(taxa))),
        refit(LabelledObjects(data.x[named], y, named % SAMPLES, len(taxa)), scaling).head,
    )
    return [float((taxa[head.logits(x[rest]).argmax(axis=1)] == data.y[rest]).mean()) for head in heads]


def _pages(
    x: np.ndarray, predicted: np.ndarray | None, rng: np.random.Generator, count: int, page: int
) -> np.ndarray:
    """`count` objects: pages of a random one and what is most like it, of its predicted taxon."""
    is_left, named = np.ones(len(x), bool), []
    while len(named) < count:
        one = rng.choice(np.flatnonzero(is_left))
        others = is_left if predicted is None else is_left & (predicted == predicted[one])
        alike = np.flatnonzero(others)
        nearest = alike[np.argsort(-(x[alike] @ x[one]))[:page]]
        named += nearest.tolist()
        is_left[nearest] = False
    return np.array(named[:count])


if __name__ == "__main__":
    main()
