"""The free columns of the objects on a page: what PostgreSQL is asked for, and how that becomes `fields`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

import orjson
from django.core.exceptions import ValidationError
from django.db import connection

from annotations.samples.models import FreeColumn

NO_JSON = re.compile(r"NaN|-?Infinity")  # as PostgreSQL writes them; in JSON they are null
ALL = "array_to_string(w.values, ',', 'null') AS numbers, w.texts"
# what an object lacks is null, so that all rows have the same columns
CHOSEN = """array_to_string(ARRAY[{numbers}]::float8[], ',', 'null') AS numbers,
    (SELECT COALESCE(jsonb_object_agg(name, w.texts -> name), '{{}}') FROM unnest(%s::text[]) name) AS texts"""
OFFERED = """
SELECT name, position FROM samples_freecolumn
WHERE project_id = %s AND level = %s AND (%s::text[] IS NULL OR name = ANY(%s::text[])) ORDER BY position"""


@dataclass(frozen=True)
class FreeFields:
    """`select` is SQL over samples_objectfields `w`: `numbers` between commas, `texts` as JSON.

    Numbers travel as one text, and go into the API's JSON as they are: reading a hundred of them and writing them again
    takes four times as long.
    """

    numbers: tuple[str, ...]  # names
    select: str = ALL
    params: tuple[list[str], ...] = ()
    _templates: dict[int, str] = field(default_factory=dict)  # of JSON, by how many numbers an object has

    @classmethod
    def of(cls, project_id: int, names: Sequence[str] | None) -> Self:
        """Those of these names; all where there are none. Raises ValidationError for what objects don't have."""
        offered = _offered(project_id, names)
        numbers = tuple(name for name, position in offered if position is not None)
        if names is None:
            return cls(numbers)
        _refuse_unknown(names, {name for name, _ in offered})
        cells = ", ".join(f"w.values[{place + 1:d}]" for _, place in offered if place is not None)
        texts = [name for name, position in offered if position is None]
        return cls(numbers, CHOSEN.format(numbers=cells), (texts,))

    def as_dict(self, numbers: str, texts: str) -> dict[str, float | str | None]:
        values = (None if number == "null" else float(number) for number in _split(numbers))
        return dict(zip(self.numbers, values, strict=False)) | orjson.loads(texts)

    def as_json(self, numbers: str, texts: str) -> orjson.Fragment:
        if "N" in numbers or "I" in numbers:
            numbers = NO_JSON.sub("null", numbers)
        cells = _split(numbers)
        template = self._templates.get(len(cells)) or self._template(len(cells))
        separator = "," if cells and texts != "{}" else ""
        return orjson.Fragment(template % tuple(cells) + separator + texts[1:])

    def _template(self, count: int) -> str:
        names = (orjson.dumps(name).decode().replace("%", "%%") for name in self.numbers[:count])
        self._templates[count] = "{" + ",".join(f"{name}:%s" for name in names)
        return self._templates[count]


def _offered(project_id: int, names: Sequence[str] | None) -> list[tuple[str, int | None]]:
    """(name, place among the numbers or None) of the project's columns, of these names or all, numbers first."""
    searched = None if names is None else [name for name in names if "\0" not in name]
    with connection.cursor() as cursor:
        cursor.execute(OFFERED, [project_id, FreeColumn.Level.OBJECT.value, searched, searched])
        return cursor.fetchall()


def _split(numbers: str) -> list[str]:
    return numbers.split(",") if numbers else []


def _refuse_unknown(names: Sequence[str], existing: set[str]) -> None:
    unknown = next((name for name in names if name not in existing), None)
    if unknown is not None:
        raise ValidationError(
            f"`fields` is about {unknown!r}, but objects of this project have no such column."
        )
