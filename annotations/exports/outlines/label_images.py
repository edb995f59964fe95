"""A label image beside each larger picture: pixels of one number are one object, labels.csv says which."""

import csv
import io
from pathlib import Path

import numpy as np
from PIL import Image

from annotations.common.spreadsheet import neutralised
from annotations.exports.archive import ArchiveWriter
from annotations.exports.outlines.scans import PlacedScan, ScanWriter
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, Written
from annotations.jobs.errors import JobError
from classifier.contract.refusals import MOST_PIXELS

COLUMNS = ("file", "value", "object", "taxon", "state", "score", "sample", "pixel_um")
MOST_OBJECTS = 65_535  # numbers of 16 bits


def write_label_images(out: Path, request: ExportRequest, on_progress: OnProgress) -> Written:
    table = io.StringIO()
    lines = csv.writer(table, lineterminator="\n")
    lines.writerow(COLUMNS)
    with ArchiveWriter(out) as package:
        writer = ScanWriter(package, request, on_progress)
        for scan in writer.scans():
            _require_room(scan)
            package.picture(f"labels/{scan.stem}.png", _drawn(scan))
            lines.writerows(_rows(scan))
        package.text("labels.csv", table.getvalue())
        writer.add_card(
            "Label images",
            [
                "`images/`: larger pictures; `labels/`: of each a PNG of 16 bits whose numbers are objects, 0 is none",
                "`labels.csv`: a line a number, with its object, taxon, state, score, sample and side of pixels",
            ],
        )
    return writer.written


def _require_room(scan: PlacedScan) -> None:
    if len(scan.objects) > MOST_OBJECTS or scan.width * scan.height > MOST_PIXELS:
        raise JobError(
            f"{scan.picture} has {len(scan.objects):,} objects on {scan.width:,} × {scan.height:,} pixels: a label "
            f"image takes {MOST_OBJECTS:,} on {MOST_PIXELS:,} pixels at most. Choose GeoJSON."
        )


def _drawn(scan: PlacedScan) -> bytes:
    """A PNG of 16 bits. Where two objects overlap the later one is on top."""
    labels = np.zeros((scan.height, scan.width), np.uint16)
    for number, one in enumerate(scan.objects, 1):
        height, width = one.mask.shape
        labels[one.y : one.y + height, one.x : one.x + width][one.mask] = number
    out = io.BytesIO()
    Image.fromarray(labels).save(out, "PNG")
    return out.getvalue()


def _rows(scan: PlacedScan) -> list[list]:
    return [
        [
            neutralised(cell)
            for cell in (
                f"{scan.stem}.png", number, one.name, one.taxon, one.state,
                "" if one.score is None else one.score, one.sample, one.pixel_um or "",
            )
        ]
        for number, one in enumerate(scan.objects, 1)
    ]  # fmt: skip
