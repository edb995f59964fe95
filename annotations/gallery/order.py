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
    """`key` is SQL over samples_object `o` and, for a free column, samples_objectfields `w`."""

    text: str
    key: str
    type: str
    is_descending: bool
    column: FreeColumn | None = None

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
    if column.position is not None:
        return Order(text, f"w.values[{column.position + 1}]", "double precision", is_descending, column)
    quoted = column.name.replace("'", "''").replace("%", "%%")
    return Order(text, f"(w.texts ->> '{quoted}')", "text", is_descending, column)


def _column(name: str, project_id: int) -> FreeColumn | None:
    return FreeColumn.objects.filter(project_id=project_id, level=FreeColumn.Level.OBJECT, name=name).first()
