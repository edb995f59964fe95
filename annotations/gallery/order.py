"""What the gallery can be sorted by: each order names its SQL key, an index serves each."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from annotations.samples.models import FreeColumn

FIXED = {
    "id": ("o.id", "bigint"),
    "score": ("o.score", "double precision"),
    "date": ("o.taken_at", "timestamptz"),
}
FIELD = "field:"


@dataclass(frozen=True)
class Order:
    """`key` is SQL over samples_object `o` or, for a free column, over its `keys`: a table `k` of object_id, value."""

    text: str
    key: str
    type: str
    is_descending: bool
    column: FreeColumn | None = None
    keys: str = ""

    @property
    def direction(self) -> str:
        return "DESC" if self.is_descending else "ASC"

    @property
    def after(self) -> str:
        """The comparison that leads to the next rows."""
        return "<" if self.is_descending else ">"

    @property
    def name(self) -> str:
        return self.text.removeprefix("-")


def parse_order(text: str | None, project_id: int) -> Order:
    """`score`, `-score`, `field:area` … Raises ValidationError that lists what there is."""
    text = text or "id"
    name, is_descending = text.removeprefix("-"), text.startswith("-")
    if name in FIXED:
        key, kind = FIXED[name]
        return Order(text, key, kind, is_descending)
    column = _column(name.removeprefix(FIELD), project_id) if name.startswith(FIELD) else None
    if column is None:
        known = ", ".join([*FIXED, "field:<name of a free column>"])
        raise ValidationError(f"`order` is {text!r}, but takes one of {known}; a leading - turns it round.")
    kind = "text" if column.position is None else "double precision"
    return Order(text, "k.value", kind, is_descending, column, _keys(column))


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


def _column(name: str, project_id: int) -> FreeColumn | None:
    return FreeColumn.objects.filter(project_id=project_id, level=FreeColumn.Level.OBJECT, name=name).first()
