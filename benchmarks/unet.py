"""A recipe's threshold and a U-Net on drawn scans with known truth: organisms that touch, uneven light, antennae, dust.

    python -m benchmarks.unet [--side 1024] [--scans 4] [--epochs 24] [--threads 1]

All scans but the last are learnt from; both are measured on the last. The threshold is tried as it is, and parting
touching objects.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

from classifier.contract.segmentation import SegmentationRecipe
from classifier.contract.unet import UnetRequest
from classifier.segmentation.unet.comparing import ComparedScan, compare
from classifier.segmentation.unet.folder import load_segmenter
from classifier.segmentation.unet.run import train_segmenter

TOUCHING = 0.35  # share of the organisms that lie against another one
DUST = 4e-4  # specks a pixel


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--side", type=int, default=1024, help="pixels a side of a scan (%(default)s)")
    parser.add_argument("--scans", type=int, default=4, help="with the one that is held out (%(default)s)")
    parser.add_argument("--epochs", type=int, default=24, help="of 25 steps (%(default)s)")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        manifest = write_scans(Path(folder), options.scans, options.side)
        request = UnetRequest(
            str(manifest),
            f"{folder}/model",
            epochs=options.epochs,
            steps=25,
            patch=192,
            threads=options.threads,
        )
        started = time.monotonic()
        train_segmenter(request)
        print(f"trained in {(time.monotonic() - started) / 60:.1f} minutes\n")
        print("| by | F1 | precision | recall | mean IoU | IoU of pixels | Mpx/s |\n|" + " --- |" * 7)
        segmenter = load_segmenter(Path(folder) / "model", "cpu")
        for splits in (False, True):
            recipe = SegmentationRecipe(split=splits, least_area_px=20, keep_border=True)
            for one in compare(manifest, segmenter, recipe):
                if one.method == "threshold" or splits:
                    print(
                        line(one, "threshold, parted" if splits and one.method == "threshold" else one.method)
                    )


def line(one: ComparedScan, name: str) -> str:
    objects, pixels = one.figures["objects"], one.figures["pixels"]
    low, high = objects["intervals"]["f1"]
    figures = [objects["precision"], objects["recall"], objects["mean_iou"], pixels["iou"]]
    return (
        f"| {name} | {objects['f1']:.3f} ({low:.3f}–{high:.3f}) | "
        + " | ".join([*(f"{figure:.3f}" for figure in figures), f"{one.speed:.2f}"])
        + " |"
    )


def write_scans(folder: Path, count: int, side: int) -> Path:
    """The manifest of them."""
    lines = ["scan,mask,held_out"]
    for number in range(count):
        grey, ids = drawn(number, side)
        Image.fromarray(grey).save(folder / f"scan{number}.png")
        Image.fromarray(ids.astype(np.uint16)).save(folder / f"mask{number}.png")
        lines.append(f"scan{number}.png,mask{number}.png,{'yes' if number == count - 1 else 'no'}")
    (folder / "scans.csv").write_text("\n".join(lines) + "\n")
    return folder / "scans.csv"


def drawn(seed: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Grey uint8 and ids int32, (side, side): translucent bodies with an antenna, light that falls off, dust, noise."""
    rng = np.random.default_rng(seed)
    ids, density = np.zeros((side, side), np.int32), np.zeros((side, side))
    middle = rng.uniform(0, side, 2)
    for number in range(1, side * side // 9000):
        away = rng.uniform(14, 26) * np.array([np.cos(seed + number), np.sin(seed + number)])
        middle = middle + away if rng.random() < TOUCHING else rng.uniform(0, side, 2)
        _draw(rng, ids, density, number, middle)
    dust = ndimage.gaussian_filter((rng.random((side, side)) < DUST).astype(float), 0.8) * 2
    y, x = np.mgrid[:side, :side] / side
    light = 225 - 70 * x - 25 * (y - 0.5) ** 2 + 12 * np.sin(7 * y)
    grey = light * np.exp(-ndimage.gaussian_filter(density, 0.8) - dust) + rng.normal(0, 4, (side, side))
    return grey.clip(0, 255).astype(np.uint8), ids


def _draw(
    rng: np.random.Generator, ids: np.ndarray, density: np.ndarray, number: int, middle: np.ndarray
) -> None:
    """An ellipse with a line from its end, over what is free; most pixels of an organism are free or it is none."""
    length, thickness, angle = rng.uniform(9, 22), rng.uniform(5, 10), rng.uniform(0, np.pi)
    left, top = (int(m - 60) for m in middle)
    rows, columns = (slice(max(start, 0), max(start + 120, 0)) for start in (top, left))
    y, x = np.mgrid[
        rows.start : rows.start + ids[rows, columns].shape[0],
        columns.start : columns.start + ids[rows, columns].shape[1],
    ]
    u, v = x - middle[0], y - middle[1]
    along, across = u * np.cos(angle) + v * np.sin(angle), v * np.cos(angle) - u * np.sin(angle)
    body = (along / length) ** 2 + (across / thickness) ** 2 <= 1
    antenna = (np.abs(across - along**2 / 200) <= 1.2) & (along > 0) & (along < length * 2.2)
    own = (body | antenna) & (ids[rows, columns] == 0)
    if own.sum() < 0.7 * (body | antenna).sum() or not own.any():
        return
    labels, count = ndimage.label(own)
    own = labels == 1 + np.bincount(labels[labels > 0] - 1, minlength=count).argmax()
    ids[rows, columns][own] = number
    density[rows, columns][own] = rng.uniform(0.12, 0.6)


if __name__ == "__main__":
    main()
