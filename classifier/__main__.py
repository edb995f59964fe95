"""python -m classifier VERB: trains and predicts on a machine by itself."""

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from classifier.errors import ClassifierError
from classifier.messages import TrainRequest

PICTURES = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff"}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        options.verb(options)
    except ClassifierError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from the last epoch.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m classifier", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    train = verbs.add_parser("train", help="train a model from a manifest")
    train.add_argument(
        "--manifest", required=True, help="Parquet with object_id, sample, path, label, pixel_um"
    )
    train.add_argument("--out", required=True, help="folder of the model; an interrupted run goes on there")
    train.add_argument("--backbone", default=TrainRequest.backbone, help="torchvision network (%(default)s)")
    train.add_argument(
        "--image-size", type=int, default=TrainRequest.image_size, help="pixels a side (%(default)s)"
    )
    train.add_argument("--epochs", type=int, default=0, help="0: as many as the learning set asks for")
    train.add_argument("--batch-size", type=int, default=64, help="pictures a step (%(default)s)")
    train.add_argument(
        "--seed", type=int, default=0, help="the same seed gives the same weights (%(default)s)"
    )
    train.add_argument("--pretrained", action="store_true", help="start from torchvision's weights")
    train.add_argument("--device", default="auto", help="cpu, cuda, or auto")
    train.set_defaults(verb=_train)
    predict = verbs.add_parser("predict", help="name the pictures of a folder")
    predict.add_argument("model", help="folder of the model")
    predict.add_argument("folder", type=Path, help="folder of pictures")
    predict.add_argument(
        "--out", type=Path, required=True, help="CSV to write: file, three taxa with scores, margin"
    )
    predict.add_argument(
        "--pixel-um", type=float, default=float("nan"), help="side of a pixel in µm, if known"
    )
    predict.set_defaults(verb=_predict)
    return parser


def _train(options: argparse.Namespace) -> None:
    from classifier.training.train import train

    given = {k: v for k, v in vars(options).items() if k != "verb"}
    result = train(
        TrainRequest(**given), lambda step: print(f"\r\x1b[K{step['message']}", end="", flush=True)
    )
    figures = ", ".join(
        f"{k} {result.metrics[k]:.3f}" for k in ("accuracy", "balanced_accuracy", "macro_f1", "ece")
    )
    print(f"\r\x1b[K{result.model}: {figures}, {result.minutes:.1f} min")


def _predict(options: argparse.Namespace) -> None:
    from classifier.inference.predict import load_model, predict_chunks

    files = sorted(p for p in options.folder.rglob("*") if p.suffix.lower() in PICTURES)
    if not files:
        raise ClassifierError(f"There is no picture in {options.folder}.")
    classes = load_model(options.model).classes

    def rows() -> Iterator[tuple[int, str, float]]:
        for i, file in enumerate(files):
            yield i, str(file), options.pixel_um

    with options.out.open("w", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(["file", "taxon1", "score1", "taxon2", "score2", "taxon3", "score3", "margin"])
        for table in predict_chunks(options.model, rows()):
            for row in table.to_pylist():
                best = [(row[f"top{k}"], row[f"score{k}"]) for k in (1, 2, 3)]
                cells = [
                    cell
                    for k, score in best
                    for cell in ((classes[k], round(score, 4)) if k >= 0 else ("", ""))
                ]
                lines.writerow(
                    [files[row["object_id"]].relative_to(options.folder), *cells, round(row["margin"], 4)]
                )
    print(f"{len(files):,} pictures read, {options.out} written.")


if __name__ == "__main__":
    sys.exit(main())
