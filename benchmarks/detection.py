"""A detector on drawn frames with known truth: organisms with antennae and marine snow, uneven light, noise.

    python -m benchmarks.detection [--side 512] [--frames 8] [--epochs 8] [--steps 25] [--threads 1]

All frames but the last two are learnt from, those are measured on.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from benchmarks.unet import drawn
from classifier.contract.detection import DetectorRequest
from classifier.detection.apply import detected
from classifier.detection.folder import load_detector
from classifier.detection.run import train_detector
from classifier.segmentation.unet.reading import open_scan

HELD_OUT = 2  # frames
FIGURES = ("precision", "recall", "f1", "mean_iou", "average_precision")
LEAST_AREA = 40  # pixels of an organism that nobody overlooks


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--side", type=int, default=512, help="pixels a side of a frame (%(default)s)")
    parser.add_argument("--frames", type=int, default=8, help="with the two that are held out (%(default)s)")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--steps", type=int, default=25, help="an epoch (%(default)s)")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        boxes = write_frames(Path(folder), options.frames, options.side)
        request = DetectorRequest(
            str(boxes), f"{folder}/model", epochs=options.epochs, steps=options.steps, patch=128, width=32,
            rate=3e-3, shrink=1, threads=options.threads,
        )  # fmt: skip
        result = train_detector(request)
        print(f"trained in {result.minutes:.1f} minutes, {result.metrics['organisms']:,} boxes\n")
        print_figures(result.metrics["held_out"]["objects"])
        print_speed(Path(folder), options.frames, options.side)


def print_figures(figures: dict) -> None:
    for name in FIGURES:
        low, high = figures["intervals"][name]
        print(f"{name:18} {figures[name]:.3f} ({low:.3f}–{high:.3f})")


def print_speed(folder: Path, frames: int, side: int) -> None:
    detector = load_detector(folder / "model", "cpu")
    started = time.monotonic()
    for number in range(frames):
        detected(
            detector.network, open_scan(folder / f"frame{number}.png", False), least_score=detector.score
        )
    seconds = (time.monotonic() - started) / frames
    print(
        f"\n{1 / seconds:.2f} frames a second of {side} × {side} pixels, {side**2 / 1e6 / seconds:.2f} Mpx/s"
    )


def write_frames(folder: Path, count: int, side: int) -> Path:
    """The CSV of their boxes."""
    lines = ["scan,x,y,width,height,held_out"]
    for number in range(count):
        grey, ids = drawn(number, side)
        Image.fromarray(grey).save(folder / f"frame{number}.png")
        held_out = "yes" if number >= count - HELD_OUT else ""
        areas = np.bincount(ids.ravel())
        for organism, box in enumerate(ndimage.find_objects(ids), 1):
            if box is not None and areas[organism] >= LEAST_AREA:
                rows, columns = box
                sides = f"{columns.stop - columns.start},{rows.stop - rows.start}"
                lines.append(f"frame{number}.png,{columns.start},{rows.start},{sides},{held_out}")
    (folder / "boxes.csv").write_text("\n".join(lines) + "\n")
    return folder / "boxes.csv"


if __name__ == "__main__":
    main()
