"""The pictures of a data set one after the other, fold by fold: each with its class and what else is said of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from annotations.exports.layout import PICTURE_NAME
from annotations.exports.lines import pictures_of
from annotations.exports.request import ExportRequest
from annotations.exports.splits import FrozenSplit
from annotations.exports.taxa import taxa_in
from annotations.samples.models import State
from annotations.taxonomy.queries import names_of
from classifier.contract.manifest import FOLDS

ROWS = """
SELECT o.id, i.id, w.original_id, s.original_id, o.state, o.score, o.taxon_id, a.pixel_um,
       i.key, i.width, i.height, i.rank, {name}
FROM samples_object o
JOIN samples_objectfields w ON w.object_id = o.id
JOIN samples_sample s ON s.id = o.sample_id
JOIN samples_acquisition a ON a.id = o.acquisition_id
JOIN {pictures} i ON i.object_id = o.id
WHERE o.project_id = %s AND o.taxon_id IS NOT NULL AND ({condition}) ORDER BY o.id, i.rank
"""


@dataclass(frozen=True)
class Vignette:
    """`taxon` is the class, `fold` empty where nothing is split; sizes in pixels."""

    object_id: int
    image_id: int
    name: str  # of the object
    sample: str
    state: str  # in words
    score: float | None
    taxon: int
    pixel_um: float | None
    key: str
    width: int
    height: int
    rank: int
    file_name: str
    fold: str
    is_first: bool  # of its object

    @property
    def place(self) -> str:
        """Its fold as the beginning of a path."""
        return f"{self.fold}/" if self.fold else ""


def vignettes(request: ExportRequest, split: FrozenSplit | None) -> Iterator[Vignette]:
    for fold in FOLDS if split else ("",):
        before = None
        for row in _rows(request):
            placed = split.place_of(row[0]) if split else (row[6], "")
            if placed is not None and placed[1] == fold:
                yield _vignette(row, *placed, is_first=row[0] != before)
            before = row[0]


def _rows(request: ExportRequest) -> Iterator[tuple]:
    condition, params = request.object_filter.where(request.project.pk)
    with connection.chunked_cursor() as cursor:
        sql = ROWS.format(name=PICTURE_NAME, pictures=pictures_of(request), condition=condition)
        cursor.execute(sql, [request.project.pk, *params])
        yield from cursor


def _vignette(row: tuple, taxon: int, fold: str, *, is_first: bool) -> Vignette:
    pk, image, name, sample, state, score, _, pixel_um, key, width, height, rank, file_name = row
    return Vignette(
        object_id=pk,
        image_id=image,
        name=name,
        sample=sample,
        state=State(state).word,
        score=score,
        taxon=taxon,
        pixel_um=pixel_um,
        key=key,
        width=width,
        height=height,
        rank=rank,
        file_name=file_name,
        fold=fold,
        is_first=is_first,
    )


def class_names(request: ExportRequest, split: FrozenSplit | None) -> dict[int, str]:
    """The classes by the numbers of their taxa, in the order of their names."""
    names = names_of(set(split.taxa())) if split else taxa_in(request)
    return dict(sorted(names.items(), key=lambda item: (item[1], item[0])))
