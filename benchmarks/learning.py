"""Every method on a folder of labelled vignettes, beside a plain training loop of the same length.

    python -m benchmarks.learning FOLDER [--methods measure features network plain] [--epochs 20] [--image-size 64]
                                     [--few 1844]

FOLDER has `images.zip`, `labels.csv` (file, object_id, label, fold) and `classes.csv` (label, lineage, and a column a
trait). Prints macro-F1, accuracy, minutes, calibration, coverage, and for traits what is gained over guessing by taxon.
"""

import argparse
import csv
import json
import resource
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from PIL import Image
from sklearn.metrics import roc_auc_score
from torch import nn

from classifier.contract.manifest import SCHEMA, write_manifest
from classifier.contract.messages import TrainRequest
from classifier.inference.predict import predict_chunks
from classifier.models.torchvision_ops import declare_missing_operators
from classifier.training.run import train

TRAITS = ("egg_bearing", "life_stage", "view", "grouping")
FOLDS = {"train": "train", "val": "tune", "test": "test"}
METHODS = {
    "measure": {"method": "measure", "head": "forest"},
    "boosting": {"method": "measure", "head": "boosting"},
    "features": {"method": "features", "backbone": "patches", "head": "linear"},
    "network": {"method": "network"},
    "mobilenet": {"method": "network", "backbone": "mobilenet_v3_small"},
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--methods", nargs="+", default=[*METHODS, "plain"], choices=[*METHODS, "plain"])
    parser.add_argument("--epochs", type=int, default=0, help="0: as many as the product takes; plain: 20")
    parser.add_argument("--image-size", type=int, help="left out: as the network likes it; plain: 64")
    parser.add_argument("--threads", type=int, default=0, help="0: all cores")
    parser.add_argument(
        "--by-lineage", action="store_true", help="learn lineages: traits tell apart what is in one"
    )
    parser.add_argument(
        "--strangers", type=Path, help="a zip of pictures of another kind: are they told apart?"
    )
    parser.add_argument(
        "--few", type=int, help="as many of the objects to learn from, an eighth as many to tune by"
    )
    parser.add_argument("--out", type=Path, help="keep manifest, pictures and models here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = options.out or Path(scratch)
        manifest = manifest_of(options.folder, out, options.by_lineage)
        if options.few:
            keep_few(manifest, options.few)
        for method in options.methods:
            if method == "plain":
                plain(manifest, options)
            else:
                ours(method, manifest, out / method, options)


def manifest_of(folder: Path, out: Path, by_lineage: bool = False, below: str = "") -> Path:
    """The folder, or what a name of the lineages is said of, as a learning set; its fold `val` is what is chosen by."""
    with zipfile.ZipFile(folder / "images.zip") as pictures:
        pictures.extractall(out)
    with (folder / "classes.csv").open() as lines:
        classes = {row["label"]: row for row in csv.DictReader(lines)}
    with (folder / "labels.csv").open() as lines:
        rows = [row for row in csv.DictReader(lines) if _is_below(classes[row["label"]], below)]
    columns = {
        "object_id": [int(row["object_id"].rpartition("_")[2]) for row in rows],
        "sample": [row["object_id"] for row in rows],  # the source tells of no tows
        "path": [row["file"] for row in rows],
        "label": [_label(classes[row["label"]], by_lineage) for row in rows],
        "pixel_um": [float("nan")] * len(rows),
        "fold": [FOLDS[row["fold"]] for row in rows],
    }
    traits = []
    for key in TRAITS:
        choices = sorted({row[key] for row in classes.values()} - {""})
        kind = "flag" if set(choices) <= {"yes", "no"} else "one"
        traits.append({"key": key, "kind": kind, "choices": choices, "name": key.replace("_", " ")})
        columns[f"trait_{key}"] = [classes[row["label"]][key] or None for row in rows]
    strings = [(name, pa.string()) for name in columns if name not in SCHEMA.names]
    table = pa.table(columns, schema=pa.schema([*SCHEMA, *strings]))
    write_manifest(out / "learning_set.parquet", table, _taxa(classes), traits)
    return out / "learning_set.parquet"


def keep_few(manifest: Path, count: int) -> None:
    """Of those to learn from and to tune by; all test objects stay."""
    table = pq.read_table(manifest)
    folds, rng = np.array(table["fold"].to_pylist()), np.random.default_rng(0)
    rows = [np.flatnonzero(folds == "test")]
    for fold, most in (("train", count), ("tune", count // 8)):
        rows.append(rng.permutation(np.flatnonzero(folds == fold))[:most])
    pq.write_table(table.take(pa.array(np.sort(np.concatenate(rows)))), manifest)


def _is_below(row: dict, name: str) -> bool:
    return not name or name in row["lineage"].split(">")


def _label(row: dict, by_lineage: bool) -> str:
    return "/" + row["lineage"].replace(">", "/") if by_lineage else row["label"]


def _taxa(classes: dict[str, dict]) -> dict:
    """The lineages as a tree; a class stands below the last name of its lineage."""
    taxa: dict[str, dict] = {}
    for label, row in classes.items():
        above = None
        for name in row["lineage"].split(">"):
            key = f"{above or ''}/{name}"
            taxa[key] = {"name": name, "parent": above}
            above = key
        taxa[label] = {"name": label, "parent": above}
    return taxa


def ours(method: str, manifest: Path, out: Path, options: argparse.Namespace) -> None:
    sizes = {"image_size": options.image_size, "epochs": options.epochs, "threads": options.threads}
    chosen = {**sizes, "baseline": False, **METHODS[method]}
    result = train(TrainRequest(str(manifest), str(out), **chosen))
    metrics = result.metrics
    _print(method, metrics["macro_f1"], metrics["balanced_accuracy"], metrics["accuracy"], result.minutes)
    print(
        f"  ECE {metrics['ece']:.4f} (before {metrics['ece_before']:.4f}, by chance {metrics['ece_by_chance']:.4f}), "
        f"balance {metrics['balance']}, log loss {metrics['nll']:.3f}, {_cpu_minutes():.1f} minutes of two cores so far"
    )
    for level in metrics["conformal"]:
        print(
            f"  sets of {level['coverage']:.0%}: hold {level['measured']:.3f}, {level['mean_size']:.1f} taxa"
        )
    for trait in metrics["traits"]:
        print("  " + json.dumps({name: _short(value) for name, value in trait.items() if name != "choices"}))
    if options.strangers:
        strangers(manifest, out, options.strangers)


def _cpu_minutes() -> float:
    """Whatever else runs on the machine: seconds of processors, as if two were at work."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) / 120


def _short(value: object) -> object:
    return round(value, 3) if isinstance(value, float) else value


def strangers(manifest: Path, model: Path, archive: Path) -> None:
    """Novelty and score as what tells pictures of another kind from held-out ones, by the area under the ROC curve."""
    table = pq.read_table(manifest)
    familiar = [
        path
        for path, fold in zip(table["path"].to_pylist(), table["fold"].to_pylist(), strict=True)
        if fold == "test"
    ]
    with tempfile.TemporaryDirectory() as scratch:
        with zipfile.ZipFile(archive) as pictures:
            pictures.extractall(scratch)
        strange = [path for path in sorted(Path(scratch).rglob("*")) if path.is_file()]
        rows = [*(manifest.parent / path for path in familiar), *strange]
        predictions = pa.concat_tables(
            predict_chunks(str(model), ((k, str(path), float("nan")) for k, path in enumerate(rows)))
        )
    is_strange = predictions["object_id"].to_numpy() >= len(familiar)
    for name, sign in (("novelty", 1), ("score1", -1)):
        area = roc_auc_score(is_strange, sign * predictions[name].to_numpy())
        print(f"  {is_strange.sum()} strangers told by {name}: AUROC {area:.3f}")


def _print(method: str, macro_f1: float, balanced: float, accuracy: float, minutes: float) -> None:
    print(
        f"{method:10} macro-F1 {macro_f1:.3f}, balanced accuracy {balanced:.3f}, accuracy {accuracy:.3f}, "
        f"{minutes:.1f} min",
        flush=True,
    )


def plain(manifest: Path, options: argparse.Namespace) -> None:
    """What one would write in an hour: stretched to a square, flips, Adam, the last epoch."""
    from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score

    declare_missing_operators()
    from torchvision.models import mobilenet_v3_small

    torch.manual_seed(0)
    torch.set_num_threads(options.threads or torch.get_num_threads())
    started = time.monotonic()
    table = pq.read_table(manifest)
    side = options.image_size or 64
    pixels = np.stack(
        [
            np.asarray(Image.open(manifest.parent / path).convert("L").resize((side, side)))
            for path in table["path"].to_pylist()
        ]
    )
    classes, labels = np.unique(table["label"].to_pylist(), return_inverse=True)
    folds = np.array(table["fold"].to_pylist())
    learn, test = np.flatnonzero(folds == "train"), np.flatnonzero(folds == "test")
    network = mobilenet_v3_small(num_classes=len(classes))
    optimiser, loss_of = torch.optim.Adam(network.parameters(), 1e-3), nn.CrossEntropyLoss()

    def inputs(rows: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(pixels[rows])[:, None].expand(-1, 3, -1, -1).float() / 255

    for _ in range(options.epochs or 20):
        network.train()
        for rows in np.array_split(np.random.permutation(learn), len(learn) // 64):
            pictures = inputs(rows)
            if torch.rand(()) < 0.5:
                pictures = pictures.flip(3)
            loss = loss_of(network(pictures), torch.from_numpy(labels[rows]))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    network.eval()
    with torch.inference_mode():
        predicted = np.concatenate([network(inputs(rows)).argmax(1) for rows in np.array_split(test, 20)])
    true = labels[test]
    scores = (
        f1_score(true, predicted, average="macro"),
        balanced_accuracy_score(true, predicted),
        accuracy_score(true, predicted),
    )
    _print("plain", *scores, (time.monotonic() - started) / 60)


if __name__ == "__main__":
    main()
