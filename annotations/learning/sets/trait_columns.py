"""The traits of a learning set: a column a trait, with what people have validated.

Empty where nobody has looked, and where the trait was not to be seen: from neither is there anything to learn.
"""

from collections import defaultdict
from collections.abc import Collection

import pyarrow as pa
from django.db import connection

from annotations.traits.models import Trait
from annotations.traits.vocabulary import current_version
from classifier.contract.traits import TraitKind, column

VALUES = """
SELECT v.object_id, t.key, v.choices, v.number, v.text
FROM traits_traitvalue v JOIN traits_trait t ON t.id = v.trait_id
WHERE v.object_id = ANY(%s) AND v.state = 'V' AND NOT v.is_hidden
"""


class TraitColumns:
    """`trait_<key>` for each trait of the projects, or for those of `keys`: a number, a text, a choice, or a list.

    Where two projects mean different things by one key, the column holds texts, and is not learnt.
    """

    def __init__(self, project_ids: list[int], keys: Collection[str] | None = None):
        traits = Trait.objects.filter(project__in=project_ids).order_by("project", "position", "id")
        self.traits: dict[str, list[Trait]] = defaultdict(list)
        for trait in traits if keys is None else traits.filter(key__in=keys):
            self.traits[trait.key].append(trait)
        self.columns = {
            key: column(key, [trait.kind for trait in traits]) for key, traits in sorted(self.traits.items())
        }
        numbers = {pk: version.number for pk in project_ids if (version := current_version(pk))}
        self.vocabularies = {str(pk): number for pk, number in numbers.items()}  # keys of JSON are texts

    @property
    def fields(self) -> list[pa.Field]:
        return list(self.columns.values())

    @property
    def learnt(self) -> list[dict]:
        """What the classifier may learn, as {key, kind, choices, name}: all of one kind in every project, no free text.

        The choices of several projects are put together, in the order of the first that has them.
        """
        return [
            {
                "key": key,
                "kind": self.traits[key][0].kind,
                "choices": list(dict.fromkeys(c["key"] for trait in self.traits[key] for c in trait.choices)),
                "name": self.traits[key][0].name,
            }
            for key in self.columns
            if can_be_learnt(self.traits[key])
        ]

    def of(self, object_ids: list[int]) -> list[list]:
        """The columns, for these objects."""
        if not self.columns:
            return []
        cells: dict[tuple[int, str], object] = {}
        with connection.cursor() as cursor:
            cursor.execute(VALUES, [object_ids])
            for object_id, key, choices, number, text in cursor.fetchall():
                if key in self.columns:
                    cells[object_id, key] = self._cell(key, choices, number, text)
        return [[cells.get((object_id, key)) for object_id in object_ids] for key in self.columns]

    def _cell(self, key: str, choices: list[str], number: float | None, text: str) -> object:
        kind = self.columns[key].type
        if pa.types.is_list(kind):
            return choices
        if pa.types.is_floating(kind):
            return number
        return text or ",".join(choices) or str(number)


def can_be_learnt(traits: list[Trait]) -> bool:
    """Of traits with one key: whether they are of one kind, and that is not free text."""
    kinds = {trait.kind for trait in traits}
    return len(kinds) == 1 and TraitKind.TEXT not in kinds
