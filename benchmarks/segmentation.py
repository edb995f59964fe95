"""How well and how fast scans are cut into objects: `python -m benchmarks.segmentation`.

On a drawn scan with known truth; with `--gigapixels 2` the peak of memory on one as large; with `--boxes` a real scan
against a table of boxes (x, y, width, height, area_mm2), with `--collage` FlowCam's collages against their `.lst`.
"""

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyvips
from scipy import ndimage
from skimage.filters import apply_hysteresis_threshold
from skimage.io import imread
from skimage.measure import label, regionprops

from classifier.contract.segmentation import SegmentationRecipe, SegmentedObject
from classifier.measuring.regions import measure_region
from classifier.segmentation.contrast import estimate_contrast
from classifier.segmentation.joining import join
from classifier.segmentation.source import Scan
from classifier.segmentation.tiles import segment_tile, tiles_of

HIT = 0.5  # intersection over union from which an object is that of the truth
Box = tuple[int, int, int, int]  # x, y, width, height


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=3000, help="pixels a side of the drawn scan")
    parser.add_argument(
        "--gigapixels", type=float, help="measures memory on a drawn scan of this size instead"
    )
    parser.add_argument("--boxes", type=Path, help="a real scan's folder: scan.jpg, boxes.csv")
    parser.add_argument("--pixel-um", type=float, default=42.33, help="of that scan")
    parser.add_argument("--least-esd-um", type=float, default=750.0, help="of that table")
    parser.add_argument("--collage", type=Path, help="a FlowCam's .lst beside its collages")
    parser.add_argument(
        "--outline", default="threshold", help="threshold or half, of drawn scans and of boxes"
    )
    parser.add_argument("--huge", type=Path, help=argparse.SUPPRESS)  # the process whose memory is measured
    options = parser.parse_args()
    if options.huge:
        return segment_huge(options.huge)
    with tempfile.TemporaryDirectory() as folder:
        if options.gigapixels:
            return measure_memory(Path(folder), options.gigapixels)
        if options.boxes:
            return against_boxes(options.boxes, options.pixel_um, options.least_esd_um, options.outline)
        if options.collage:
            return against_listing(options.collage)
        return on_drawn(Path(folder), options.side, options.outline)


def objects_of(
    path: Path, recipe: SegmentationRecipe, pixel_um: float | None = None
) -> list[SegmentedObject]:
    with Scan(path, recipe.channel) as scan:
        contrast = estimate_contrast(scan, recipe, None, pixel_um)
        tiles = tiles_of(scan.width, scan.height)
        return list(join((segment_tile(scan, contrast, tile) for tile in tiles), contrast))


# --- Drawn --------------------------------------------------------------------------------------------------


def drawn_scan(side: int, seed: int = 0) -> tuple[np.ndarray, list[SegmentedObject]]:
    """Bodies with an antenna, some pale, on paper that darkens to one side, with noise; and which pixels are whose."""
    rng = np.random.default_rng(seed)
    paper = np.linspace(235, 205, side)[None] + rng.normal(0, 2, (side, side))
    truth, cell = [], 150
    for top in range(10, side - cell, cell):
        for left in range(10, side - cell, cell):
            mask = _organism(rng, cell - 20)
            paper[top : top + cell - 20, left : left + cell - 20][mask] -= rng.uniform(45, 160)
            y, x = (int(places.min()) for places in np.nonzero(mask))
            truth.append(SegmentedObject(left + x, top + y, _cut(mask)))
    return ndimage.gaussian_filter(paper, 0.7).clip(0, 255).astype(np.uint8), truth


def _organism(rng: np.random.Generator, side: int) -> np.ndarray:
    y, x = np.mgrid[:side, :side] - side / 2
    angle, long, ratio = rng.uniform(0, np.pi), rng.uniform(8, side / 3), rng.uniform(0.25, 0.8)
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    body = (along / long) ** 2 + (across / (ratio * long)) ** 2 <= 1
    return body | ((abs(across) <= 1.5) & (along > 0) & (along < long * 1.4))


def _cut(mask: np.ndarray) -> np.ndarray:
    return mask[ndimage.find_objects(mask.astype(np.uint8))[0]]


def on_drawn(folder: Path, side: int, outline: str) -> None:
    pixels, truth = drawn_scan(side)
    path = folder / "scan.tif"
    pyvips.Image.new_from_array(pixels).tiffsave(str(path), tile=True)
    recipe = SegmentationRecipe(outline=outline)
    seconds, objects = timed(lambda: objects_of(path, recipe))
    plain, regions = timed(lambda: by_scikit_image(path, recipe))
    pairs = matched([one.box for one in truth], objects, lambda i, one: mask_iou(truth[i], one))
    print_hits("drawn", len(truth), len(objects), [iou for *_, iou in pairs])
    print_errors([(truth[i], one) for i, one, _ in pairs])
    megapixels = pixels.size / 1e6
    print(f"{megapixels / seconds:.1f} megapixels/s of a core; scikit-image called plainly {megapixels / plain:.1f}, "
          f"which finds {regions}: {plain / seconds:.2f} times as fast")  # fmt: skip


def by_scikit_image(path: Path, recipe: SegmentationRecipe) -> int:
    """The same steps on the whole picture, without tiles and with one grey as background; the objects' number."""
    pixels = imread(path)
    darker = np.bincount(pixels.ravel()).argmax() - pixels.astype(np.float32)
    mask = apply_hysteresis_threshold(darker, recipe.level * recipe.hysteresis, recipe.level)
    regions = regionprops(label(ndimage.binary_fill_holes(mask), connectivity=2), intensity_image=pixels)
    return sum(region.area >= recipe.least_area_px and region.solidity > 0 for region in regions)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, which others do not slow down, and what came of it."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def print_errors(pairs: list[tuple[SegmentedObject, SegmentedObject]]) -> None:
    """Of area, ESD and Feret's diameter, in percent of the truth."""
    errors: dict[str, list[float]] = {"area": [], "esd": [], "feret": []}
    for right, one in pairs:
        is_right, is_measured = (
            measure_region(np.zeros(each.mask.shape, np.uint8), each.mask) for each in (right, one)
        )
        for name, values in errors.items():
            values.append(100 * (is_measured[name] / is_right[name] - 1))
    for name, values in errors.items():
        print(
            f"  {name}: median {np.median(values):+.1f} %, median of the absolute {np.median(np.abs(values)):.1f} %"
        )


# --- Against tables -----------------------------------------------------------------------------------------


def against_boxes(folder: Path, pixel_um: float, least_esd_um: float, outline: str) -> None:
    with (folder / "boxes.csv").open() as file:
        rows = list(csv.DictReader(file))
    boxes = [(int(r["x"]), int(r["y"]), int(r["width"]), int(r["height"])) for r in rows]
    recipe = SegmentationRecipe(least_esd_um=least_esd_um, keep_border=True, outline=outline)
    objects = objects_of(next(folder.glob("scan.*[gf]")), recipe, pixel_um)
    pairs = matched(boxes, objects, lambda i, one: box_iou(boxes[i], one.box))
    print_hits("boxes", len(boxes), len(objects), [iou for *_, iou in pairs])
    areas = [one.area * (pixel_um / 1000) ** 2 / float(rows[i]["area_mm2"]) for i, one, _ in pairs]
    print_ratios(np.array(areas))


def against_listing(listing: Path) -> None:
    """Each picture of a collage has one particle; its largest object against the listed pixels (`raw_area`)."""
    lines = listing.read_text("latin-1").splitlines()
    count = int(lines[1].split("|")[1])
    names = [line.split("|")[0] for line in lines[2 : 2 + count]]
    rows = [dict(zip(names, line.split("|"), strict=False)) for line in lines[2 + count :]]
    recipe = SegmentationRecipe(
        background="collage",
        organisms="darker",
        level=20.0,
        hysteresis=1.0,
        least_area_px=12,
        keep_border=True,
    )
    areas, pictures, total = [], 0, 0
    for collage in sorted({row["collage_file"] for row in rows}):
        objects = objects_of(listing.parent / collage, recipe)
        those = [row for row in rows if row["collage_file"] == collage]
        pictures, total = pictures + len(those), total + len(objects)
        for row in those:
            x, y, width, height = (int(row[f"image_{side}"]) for side in "xywh")
            inside = [o.area for o in objects if x <= o.x < x + width and y <= o.y < y + height]
            areas += [max(inside) / float(row["raw_area"])] if inside else []
    print(
        f"collages: {total:,} objects in {pictures:,} pictures, {len(areas) / pictures:.1%} of which have one"
    )
    print_ratios(np.array(areas))


def print_ratios(areas: np.ndarray) -> None:
    for name, errors in (("area", areas - 1), ("esd", np.sqrt(areas) - 1)):
        print(f"  {name}: median {100 * np.median(errors):+.1f} %, "
              f"median of the absolute {100 * np.median(np.abs(errors)):.1f} %")  # fmt: skip


def matched(
    boxes: Sequence[Box], objects: list[SegmentedObject], iou: Callable[[int, SegmentedObject], float]
) -> list[tuple[int, SegmentedObject, float]]:
    """Pairs of the truth and the object that covers it best, each object once, from HIT on."""
    pairs, used = [], set()
    for i, box in enumerate(boxes):
        near = [(iou(i, one), n) for n, one in enumerate(objects) if n not in used and box_iou(box, one.box)]
        best, number = max(near, default=(0.0, -1))
        if best >= HIT:
            used.add(number)
            pairs.append((i, objects[number], best))
    return pairs


def box_iou(one: Box, other: Box) -> float:
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(width, 0) * max(height, 0)
    return common / (one[2] * one[3] + other[2] * other[3] - common)


def mask_iou(one: SegmentedObject, other: SegmentedObject) -> float:
    left, top = min(one.x, other.x), min(one.y, other.y)
    size = (max(o.y + o.height for o in (one, other)) - top, max(o.x + o.width for o in (one, other)) - left)
    canvas = np.zeros((2, *size), bool)
    for layer, o in zip(canvas, (one, other), strict=True):
        layer[o.y - top : o.y - top + o.height, o.x - left : o.x - left + o.width] = o.mask
    return float(canvas.all(axis=0).sum() / canvas.any(axis=0).sum())


def print_hits(name: str, truth: int, objects: int, ious: list[float]) -> None:
    recall, precision = len(ious) / truth, len(ious) / max(objects, 1)
    f1 = 2 * recall * precision / max(recall + precision, 1e-9)
    print(f"{name}: {objects} objects for {truth}, recall {recall:.3f}, precision {precision:.3f}, F1 {f1:.3f}, "
          f"mean IoU {np.mean(ious):.3f}")  # fmt: skip


# --- Memory -------------------------------------------------------------------------------------------------


def measure_memory(folder: Path, gigapixels: float) -> None:
    """Draws a scan by repeating a small one, and has another process cut it."""
    pixels, _ = drawn_scan(4096)
    times = max(round(np.sqrt(gigapixels * 1e9) / 4096), 1)
    path = folder / "huge.tif"
    repeated = pyvips.Image.new_from_array(pixels).replicate(times, times)
    repeated.tiffsave(str(path), tile=True, bigtiff=True)
    subprocess.run([sys.executable, "-m", "benchmarks.segmentation", "--huge", str(path)], check=True)


def segment_huge(path: Path) -> None:
    recipe = SegmentationRecipe()
    with Scan(path) as scan:
        began = time.perf_counter()
        contrast = estimate_contrast(scan, recipe)
        tiles = [segment_tile(scan, contrast, tile) for tile in tiles_of(scan.width, scan.height)]
        cut = time.perf_counter() - began
        count = sum(1 for _ in join(tiles, contrast))
    gigapixels, joined = scan.width * scan.height / 1e9, time.perf_counter() - began - cut
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{gigapixels:.2f} gigapixels, {count:,} objects: {cut:.0f} s for the tiles, {joined:.0f} s to join, "
          f"peak {peak:.2f} GiB")  # fmt: skip


if __name__ == "__main__":
    main()
