"""Regions a second that `python -m classifier unpack` takes out of IFCB bins, of one core.

    python -m benchmarks.unpacking [BINS] [--regions N]

Without a folder of bins it draws some: noise on a grey ground, which packs worse than plankton.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from classifier.instruments.base import instruments
from classifier.instruments.files import open_files
from classifier.instruments.unpacking.run import unpack

HEIGHT, WIDTH = 100, 160  # pixels, as most regions have
NAME = "D20240501T000000_IFCB134"
HEADER = "SoftwareVersion: 2.0\nrunTime: 1200\ninhibitTime: 60\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("bins", nargs="?", type=Path)
    parser.add_argument("--regions", type=int, default=3000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        source = options.bins or drawn_bin(Path(scratch, "raw"), options.regions)
        with open_files(source) as files:
            began, cpu = time.perf_counter(), time.process_time()
            total = unpack(instruments()["ifcb"], files, Path(scratch, "out"), {})
            seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(
        f"{total.vignettes:,} regions: {total.vignettes / cpu:,.0f} a second of one core, "
        f"{total.vignettes / seconds:,.0f} a second by the clock"
    )


def drawn_bin(folder: Path, regions: int) -> Path:
    folder.mkdir()
    size = HEIGHT * WIDTH
    noise = np.random.default_rng(0).normal(200, 3, (regions, size)).clip(0, 255).astype(np.uint8)
    Path(folder, f"{NAME}.roi").write_bytes(noise.tobytes())
    middle, end = ",".join("0" * 12), ",".join("0" * 6)
    lines = (f"{n + 1},{middle},9,9,{WIDTH},{HEIGHT},{n * size},{end}\n" for n in range(regions))
    Path(folder, f"{NAME}.adc").write_text("".join(lines))
    Path(folder, f"{NAME}.hdr").write_text(HEADER)
    return folder


if __name__ == "__main__":
    main()
