"""python -m classifier VERB: trains, predicts, segments and unpacks on a machine by itself."""

import argparse
import csv
import os
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pyarrow as pa

from classifier.contract.arguments import add_settings
from classifier.contract.errors import Cancelled, ClassifierError
from classifier.contract.manifest import SCHEMA, write_manifest
from classifier.contract.messages import TrainRequest
from classifier.contract.pretraining import PRETRAIN_SETTINGS, PretrainRequest
from classifier.contract.settings import SETTINGS
from classifier.contract.spreadsheet import neutralised
from classifier.contract.traits import column_name
from classifier.contract.unet import UNET_SETTINGS, UnetRequest
from classifier.detection.command import add_detect, add_train_detector
from classifier.inference.formats import read_config
from classifier.instruments.unpacking.command import add_unpack
from classifier.run_folder import RunFolder
from classifier.segmentation.command import add_segment
from classifier.segmentation.unet.command import add_compare

PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".pgm", ".ppm", ".pnm"}
FIGURES = ("accuracy", "balanced_accuracy", "macro_f1", "ece")


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        options.verb(options)
    except ClassifierError as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Cancelled):
        print("\nStopped. The same command goes on where it was.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m classifier", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _add_train(verbs.add_parser("train", help="train a model from a manifest"))
    _add_pretrain(verbs.add_parser("pretrain", help="learn a backbone from pictures without labels"))
    _add_train_segmenter(
        verbs.add_parser("train-segmenter", help="train a U-Net that cuts scans into objects")
    )
    add_train_detector(
        verbs.add_parser("train-detector", help="train a detector that proposes objects on scans and frames"),
        _say,
    )
    _add_predict(verbs.add_parser("predict", help="name the pictures of a folder"))
    add_compare(
        verbs.add_parser(
            "compare-segmentations", help="measure a threshold and a U-Net on the same held-out scans"
        )
    )
    add_segment(verbs.add_parser("segment", help="cut objects out of scans, as EcoTaxa packages"))
    add_detect(verbs.add_parser("detect", help="cut objects out of scans by a detector, as EcoTaxa packages"))
    add_unpack(verbs.add_parser("unpack", help="write raw files of instruments as EcoTaxa packages"))
    return parser


# --- train ------------------------------------------------------------------------------------------------------------


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--manifest",
        required=True,
        help="Parquet with object_id, sample, path, label, pixel_um; also fold and trait_… (contract/manifest.py)",
    )
    parser.add_argument("--out", required=True, help="folder of the model; an interrupted run goes on there")
    parser.add_argument("--start-from", default="", help="folder of a model to go on from")
    add_settings(parser, SETTINGS.values(), keeps_unset=True)
    parser.set_defaults(verb=_train)


def _train(options: argparse.Namespace) -> None:
    from classifier.training.run import train

    result = train(_request(options), _say)
    if result.metrics:  # of several processes only the first has them
        figures = ", ".join(f"{name} {result.metrics[name]:.3f}" for name in FIGURES)
        print(f"\r\x1b[K{result.model}: {figures}, {result.minutes:.1f} min")


def _request(options: argparse.Namespace) -> TrainRequest:
    """Of what is not named the default, but the network of the model that it starts from."""
    values = {field.name: getattr(options, field.name) for field in fields(TrainRequest)}
    named = {name: value for name, value in values.items() if value is not None}
    if options.start_from:
        named.setdefault("backbone", _backbone_of(Path(options.start_from)))
    return TrainRequest(**named)


def _backbone_of(folder: Path) -> str:
    try:
        return read_config(folder)["settings"].get("backbone", SETTINGS["backbone"].default)
    except FileNotFoundError as error:
        raise ClassifierError(f"{folder} is no model: {Path(error.filename).name} is missing.") from error


def _say(step: dict) -> None:
    if os.environ.get("RANK", "0") == "0":
        print(f"\r\x1b[K{step['message']}", end="", flush=True)


# --- pretrain ---------------------------------------------------------------------------------------------------------


def _add_pretrain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "pictures",
        type=Path,
        metavar="FOLDER",
        help="folder of pictures; or a manifest (Parquet) as `train` takes it, whose labels, where there are any, show "
        "meanwhile how much the features tell",
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder of the backbone; an interrupted run goes on there"
    )
    add_settings(parser, PRETRAIN_SETTINGS.values())
    parser.set_defaults(verb=_pretrain)


def _pretrain(options: argparse.Namespace) -> None:
    from classifier.pretraining.run import pretrain

    settings = {name: getattr(options, name) for name in PRETRAIN_SETTINGS}
    manifest = options.pictures if options.pictures.is_file() else _listed(options.pictures, options.out)
    result = pretrain(PretrainRequest(str(manifest), str(options.out), **settings), _say)
    if result.metrics:
        probes = {"knn_accuracy": "nearest neighbours", "linear_accuracy": "linear probe"}
        figures = [
            f"{words} {result.metrics[name]:.3f}" for name, words in probes.items() if name in result.metrics
        ]
        print(f"\r\x1b[K{result.backbone}: {', '.join([*figures, f'{result.minutes:.1f} min'])}")


def _listed(folder: Path, out: Path) -> Path:
    """A manifest of the folder's pictures, without labels."""
    files = _pictures_in(folder)
    columns = {
        "object_id": list(range(len(files))),
        "sample": [str(file.parent.relative_to(folder)) for file in files],
        "path": [str(file.resolve()) for file in files],
        "label": [""] * len(files),
        "pixel_um": [float("nan")] * len(files),
    }
    manifest = RunFolder(out) / "pictures.parquet"
    write_manifest(manifest, pa.table(columns, schema=SCHEMA))
    return manifest


def _pictures_in(folder: Path) -> list[Path]:
    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in PICTURES)
    if not files:
        raise ClassifierError(f"There is no picture in {folder}.")
    return files


# --- train-segmenter --------------------------------------------------------------------------------------------------


def _add_train_segmenter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "manifest",
        metavar="MANIFEST",
        help="CSV with scan, mask and, if you like, kind (labels, semantic, coco), classes (CSV of value and name), "
        "pixel_um, held_out (yes: only measured on)",
    )
    parser.add_argument(
        "--out", required=True, help="folder of the network; an interrupted run goes on there"
    )
    add_settings(parser, UNET_SETTINGS.values())
    parser.set_defaults(verb=_train_segmenter)


def _train_segmenter(options: argparse.Namespace) -> None:
    from classifier.segmentation.unet.folder import summary
    from classifier.segmentation.unet.run import train_segmenter

    settings = {name: getattr(options, name) for name in UNET_SETTINGS}
    result = train_segmenter(UnetRequest(options.manifest, options.out, **settings), _say)
    earlier = ", finished before: name another folder to train anew" if result.was_finished else ""
    print(f"\r\x1b[K{result.model}: {result.minutes:.1f} min{earlier}")
    print(summary(result.metrics["held_out"]))


# --- predict ----------------------------------------------------------------------------------------------------------


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="folder of the model")
    parser.add_argument("folder", type=Path, help="folder of pictures")
    parser.add_argument(
        "--out", type=Path, required=True, help="CSV to write: a line a picture, with taxa, scores and traits"
    )
    parser.add_argument(
        "--pixel-um", type=float, default=float("nan"), help="side of a pixel in µm, if known"
    )
    parser.add_argument(
        "--precision",
        type=float,
        default=None,
        help="share of the labels that have to be right: where the taxon is not sure enough, the one above it is "
        "written, or none",
    )
    parser.add_argument("--device", default="auto", help="cpu, cuda or auto (%(default)s)")
    parser.set_defaults(verb=_predict)


def _predict(options: argparse.Namespace) -> None:
    from classifier.inference.predict import load_model, predict_chunks

    files = _pictures_in(options.folder)
    if options.precision is not None and not 0 < options.precision < 1:
        raise ClassifierError(f"--precision is {options.precision:g}, but takes a share between 0 and 1.")
    model = load_model(options.model, options.device)
    names = {taxon: entry["name"] for taxon, entry in model.config["taxa"].items()}
    traits = [trait.key for trait in model.calibrator.traits]

    def rows() -> Iterator[tuple[int, str, float]]:
        for i, file in enumerate(files):
            yield i, str(file), options.pixel_um

    read = 0
    with options.out.open("w", newline="", encoding="utf-8") as out:
        lines = csv.writer(out)
        best = [f"{word}{k}" for k in (1, 2, 3) for word in ("taxon", "score")]
        heads = ["file", "label", "label_score", *best, "margin", "novelty", *traits]
        lines.writerow([neutralised(cell) for cell in heads])
        for table in predict_chunks(
            options.model, rows(), device=options.device, wanted_precision=options.precision
        ):
            read += len(table)
            for row in table.to_pylist():
                file = files[row["object_id"]].relative_to(options.folder)
                cells = [str(file), *_cells(row, model.classes, names), *_values(row, traits)]
                lines.writerow([neutralised(cell) for cell in cells])
    print(f"{read:,} of {len(files):,} pictures read, {options.out} written.")


def _cells(row: dict, classes: list[str], names: dict[str, str]) -> list:
    best = []
    for k in (1, 2, 3):
        number = row[f"top{k}"]
        best += ["", ""] if number < 0 else [names[classes[number]], round(row[f"score{k}"], 4)]
    label = names.get(row["label"], row["label"])
    return [label, round(row["label_score"], 4), *best, round(row["margin"], 4), round(row["novelty"], 4)]


def _values(row: dict, traits: list[str]) -> list:
    values = [row[column_name(key)] for key in traits]
    return ["|".join(value) if isinstance(value, list) else value for value in values]


if __name__ == "__main__":
    sys.exit(main())
