"""`python -m classifier train-detector BOXES` and `python -m classifier detect SCAN … OUT`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from classifier.contract.arguments import add_settings
from classifier.contract.detection import DETECTOR_SETTINGS, DetectorRequest
from classifier.contract.errors import ClassifierError
from classifier.contract.segmentation import RECIPE_SETTINGS, SegmentationRecipe
from classifier.segmentation.command import add_scans, print_objects, scan_origin

VIGNETTES = ("margin", "scale_bar")  # of a recipe's settings
PLAIN = {"background": "none", "clean_background": False}


def add_train_detector(parser: argparse.ArgumentParser, on_progress: Callable[[dict], None]) -> None:
    parser.add_argument(
        "boxes",
        metavar="BOXES",
        help="CSV with scan, x, y, width, height and, if you like, label, pixel_um, held_out (yes: only measured on); "
        "or COCO",
    )
    parser.add_argument(
        "--out", required=True, help="folder of the network; an interrupted run goes on there"
    )
    parser.add_argument(
        "--start-from",
        default="",
        help="folder of a backbone, model or detector whose features go on learning",
    )
    add_settings(parser, DETECTOR_SETTINGS.values())
    parser.set_defaults(verb=lambda options: _train(options, on_progress))


def _train(options: argparse.Namespace, on_progress: Callable[[dict], None]) -> None:
    from classifier.detection.folder import summary  # torch: a second that the other commands save
    from classifier.detection.run import train_detector

    settings = {name: getattr(options, name) for name in DETECTOR_SETTINGS}
    request = DetectorRequest(options.boxes, options.out, start_from=options.start_from, **settings)
    result = train_detector(request, on_progress)
    earlier = ", finished before: name another folder to train anew" if result.was_finished else ""
    sys.stdout.write(f"\r\x1b[K{result.model}: {result.minutes:.1f} min{earlier}\n")
    sys.stdout.write(summary(result.metrics["held_out"]) + "\n")


def add_detect(parser: argparse.ArgumentParser) -> None:
    add_scans(parser)
    parser.add_argument("--model", type=Path, required=True, help="folder that `train-detector` wrote")
    parser.add_argument(
        "--score", type=float, help="from which on a box counts, 0 to 1; else the detector's own"
    )
    parser.add_argument("--device", default="auto", help="cpu, cuda or auto (%(default)s)")
    add_settings(parser, (RECIPE_SETTINGS[name] for name in VIGNETTES))
    parser.set_defaults(verb=_detect)


def _detect(options: argparse.Namespace) -> None:
    from classifier.detection.finding import DetectorFinder  # torch
    from classifier.segmentation.packages import segment_scans

    if options.score is not None and not 0 <= options.score <= 1:
        raise ClassifierError(f"--score is {options.score:g}, but takes 0 to 1.")
    recipe = SegmentationRecipe.checked(PLAIN | {name: getattr(options, name) for name in VIGNETTES})
    finder = DetectorFinder.of(options.model, options.device, options.score)
    print_objects(options, segment_scans, recipe, scan_origin(options), finder)
