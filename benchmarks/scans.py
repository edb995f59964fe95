"""Whole scans: how fast one is rendered and cut into tiles, and how much memory that takes at its most.

    python -m benchmarks.scans [--megapixels 2000] [--deep]

Draws a scan of pale ground with noise, rows of it at a time, and does with it what the worker does.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import pyvips

from classifier.contract.windows import window_of

SIDE = 4096  # pixels of the drawn part that is repeated
GREY, NOISE = 228, 4
BITS_MORE = 16  # a deep scan counts in sixteenths of the greys


def draw(path: Path, megapixels: int, is_deep: bool) -> None:
    """A plain TIFF of strips, as scanners write it."""
    width = int((megapixels * 1e6 * 1.4) ** 0.5)
    height = int(megapixels * 1e6 / width)
    part = pyvips.Image.gaussnoise(SIDE, SIDE, mean=GREY, sigma=NOISE)
    part = (part * BITS_MORE).cast("ushort") if is_deep else part.cast("uchar")
    whole = part.copy_memory().replicate(width // SIDE + 1, height // SIDE + 1).crop(0, 0, width, height)
    whole.tiffsave(str(path), bigtiff=True)


def measure(path: Path, folder: Path) -> None:
    from worker.scans.files import page_of
    from worker.scans.rendering import render, values_of, write_tiles

    page = page_of(path, 0)
    megapixels = page.width * page.height / 1e6
    steps, window = {}, None
    begun = time.perf_counter()
    if page.is_deep:
        window = window_of(values_of(page, lambda share: None))
        steps["values"] = time.perf_counter() - begun
    begun = time.perf_counter()
    render(page, window, folder / "rendering.tif", lambda share: None)
    steps["rendering"] = time.perf_counter() - begun
    begun = time.perf_counter()
    write_tiles(folder / "rendering.tif", folder, lambda share: None)
    steps["tiles"] = time.perf_counter() - begun
    print(f"{page.width:,} × {page.height:,} px, {megapixels:,.0f} megapixels, {page.origin}")
    for name, seconds in steps.items():
        print(f"  {name:10} {seconds:7.1f} s  {megapixels / seconds:7.1f} megapixels/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megapixels", type=int, default=400)
    parser.add_argument("--deep", action="store_true", help="16 bits")
    parser.add_argument("--scan", type=Path, help="a scan that is there already")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if chosen.scan is None:
            draw(folder / "scan.tif", chosen.megapixels, chosen.deep)
        drawn = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        measure(chosen.scan or folder / "scan.tif", folder)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"  peak memory {peak / 2**20:.2f} GiB (before it began {drawn / 2**20:.2f})")


if __name__ == "__main__":
    main()
