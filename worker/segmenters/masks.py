"""What a segmenter learns from, as the library reads it: a manifest, the scans, and outlines as COCO.

Written once, object by object: whoever takes the job up after a kill learns from the same, whatever people have
corrected meanwhile.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from django.db.models import QuerySet

from annotations.jobs.errors import JobError
from annotations.jobs.progress import Progress
from annotations.samples.models import Image, State
from annotations.scans.models import Outline, Scan
from annotations.scans.segmenters.kinds import KINDS
from annotations.scans.segmenters.models import Segmenter
from annotations.scans.segmenters.queries import boxes_without_outline
from annotations.scans.segmenters.starting import OTHER
from classifier.contract.unet import ORGANISM
from classifier.segmentation.coco import outlines_file
from worker.scans.scan_files import scan_file
from worker.segmentation.rows import box_of, segment_of
from worker.segmenters.learners import LearntScan

MANIFEST, MASKS, PICTURES = "manifest.csv", "masks", "pictures"


@contextmanager
def learning_files(
    segmenter: Segmenter, folder: Path, progress: Progress
) -> Iterator[tuple[Path, list[LearntScan]]]:
    """The manifest in `folder`, and its scans, whose files stay on this machine meanwhile.

    Raises JobError where a scan is gone, and ClassifierError where its file is.
    """
    lines = segmenter.scans
    with ExitStack() as stack:
        scans = []
        for done, line in enumerate(lines):
            progress.update(done, len(lines), f"Reading outlines of scan {done + 1:,} of {len(lines):,}")
            scans.append(_files_of(segmenter, line, folder, stack))
        yield _manifest(segmenter, scans, folder), [one for one, _ in scans]


def _files_of(
    segmenter: Segmenter, line: dict[str, Any], folder: Path, stack: ExitStack
) -> tuple[LearntScan, float | None]:
    """With the side of its pixels in µm."""
    scan = Scan.objects.filter(pk=line["scan"]).select_related("parent__acquisition").first()
    if scan is None:
        raise JobError(f"{line['file_name']} is not in the project any more: choose the scans again.")
    picture = folder / PICTURES / str(scan.pk) / _plain(line["file_name"])
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.unlink(missing_ok=True)  # of a claim whose copy may be gone
    picture.symlink_to(stack.enter_context(scan_file(scan)))
    masks = folder / MASKS / f"{scan.pk}.json"
    if not masks.exists():
        masks.parent.mkdir(exist_ok=True)
        _write_masks(segmenter, scan, masks, picture.name)
    return LearntScan(picture, line, masks), scan.parent.acquisition.pixel_um


def _plain(name: str) -> str:
    """A file's name that any table can hold."""
    return PurePosixPath(name).name.strip() or "scan"


def _write_masks(segmenter: Segmenter, scan: Scan, out: Path, name: str) -> None:
    size = (scan.parent.width, scan.parent.height)
    places = _learnt_from(segmenter, scan)
    classes = _classes(segmenter, places)
    categories = _categories(segmenter, classes)
    has_outlines = KINDS[segmenter.kind].has_outlines
    with outlines_file(out, name, *size, {}, categories) as writer:
        for row in (row for rows in places for row in rows.iterator()):
            if category := classes.get(row.object_id):  # none of what has come since
                segment = box_of(row) if isinstance(row, Image) else segment_of(row)
                writer.add(segment, str(row.object_id), has_outlines, categories.index(category) + 1)


def _learnt_from(segmenter: Segmenter, scan: Scan) -> list[QuerySet]:
    """Outlines and, for what learns boxes, the regions of objects without one: the first of each object."""
    outlines = Outline.objects.filter(parent=scan.pk, object__project=segmenter.project_id)
    if KINDS[segmenter.kind].has_outlines:
        return [outlines.order_by("pk")]
    boxes = boxes_without_outline(segmenter.project).filter(parent=scan.pk)
    return [outlines.order_by("pk"), boxes.order_by("object", "rank").distinct("object")]


def _classes(segmenter: Segmenter, places: Sequence[QuerySet]) -> dict[int, str]:
    """The class of each object by its number, read at once: people go on labelling meanwhile."""
    names = {taxon: name for name, taxon in segmenter.taxa.items()}
    other = OTHER if names else ORGANISM
    rows = [row for each in places for row in each.values_list("object_id", "object__state", "object__taxon")]
    return {pk: names.get(taxon, other) if state == State.VALIDATED else other for pk, state, taxon in rows}


def _categories(segmenter: Segmenter, classes: Mapping[int, str]) -> list[str]:
    """The names of classes. One that nothing is of would never be learnt, but be in the way of the others."""
    return [*(segmenter.taxa or [ORGANISM]), *([OTHER] if OTHER in set(classes.values()) else [])]


def _manifest(segmenter: Segmenter, scans: list[tuple[LearntScan, float | None]], folder: Path) -> Path:
    manifest = folder / MANIFEST
    if not manifest.exists():
        draft = manifest.with_suffix(".unfinished")
        with draft.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("scan", "mask", "kind", "pixel_um", "held_out"))
            rows.writerows(_row(one, pixel_um, folder) for one, pixel_um in scans)
        draft.rename(manifest)
    return manifest


def _row(one: LearntScan, pixel_um: float | None, folder: Path) -> tuple:
    files = one.path.relative_to(folder), one.masks.relative_to(folder)
    return (*files, "coco", "" if pixel_um is None else pixel_um, "yes" if one.line["held_out"] else "no")
