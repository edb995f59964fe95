"""Values of traits that are given together with a name, to the objects that got it and in its batch: one undo takes
both back."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from annotations.accounts.models import User
from annotations.labels.models import Batch
from annotations.projects.models import Project
from annotations.traits.actions import set_trait_values
from annotations.traits.models import Trait
from annotations.traits.queries import values_now, vocabulary
from annotations.traits.values import Value, read_value

# over samples_object `o`
NAMED = "o.id IN (SELECT c.object_id FROM labels_change c WHERE c.batch_id = %s)"
ANSWERED = """EXISTS (SELECT FROM traits_traitvalue s
    WHERE s.object_id = o.id AND s.trait_id = ANY(%s) AND s.state NOT IN ('U', 'P'))"""
ANSWERS = """
SELECT s.trait_id, array_agg(s.object_id ORDER BY s.object_id) FROM traits_traitvalue s
JOIN labels_change c ON c.object_id = s.object_id AND c.batch_id = %s
WHERE s.trait_id = ANY(%s) AND s.state NOT IN ('U', 'P') GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True)
class TraitAssignment:
    """What came of one trait's value; `conflicts` are what people have said otherwise, as `values_now` gives it."""

    trait: str  # its key
    changed: int
    inapplicable: int
    conflicts: list[dict]


@transaction.atomic
def give_values(*, batch: Batch, user: User, values: Mapping[str, object]) -> list[dict]:
    """Gives all objects whose labels the batch changed these values, by the keys of traits; `TraitAssignment` of each.

    What a person has said of a trait, or of one that the value would take back, stays as it is. Raises
    ValidationError for a trait that the project doesn't offer or that applies to none of the objects, and for a value
    that it doesn't take.
    """
    traits = _dependents_last(_offered(batch.project, values))
    chosen = {trait.key: read_value(trait, values[trait.key]) for trait in traits}
    outcomes = [_give(batch, user, trait, chosen[trait.key]) for trait in traits]
    details = {**batch.details, "traits": {key: value.as_json() for key, value in chosen.items()}}
    Batch.objects.filter(pk=batch.pk).update(details=details)
    return [asdict(each) for each in outcomes]


def _offered(project: Project, keys: Iterable[str]) -> list[Trait]:
    offered = {trait.key: trait for trait in vocabulary(project.pk)}
    for key in keys:
        if key not in offered:
            names = ", ".join(offered) or "no traits yet"
            raise ValidationError(f"`traits` names {key!r}, but the project offers {names}.")
    return [offered[key] for key in keys]


def _dependents_last(traits: list[Trait]) -> list[Trait]:
    return sorted(traits, key=_depth)


def _depth(trait: Trait) -> int:
    return 0 if trait.only_if is None else 1 + _depth(trait.only_if)


def _give(batch: Batch, user: User, trait: Trait, value: Value) -> TraitAssignment:
    spared = [trait.pk, *_taken_back(trait, value)]
    conflicts = _conflicts(batch, trait, value, spared)
    outcome = set_trait_values(
        trait=trait,
        user=user,
        where=(f"{NAMED} AND NOT {ANSWERED}", [batch.pk, spared]),
        value=value.as_json(),
        batch=batch,
    )
    if outcome.inapplicable and not (outcome.changed or conflicts):
        raise ValidationError(_why_inapplicable(trait))
    return TraitAssignment(trait.key, outcome.changed, outcome.inapplicable, conflicts)


def _taken_back(trait: Trait, value: Value | None) -> list[int]:
    """The traits that don't apply where this one has the value; None where it has none."""
    numbers = []
    for dependent in trait.dependents.all():
        if value is None or not set(value.choices) & set(dependent.only_if_choices):
            numbers += [dependent.pk, *_taken_back(dependent, None)]
    return numbers


def _conflicts(batch: Batch, trait: Trait, value: Value, spared: list[int]) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, [batch.pk, spared])
        answers = cursor.fetchall()
    entries = [entry for trait_id, objects in answers for entry in values_now(trait_id, objects)]
    return [e for e in entries if e["trait"] != trait.pk or e["value"] != value.as_json()]


def _why_inapplicable(trait: Trait) -> str:
    rest = ""
    if trait.only_if is not None:
        choices = " or ".join(trait.only_if.choice_name(key) for key in trait.only_if_choices)
        rest = f" It asks for {trait.only_if.name}: {choices}."
    return (
        f"{trait.name} (`{trait.key}`) applies to none of these objects under this name: leave it out.{rest}"
    )
