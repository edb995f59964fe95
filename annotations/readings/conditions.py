"""What a filter can ask about a second reading: what one reader said, and what the other, once it is closed."""

import json
from typing import Any

from annotations.accounts.models import User
from annotations.gallery.readers import Compared, whole
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role
from annotations.taxonomy.queries import names_of
from annotations.traits.models import Trait
from annotations.traits.values import say_value, spelt_value

Sql = tuple[str, list]

# nothing of a reading is told before it is closed
SAID = "COALESCE({0}.value, to_jsonb(COALESCE({0}.taxon_id, 0)))"  # by a reader: a trait's value, a taxon, 0
READING = f"""o.id IN (SELECT a.object_id FROM readings_choice a
              JOIN readings_choice b ON b.reading_id = a.reading_id AND b.object_id = a.object_id
              JOIN readings_reading r ON r.id = a.reading_id AND r.closed IS NOT NULL
              WHERE a.reading_id = %s AND a.reader_id = %s AND {SAID.format("a")} = %s::jsonb
              AND b.reader_id = %s AND {SAID.format("b")} = %s::jsonb)"""


def read_alike(value: Compared, _: int) -> Sql:
    reading, first, this, second, that = value
    trait = _trait_read(reading)
    said, also_said = (json.dumps(_answered(trait, text)) for text in (this, that))
    return READING, [reading, first, said, second, also_said]


def _trait_read(reading: int) -> Trait | None:
    return Trait.objects.filter(readings=reading).first()


def _answered(trait: Trait | None, text: str) -> object:
    """What the text says in a reading of this trait, or of taxa."""
    if trait:
        return spelt_value(trait, text).as_json()
    return 0 if text == "0" else whole(text, "taxon")


def say_readings(value: Compared) -> str:
    reading, first, this, second, that = value
    readers = User.objects.filter(pk__in=[first, second], readings=reading)  # nobody else's name is told
    names = {user.pk: user.display_name for user in readers}
    trait = _trait_read(reading)
    said = [
        f"{names.get(who, 'somebody')}: {_in_words(trait, _answered(trait, text))}"
        for who, text in ((first, this), (second, that))
    ]
    return ", ".join(said) + (f" ({trait.name})" if trait else "")


def _in_words(trait: Trait | None, said: Any) -> str:
    if trait:
        return say_value(trait, said)
    return names_of({said}).get(said, f"taxon {said}") if said else "can’t tell"


def may_compare(value: Compared, user: User | None) -> bool:
    """As `readings.queries.readings_seen_by`: those who see the figures of the reading, once it is closed."""
    reading = value[0]
    project = Project.objects.filter(readings=reading, readings__closed__isnull=False).first()
    role = role_in(user, project.pk) if user and project else None
    if user is None or role is None or role.rank < Role.ANNOTATOR.rank:
        return False
    return role.rank >= Role.EXPERT.rank or user.readings.filter(pk=reading).exists()
