"""A recipe's threshold and a U-Net on a real scan whose objects stand in a table of boxes:

    python -m benchmarks.unet_scan FOLDER [--swap] [--epochs 12] [--colour] [--threads 1]

The network learns from one half of the scan, outlined by the recipe there, and both are measured on the other half
against the table (`scan.jpg`, `boxes.csv`), which neither made. `--swap` learns from the right half.
"""

import argparse
import csv
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.segmentation import Box, box_iou, matched, objects_of, print_hits
from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.contract.unet import UnetRequest
from classifier.segmentation.unet.apply import seen_objects, seen_scan
from classifier.segmentation.unet.folder import load_segmenter
from classifier.segmentation.unet.reading import open_scan
from classifier.segmentation.unet.run import train_segmenter

RECIPE = SegmentationRecipe(keep_border=True)
SEARCHED = 200  # pixels to either side of the middle, for a cut that parts the fewest objects
STEPS = 25  # an epoch


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--swap", action="store_true", help="learns from the right half")
    parser.add_argument("--pixel-um", type=float, default=42.33)
    parser.add_argument("--least-esd-um", type=float, default=750.0, help="of the table (%(default)s)")
    parser.add_argument("--epochs", type=int, default=12, help=f"of {STEPS} steps (%(default)s)")
    parser.add_argument("--colour", action="store_true", help="the network looks at colours")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    measured = replace(RECIPE, least_esd_um=options.least_esd_um)
    with tempfile.TemporaryDirectory() as scratch:
        learnt, tested, boxes = halves(options.folder, Path(scratch), options.swap)
        by_threshold = objects_of(tested, measured, options.pixel_um)
        print_matches("threshold", boxes, by_threshold)
        segments = by_network(learnt, tested, measured, options)
        print_matches("U-Net", boxes, segments)


def halves(folder: Path, scratch: Path, swap: bool) -> tuple[Path, Path, list[Box]]:
    """The files of the half to learn from and of the other, and the boxes that lie wholly on the latter."""
    with (folder / "boxes.csv").open() as file:
        rows = [
            tuple(int(row[side]) for side in ("x", "y", "width", "height")) for row in csv.DictReader(file)
        ]
    with Image.open(folder / "scan.jpg") as scan:
        middle = scan.width // 2
        cut = min(
            range(middle - SEARCHED, middle + SEARCHED),
            key=lambda at: (sum(x < at < x + width for x, _, width, _ in rows), abs(at - middle)),
        )
        parts = [(0, cut), (cut, scan.width)]
        paths = [scratch / "left.png", scratch / "right.png"]
        for path, (left, right) in zip(paths, parts, strict=True):
            scan.crop((left, 0, right, scan.height)).save(path)
    learnt, tested = (1, 0) if swap else (0, 1)
    left, right = parts[tested]
    boxes = [(x - left, y, width, height) for x, y, width, height in rows if left <= x and x + width <= right]
    print(f"cut at {cut}: {len(boxes)} boxes on the half that is measured, of {len(rows)}")
    return paths[learnt], paths[tested], boxes


def by_network(
    learnt: Path, tested: Path, recipe: SegmentationRecipe, options: argparse.Namespace
) -> list[SegmentedObject]:
    manifest = write_manifest(learnt)
    request = UnetRequest(
        str(manifest), str(learnt.parent / "model"), epochs=options.epochs, steps=STEPS, patch=192,
        colour=options.colour, threads=options.threads,
    )  # fmt: skip
    started = time.monotonic()
    train_segmenter(request)
    print(f"trained in {(time.monotonic() - started) / 60:.1f} minutes by {options.epochs * STEPS} steps")
    network = load_segmenter(learnt.parent / "model", "cpu").network
    with seen_scan(network, open_scan(tested, options.colour)) as seen:
        return [one.segment for one in seen_objects(seen, recipe, options.pixel_um)]


def write_manifest(scan: Path) -> Path:
    """A line: the scan with the recipe's outlines as a mask of ids."""
    with Image.open(scan) as picture:
        ids = np.zeros((picture.height, picture.width), np.uint16)
    for number, one in enumerate(objects_of(scan, RECIPE), start=1):
        ids[one.y : one.y + one.height, one.x : one.x + one.width][one.mask] = number
    print(f"{ids.max()} outlines to learn from")
    Image.fromarray(ids).save(scan.parent / "mask.png")
    manifest = scan.parent / "scans.csv"
    manifest.write_text(f"scan,mask,held_out\n{scan.name},mask.png,no\n")
    return manifest


def print_matches(name: str, boxes: list[Box], objects: list[SegmentedObject]) -> None:
    pairs = matched(boxes, objects, lambda i, one: box_iou(boxes[i], one.box))
    print_hits(name, len(boxes), len(objects), [iou for *_, iou in pairs])


if __name__ == "__main__":
    main()
