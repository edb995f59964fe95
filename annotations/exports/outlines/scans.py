"""The larger pictures of an export, one after the other, with the objects that lie on each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from posixpath import basename, splitext

import numpy as np
from django.db import connection

from annotations.exports.archive import ArchiveWriter
from annotations.exports.card import CARD, ClassCounts, data_card
from annotations.exports.names import distinct_names
from annotations.exports.pictures import stored_picture
from annotations.exports.registry import OnProgress
from annotations.exports.request import ExportRequest, Written
from annotations.exports.sessions import set_up_session
from annotations.exports.taxa import taxa_in
from annotations.jobs.errors import JobError
from annotations.samples.models import State
from classifier.contract.outlines import mask_of_runs

ROWS = """
SELECT DISTINCT ON (p.id, o.id) p.id, p.file_name, p.key, p.width, p.height, w.original_id, s.original_id, o.state,
       o.score, o.taxon_id, a.pixel_um, i.region_x, i.region_y, i.region_width, i.region_height,
       t.x, t.y, t.width, t.height, t.counts
FROM samples_object o
JOIN samples_objectfields w ON w.object_id = o.id
JOIN samples_sample s ON s.id = o.sample_id
JOIN samples_acquisition a ON a.id = o.acquisition_id
JOIN samples_image i ON i.object_id = o.id
JOIN samples_parentimage p ON p.id = i.parent_id
LEFT JOIN scans_outline t ON t.object_id = o.id AND t.parent_id = p.id
WHERE o.project_id = %s AND ({condition}) ORDER BY p.id, o.id, i.rank
"""


@dataclass(frozen=True)
class PlacedObject:
    """`mask` bool (height, width) lies at (x, y) of the picture; the whole region where there is no outline."""

    name: str
    sample: str
    state: str  # in words
    score: float | None
    taxon: str  # empty of none
    pixel_um: float | None
    x: int
    y: int
    mask: np.ndarray


@dataclass(frozen=True)
class PlacedScan:
    """`stem` is what its files are called, once in the export."""

    stem: str
    picture: str  # the path in the archive
    key: str
    width: int
    height: int
    objects: list[PlacedObject] = field(default_factory=list)


def placed_scans(request: ExportRequest) -> Iterator[PlacedScan]:
    """Ordered; of each all objects that lie on it are in memory."""
    set_up_session()
    taxa, stems = taxa_in(request), _stems(request)
    for number, rows in groupby(_rows(request), key=lambda row: row[0]):
        objects = list(rows)
        _, _, key, width, height, *_ = objects[0]
        ending = splitext(key)[1] or ".png"
        stem = stems[number]
        yield PlacedScan(
            stem, f"images/{stem}{ending}", key, width, height, [_placed(row, taxa) for row in objects]
        )


@dataclass
class ScanWriter:
    """Pictures, then what stands beside each of them, and in the end the card."""

    package: ArchiveWriter
    request: ExportRequest
    on_progress: OnProgress
    written: Written = field(default_factory=Written)
    counts: ClassCounts = field(default_factory=ClassCounts)

    def scans(self) -> Iterator[PlacedScan]:
        """One after the other; its picture is in the archive already. Raises JobError where there is none."""
        for scan in placed_scans(self.request):
            self.package.picture(scan.picture, stored_picture(scan.key, scan.picture))
            yield scan
            for one in scan.objects:
                self.counts[one.taxon or "unclassified", State.from_word(one.state).value] += 1
            self.written.rows += len(scan.objects)
            self.written.pictures += 1
            self.on_progress(self.written)
        if not self.written.rows:
            raise JobError(
                "None of these objects was cut out of a larger picture: there is nothing to write."
            )

    def add_card(self, title: str, files: list[str]) -> None:
        notes = ["Objects that were not cut out of a larger picture are left out."]
        self.package.text(CARD, data_card(self.request, title, self.counts, files, notes))


def _stems(request: ExportRequest) -> dict[int, str]:
    names = dict.fromkeys((row[0], splitext(basename(row[1]))[0]) for row in _rows(request))
    return distinct_names(names)


def _rows(request: ExportRequest) -> Iterator[tuple]:
    condition, params = request.object_filter.where(request.project.pk)
    with connection.chunked_cursor() as cursor:
        cursor.execute(ROWS.format(condition=condition), [request.project.pk, *params])
        yield from cursor


def _placed(row: tuple, taxa: dict[int, str]) -> PlacedObject:
    name, sample, state, score, taxon, pixel_um = row[5:11]
    x, y, width, height, counts = row[15:20]
    if counts is None:
        x, y, width, height = row[11:15]
        mask = np.ones((height, width), bool)
    else:
        mask = mask_of_runs({"size": [height, width], "counts": bytes(counts).decode()})
    return PlacedObject(name, sample, State(state).word, score, taxa.get(taxon, ""), pixel_um, x, y, mask)
