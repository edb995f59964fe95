"""Defining traits: the only writer of a project's vocabulary. Each change leaves a version of the whole behind."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.taxonomy.models import Taxon
from annotations.traits.models import YES_NO, Kind, Trait, TraitExample, TraitValue, VocabularyVersion
from annotations.traits.sets import SETS
from annotations.traits.values import read_value

FIELDS = [
    "name",
    "group",
    "kind",
    "unit",
    "choices",
    "help",
    "icon",
    "quick_key",
    "default",
    "concept",
    "applies_to",
    "only_if",
    "only_if_choices",
    "is_active",
]


@transaction.atomic
def define_trait(*, project: Project, user: User | None, key: str = "", **fields: Any) -> Trait:
    """Adds a trait. `fields` are those of FIELDS. Raises ValidationError that names the field and the remedy."""
    _lock(project)
    trait = _add(project, key, fields)
    _keep_version(project, user)
    return trait


def _add(project: Project, key: str, fields: dict[str, Any]) -> Trait:
    trait = Trait(project=project, position=Trait.objects.filter(project=project).count())
    trait.key = _key(key or fields.get("name", ""))
    _set(trait, fields)
    trait.save()
    return trait


@transaction.atomic
def change_trait(*, trait: Trait, user: User | None, **fields: Any) -> Trait:
    """Changes some fields. What values already use can't be taken from under them: ValidationError says how many."""
    _lock(trait.project)
    before = Trait.objects.get(pk=trait.pk)
    _set(trait, fields)
    _refuse_loss(before, trait)
    trait.save()
    _keep_version(trait.project, user)
    return trait


@transaction.atomic
def adopt_set(*, project: Project, user: User | None, name: str) -> list[Trait]:
    """Adds the traits of a ready-made set that the project has not got yet; returns those."""
    if name not in SETS:
        raise ValidationError(f"There is no ready-made set {name!r}. Known are {', '.join(SETS)}.")
    _lock(project)
    present = {trait.key: trait for trait in Trait.objects.filter(project=project)}
    used = {trait.quick_key for trait in present.values() if trait.is_active}
    added = []
    for entry in SETS[name].traits:
        if entry["key"] in present:
            continue
        fields = {field: value for field, value in entry.items() if field not in ("key", "only_if")}
        if entry.get("quick_key") in used:
            fields["quick_key"] = ""
        only_if = present.get(entry.get("only_if", ""))
        trait = _add(project, entry["key"], {**fields, "only_if": only_if, "group": name})
        present[trait.key] = trait
        used.add(trait.quick_key)
        added.append(trait)
    _keep_version(project, user)
    return added


@transaction.atomic
def order_traits(*, project: Project, user: User | None, keys: list[str]) -> None:
    """Puts the named traits first, in this order; the others keep theirs, behind."""
    _lock(project)
    place = {key: n for n, key in enumerate(keys)}
    traits = sorted(
        Trait.objects.filter(project=project), key=lambda t: (place.get(t.key, len(place)), t.position)
    )
    for position, trait in enumerate(traits):
        trait.position = position
    Trait.objects.bulk_update(traits, ["position"])
    _keep_version(project, user)


@transaction.atomic
def show_example(*, trait: Trait, object_id: int, choice: str = "") -> TraitExample:
    """The caller has seen to it that the object is of the trait's project."""
    if choice and choice not in {known["key"] for known in trait.choices}:
        raise ValidationError(f"{trait.name} has no choice {choice!r}.")
    return TraitExample.objects.get_or_create(trait=trait, object_id=object_id, choice=choice)[0]


def current_version(project_id: int) -> VocabularyVersion | None:
    return VocabularyVersion.objects.filter(project=project_id).first()


def vocabulary_as_json(project_id: int) -> list[dict]:
    """Every trait of the project with all that defines it."""
    traits = Trait.objects.filter(project=project_id).select_related("only_if")
    return [
        {
            "key": trait.key,
            **{field: getattr(trait, field) for field in FIELDS if field != "only_if"},
            "only_if": trait.only_if.key if trait.only_if else None,
        }
        for trait in traits
    ]


def _lock(project: Project) -> None:
    """One writer of a vocabulary at a time."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _keep_version(project: Project, user: User | None) -> None:
    last = current_version(project.pk)
    content = vocabulary_as_json(project.pk)
    if last is None or last.content != content:
        number = last.number + 1 if last else 1
        VocabularyVersion.objects.create(project=project, number=number, content=content, user=user)


# --- Checks -----------------------------------------------------------------------------------------------------------


def _key(name: str) -> str:
    key = slugify(name).replace("-", "_")[:60]
    if not key:
        raise ValidationError({"name": "A trait needs a name with letters in it."})
    return key


def _set(trait: Trait, fields: dict[str, Any]) -> None:
    for field, value in fields.items():
        if field not in FIELDS:
            raise ValidationError(f"A trait has no `{field}`. It has {', '.join(FIELDS)}.")
        setattr(trait, field, value)
    trait.name = " ".join(str(trait.name).split())
    trait.choices = _choices(trait)
    _check_condition(trait)
    if unknown := set(trait.applies_to) - set(_taxa(trait.applies_to)):
        raise ValidationError({"applies_to": f"There is no taxon {min(unknown)}."})
    if trait.kind == Kind.MEASURE and not trait.unit:
        raise ValidationError({"unit": "A measure needs a unit: µm, mm, % …"})
    if trait.quick_key and not re.fullmatch(r"[a-z0-9]", trait.quick_key):
        raise ValidationError({"quick_key": "A quick key is one letter from a to z, or a digit."})
    trait.full_clean()
    named = {choice["name"]: choice["key"] for choice in trait.choices}
    default = named.get(trait.default, trait.default) if isinstance(trait.default, str) else trait.default
    trait.default = None if default in (None, "") else read_value(trait, default).as_json()


def _taxa(ids: list[int]) -> list[int]:
    return list(Taxon.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _choices(trait: Trait) -> list[dict]:
    """With a key for each; `yes` and `no` for a flag, none for what is not chosen from a list."""
    if trait.kind not in Kind.values:
        raise ValidationError({"kind": f"{trait.kind!r} is none of {', '.join(Kind.values)}."})
    kind = Kind(trait.kind)
    if kind == Kind.FLAG:
        return YES_NO
    if not kind.is_chosen:
        return []
    choices = []
    for given in trait.choices:
        name = given if isinstance(given, str) else given.get("name", "")
        key = "" if isinstance(given, str) else given.get("key", "")
        name = " ".join(str(name).split())[:100]
        if key and not re.fullmatch(r"[a-z0-9_]{1,60}", str(key)):
            raise ValidationError({"choices": f"The key {key!r} takes small letters, digits and _ only."})
        if name:
            choices.append({"key": str(key) or _key(name), "name": name})
    if len({choice["key"] for choice in choices}) < len(choices):
        raise ValidationError({"choices": "Two of the choices are the same."})
    if len(choices) < 2:
        raise ValidationError({"choices": f"{trait.name} needs two choices at least, one a line."})
    return choices


def _check_condition(trait: Trait) -> None:
    other = trait.only_if
    if other is None:
        trait.only_if_choices = []
        return
    if other.project_id != trait.project_id or not Kind(other.kind).is_chosen:
        raise ValidationError({"only_if": "The condition is a trait of this project with a list of choices."})
    above: Trait | None = other
    while above is not None:
        if above.pk == trait.pk:
            raise ValidationError({"only_if": f"{trait.name} would depend on itself."})
        above = above.only_if
    known = [choice["key"] for choice in other.choices]
    if not trait.only_if_choices or any(key not in known for key in trait.only_if_choices):
        raise ValidationError(
            {"only_if_choices": f"Say with which value of {other.name}: {', '.join(known)}."}
        )


def _refuse_loss(before: Trait, after: Trait) -> None:
    gone = {c["key"] for c in before.choices} - {c["key"] for c in after.choices}
    if (before.kind != after.kind or gone) and (reading := before.readings.first()):
        raise ValidationError(
            {
                "choices": f"The second reading {reading.name!r} is about it as it is: retire the trait instead."
            }
        )
    values = TraitValue.objects.filter(trait=before).exclude(state="U")
    if before.kind != after.kind and (count := values.count()):
        raise ValidationError(
            {"kind": f"{count:,} objects have a value of this kind: retire the trait instead."}
        )
    for key in gone:
        if count := values.filter(choices__contains=[key]).count():
            name = before.choice_name(key)
            raise ValidationError({"choices": f"{count:,} objects have {name!r}: give them another first."})
        if Trait.objects.filter(only_if=before, only_if_choices__contains=[key]).exists():
            raise ValidationError(
                {"choices": f"Another trait applies only with {before.choice_name(key)!r}."}
            )
