"""What a segmenter finds on a scan, kept in the run's tiles.

What it sees of each tile stands below 0 as it comes: whoever takes the job up after a kill looks at those that are
missing. When all are there, the objects of the whole scan take their place.
"""

import json
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from annotations.jobs.progress import Progress
from annotations.scans.segmentation.models import SegmentationRun, SegmentedTile
from annotations.scans.segmenters.files import files_of_segmenter
from annotations.taxonomy.models import Taxon
from classifier.contract.errors import ClassifierError
from classifier.contract.outlines import compressed, mask_of_runs, run_lengths
from classifier.contract.segmentation import SegmentedObject
from classifier.segmentation.contrast import ScanContrast
from worker.segmentation.estimates import CONTRAST
from worker.segmentation.tiles import store_tiles

A_TILE = 1000  # objects that are kept in one row
FIRST = 1  # number of the first such row


class Detection(NamedTuple):
    """A segment, the taxon that it is called where a segmenter names any, and how surely it is an organism."""

    segment: SegmentedObject
    taxon: int | None = None
    score: float = 1.0


def store_detections(
    run: SegmentationRun,
    path: Path,
    contrast: ScanContrast,
    progress: Progress,
    name: str,
) -> None:
    """Looks at the scan at `path`, which people call `name`, unless that was done.

    Raises ClassifierError, also where the segmenter is gone.
    """
    if run.tiles.filter(number__gte=FIRST).exists():
        return
    detections = list(_detected(run, path, contrast, progress, name))
    contents = [
        _to_bytes(detections[start : start + A_TILE]) for start in range(0, max(len(detections), 1), A_TILE)
    ]
    with progress.fenced():
        run.tiles.filter(number__lt=CONTRAST).delete()
        SegmentedTile.objects.bulk_create(
            SegmentedTile(run=run, number=number, content=content)
            for number, content in enumerate(contents, FIRST)
        )


def read_detections(tiles: Iterable[bytes]) -> list[Detection]:
    return [_of_values(values) for tile in tiles for values in json.loads(zlib.decompress(tile))]


def _detected(
    run: SegmentationRun, path: Path, contrast: ScanContrast, progress: Progress, name: str
) -> Iterator[Detection]:
    from worker.segmenters.kinds import LEARNERS  # torch takes seconds to load, and recipes need none

    segmenter = run.segmenter
    if segmenter is None:
        raise ClassifierError(f"The segmenter {run.segmenter_name} is gone: choose another one.")
    existing = set(Taxon.objects.filter(pk__in=segmenter.taxa.values()).values_list("pk", flat=True))
    taxa = {name: taxon for name, taxon in segmenter.taxa.items() if taxon in existing}
    with files_of_segmenter(segmenter) as folder:
        look = LEARNERS[segmenter.kind].load(folder).look_at(path, contrast.pixel_um)
        store_tiles(run, range(CONTRAST - 1, CONTRAST - 1 - look.tiles, -1), look.tile, progress, name)
        for segment, taxon, score in look.objects(_seen_tiles(run), contrast.recipe, contrast.pixel_um):
            yield Detection(segment, taxa.get(taxon), score)


def _seen_tiles(run: SegmentationRun) -> Iterator[bytes]:
    rows = run.tiles.filter(number__lt=CONTRAST).order_by("-number")
    return map(bytes, rows.values_list("content", flat=True).iterator(chunk_size=1))


def _to_bytes(detections: Iterable[Detection]) -> bytes:
    return zlib.compress(json.dumps([_values(one) for one in detections]).encode())


def _values(one: Detection) -> list[Any]:
    """x, y, run lengths of the mask and, where it has holes, of the body, taxon, score."""
    segment = one.segment
    body = None if segment.body is None else compressed(run_lengths(segment.body))
    return [segment.x, segment.y, compressed(run_lengths(segment.mask)), body, one.taxon, one.score]


def _of_values(values: list[Any]) -> Detection:
    x, y, mask, body, taxon, score = values
    inner = None if body is None else mask_of_runs(body)
    return Detection(SegmentedObject(x, y, mask_of_runs(mask), inner), taxon, score)
