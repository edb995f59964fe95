"""What is made of a scan tile by tile, kept with the run: who takes it up after a kill makes only what is missing."""

import time
from collections.abc import Callable, Sequence

from annotations.jobs.progress import Progress
from annotations.scans.segmentation.models import SegmentationRun


def store_tiles(
    run: SegmentationRun, numbers: Sequence[int], make: Callable[[int], bytes], progress: Progress, name: str
) -> None:
    """Those that `make` gives for each place, under these numbers. `name` is what people call the scan."""
    present = set(run.tiles.values_list("number", flat=True))
    missing = [place for place, number in enumerate(numbers) if number not in present]
    megapixels_a_tile = run.scan.parent.width * run.scan.parent.height / 1e6 / len(numbers)
    begun = time.monotonic()
    for each, place in enumerate(missing, 1):
        content = make(place)
        with progress.fenced():
            run.tiles.create(number=numbers[place], content=content)
        rate = each * megapixels_a_tile / max(time.monotonic() - begun, 1e-3)
        sentence = f"{name}: {place + 1:,} of {len(numbers):,} tiles, {rate:.0f} megapixels/s"
        progress.update(place + 1, len(numbers), sentence)
