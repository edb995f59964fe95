"""What the gallery can be sorted by: each order names its SQL key, an index serves each."""

import zlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from annotations.gallery.columns import free_column
from annotations.gallery.readers import whole
from annotations.samples.models import FreeColumn
from annotations.similarity.queries import Likeness, likeness_to

FIXED = {
    "id": ("o.id", "bigint"),
    "score": ("o.score", "double precision"),
    "date": ("o.taken_at", "timestamptz"),
    "margin": ("o.margin", "double precision"),
    "entropy": ("o.entropy", "double precision"),
    "depth": ("o.depth_min", "double precision"),
}
FIELD = "field:"
RANDOM = "random"
SIMILAR = "similar"
SHUFFLED = "hashint8(o.id)"  # PostgreSQL's hash of the id: as good as chance, always the same, and indexed


@dataclass(frozen=True)
class Order:
    """`key` is SQL over samples_object `o` or, for a free column, over its `keys`: a table `k` of object_id, value."""

    text: str
    key: str
    type: str
    is_descending: bool
    column: FreeColumn | None = None
    keys: str = ""
    pivot: int | None = None  # of a random order: it starts at this key, and goes round
    likeness: Likeness | None = None

    @property
    def direction(self) -> str:
        return "DESC" if self.is_descending else "ASC"

    @property
    def after(self) -> str:
        """The comparison that leads to the next rows."""
        return "<" if self.is_descending else ">"

    def is_late(self, key: object) -> bool:
        """Whether a row with this key comes in the second part: without a key, or before the pivot."""
        return key is None or (self.pivot is not None and isinstance(key, int) and key < self.pivot)

    @property
    def name(self) -> str:
        return self.text.removeprefix("-")


def parse_order(text: str | None, project_id: int) -> Order:
    """`score`, `-score`, `field:area`, `random:7` … Raises ValidationError that lists what there is."""
    text = text or "id"
    name, is_descending = text.removeprefix("-"), text.startswith("-")
    if name in FIXED:
        key, kind = FIXED[name]
        return Order(text, key, kind, is_descending)
    if name.split(":")[0] == RANDOM and not is_descending:
        return Order(text, SHUFFLED, "integer", False, pivot=_pivot(name.partition(":")[2]))
    if name.split(":")[0] == SIMILAR and not is_descending:
        likeness = likeness_to(whole(name.partition(":")[2], "object"), project_id)
        return Order(text, likeness.distance, "double precision", False, likeness=likeness)
    if not name.startswith(FIELD):
        known = ", ".join([*FIXED, "random:<seed>", "similar:<object>", "field:<name of a free column>"])
        raise ValidationError(f"`order` is {text!r}, but takes one of {known}; a leading - turns it round.")
    column = free_column(name.removeprefix(FIELD), project_id, "order")
    kind = "text" if column.position is None else "double precision"
    return Order(text, "k.value", kind, is_descending, column, _keys(column))


def _pivot(seed: str) -> int:
    """Where among the hashes, which are 32 bits with a sign, the seed starts."""
    return zlib.crc32(seed.encode(errors="replace")) - 2**31


def _keys(column: FreeColumn) -> str:
    """Where the values of the column lie: packed, when it has been sorted by before; else in the wide rows."""
    if column.is_indexed:
        table = "samples_numberkey" if column.is_number else "samples_textkey"
        return f"(SELECT object_id, value FROM {table} WHERE column_id = {column.pk:d}) k"
    if column.position is not None:
        value = f'"values"[{column.position + 1:d}]'
    else:
        name = column.name.replace("'", "''").replace("%", "%%")
        value = f"left(texts ->> '{name}', 500)"
    wide = f"FROM samples_objectfields WHERE project_id = {column.project_id:d}"
    return f"(SELECT object_id, {value} AS value {wide}) k"
