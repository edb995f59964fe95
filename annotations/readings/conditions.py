"""What a filter can ask about a second reading: what one reader said, and what the other, once it is closed."""

import json
from typing import Any

from django.core.exceptions import ValidationError

from annotations.accounts.models import User
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role
from annotations.search.registry import Condition, Sql, register
from annotations.search.values import whole, words
from annotations.taxonomy.queries import names_of
from annotations.traits.models import Trait
from annotations.traits.values import say_value, spelt_value

Compared = tuple[int, int, str, int, str]  # reading, reader, what they chose, another reader, what they chose

# nothing of a reading is told before it is closed
# by a reader: a trait's value, a taxon, 0
CHOSEN = "COALESCE({0}.value, to_jsonb(COALESCE({0}.taxon_id, 0)))"
READING = f"""o.id IN (SELECT a.object_id FROM readings_choice a
              JOIN readings_choice b ON b.reading_id = a.reading_id AND b.object_id = a.object_id
              JOIN readings_reading r ON r.id = a.reading_id AND r.closed IS NOT NULL
              WHERE a.reading_id = %s AND a.reader_id = %s AND {CHOSEN.format("a")} = %s::jsonb
              AND b.reader_id = %s AND {CHOSEN.format("b")} = %s::jsonb)"""


def compared(text: str, name: str) -> Compared:
    """reading:reader:taxon:reader:taxon, where taxon 0 is “can't tell”; or with values of the trait that was read."""
    parts = words(text, name).split(":")
    if len(parts) != 5 or not all(parts[2::2]):
        raise ValidationError(
            f"`{name}` takes five parts: reading:reader:taxon:reader:taxon, or values in place of taxa."
        )
    reading, first, this, second, that = parts
    return whole(reading, name), whole(first, name), this, whole(second, name), that


def _compared_sql(value: Compared, project_id: int) -> Sql:
    reading, first, this, second, that = value
    trait = _trait_read(reading)
    choice, other_choice = (json.dumps(_choice(trait, text)) for text in (this, that))
    return READING, [reading, first, choice, second, other_choice]


def _trait_read(reading: int) -> Trait | None:
    return Trait.objects.filter(readings=reading).first()


def _choice(trait: Trait | None, text: str) -> object:
    """What the text stands for in a reading of this trait, or of taxa."""
    if trait:
        return spelt_value(trait, text).as_json()
    return 0 if text == "0" else whole(text, "taxon")


def _sentence(value: Compared) -> str:
    reading, first, this, second, that = value
    readers = User.objects.filter(pk__in=[first, second], readings=reading)  # nobody else's name is told
    names = {user.pk: user.display_name for user in readers}
    trait = _trait_read(reading)
    parts = [
        f"{names.get(who, 'somebody')}: {_in_words(trait, _choice(trait, text))}"
        for who, text in ((first, this), (second, that))
    ]
    return ", ".join(parts) + (f" ({trait.name})" if trait else "")


def _in_words(trait: Trait | None, choice: Any) -> str:
    if trait:
        return say_value(trait, choice)
    return names_of({choice}).get(choice, f"taxon {choice}") if choice else "can’t tell"


def _may_compare(value: Compared, user: User | None) -> bool:
    """As `readings.queries.readings_seen_by`: those who see the figures of the reading, once it is closed."""
    reading = value[0]
    project = Project.objects.filter(readings=reading, readings__closed__isnull=False).first()
    role = role_in(user, project.pk) if user and project else None
    if user is None or role is None or role.rank < Role.ANNOTATOR.rank:
        return False
    return role.rank >= Role.EXPERT.rank or user.readings.filter(pk=reading).exists()


register(
    Condition(
        name="reading",
        help="what two readers chose in a closed second reading: reading:reader:taxon:reader:taxon",
        example="2:3:25828:4:0",
        read=compared,
        sql=_compared_sql,
        sentence=_sentence,
        may_use=_may_compare,
    )
)
