"""The traits of a learning set: a column a trait, with what people have validated.

Empty where nobody has looked, and where the trait was not to be seen: from neither is there anything to learn.
"""

from collections import defaultdict

import pyarrow as pa
from django.db import connection

from annotations.traits.models import Kind, Trait
from annotations.traits.vocabulary import current_version

VALUES = """
SELECT v.object_id, t.key, v.choices, v.number, v.text
FROM traits_traitvalue v JOIN traits_trait t ON t.id = v.trait_id
WHERE v.object_id = ANY(%s) AND v.state = 'V' AND NOT v.is_hidden
"""
TYPES = {Kind.SEVERAL: pa.list_(pa.string()), Kind.COUNT: pa.float64(), Kind.MEASURE: pa.float64()}


class TraitColumns:
    """`trait_<key>` for each trait of the projects: a number, a text, a choice, or a list of choices.

    Where two projects mean different things by one key, the column holds texts.
    """

    def __init__(self, project_ids: list[int]):
        kinds: dict[str, set[pa.DataType]] = defaultdict(set)
        for key, kind in Trait.objects.filter(project__in=project_ids).values_list("key", "kind"):
            kinds[key].add(TYPES.get(Kind(kind), pa.string()))
        self.types = {
            key: types.pop() if len(types) == 1 else pa.string() for key, types in sorted(kinds.items())
        }
        numbers = {pk: version.number for pk in project_ids if (version := current_version(pk))}
        self.vocabularies = {str(pk): number for pk, number in numbers.items()}  # keys of JSON are texts

    @property
    def fields(self) -> list[pa.Field]:
        return [pa.field(f"trait_{key}", kind) for key, kind in self.types.items()]

    def of(self, object_ids: list[int]) -> list[list]:
        """The columns, for these objects."""
        if not self.types:
            return []
        found: dict[tuple[int, str], object] = {}
        with connection.cursor() as cursor:
            cursor.execute(VALUES, [object_ids])
            for object_id, key, choices, number, text in cursor.fetchall():
                found[object_id, key] = self._cell(key, choices, number, text)
        return [[found.get((object_id, key)) for object_id in object_ids] for key in self.types]

    def _cell(self, key: str, choices: list[str], number: float | None, text: str) -> object:
        kind = self.types[key]
        if kind == TYPES[Kind.SEVERAL]:
            return choices
        if kind == pa.float64():
            return number
        return text or ",".join(choices) or str(number)
