"""`python -m classifier compare-segmentations MANIFEST --model DIR`."""

import argparse
import sys
from pathlib import Path

from classifier.contract.arguments import add_settings
from classifier.contract.segmentation import RECIPE_SETTINGS
from classifier.segmentation.command import recipe_of

COLUMNS = ("scan", "by", "F1", "precision", "recall", "mean IoU", "pixel IoU", "seconds", "Mpx/s")


def add_compare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("manifest", type=Path, metavar="MANIFEST", help="as `train-segmenter` takes it")
    parser.add_argument("--model", type=Path, required=True, help="folder that `train-segmenter` wrote")
    parser.add_argument("--recipe", type=Path, help="a recipe as JSON; flags below go before it")
    parser.add_argument("--device", default="auto", help="cpu, cuda or auto (%(default)s)")
    add_settings(parser, RECIPE_SETTINGS.values(), keeps_unset=True)
    parser.set_defaults(verb=_compare)


def _compare(options: argparse.Namespace) -> None:
    from classifier.segmentation.unet.comparing import compare  # torch: a second that the other commands save
    from classifier.segmentation.unet.folder import load_segmenter

    sys.stdout.write("\t".join(COLUMNS) + "\n")
    for one in compare(options.manifest, load_segmenter(options.model, options.device), recipe_of(options)):
        objects, pixels = one.figures["objects"], one.figures["pixels"]
        low, high = objects["intervals"]["f1"] or (None, None)
        f1 = f"{_figure(objects['f1'])} ({_figure(low)}–{_figure(high)})"
        figures = map(_figure, (objects["precision"], objects["recall"], objects["mean_iou"], pixels["iou"]))
        cells = (one.scan, one.method, f1, *figures, f"{one.seconds:.1f}", f"{one.speed:.2f}")
        sys.stdout.write("\t".join(cells) + "\n")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
