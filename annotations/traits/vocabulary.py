"""Defining traits: the only writer of a project's vocabulary. Each change leaves a version of the whole behind."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from annotations.accounts.models import User
from annotations.common.numbers import is_whole
from annotations.projects.models import Project
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import all_in_use
from annotations.traits.models import (
    UNITS,
    YES_NO,
    FromMarks,
    Kind,
    Trait,
    TraitExample,
    TraitValue,
    VocabularyVersion,
)
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
    "applies_to_names",
    "only_if",
    "only_if_choices",
    "mark_label",
    "mark_measure",
    "is_active",
]


@transaction.atomic
def define_trait(*, project: Project, user: User | None, key: str = "", **fields: Any) -> Trait:
    """Adds a trait. `fields` are those of FIELDS. Raises ValidationError that names the field and the remedy."""
    _lock(project)
    _refuse_names(fields, [])
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
    _refuse_names(fields, before.applies_to_names)
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
def restore_vocabulary(
    *, project: Project, user: User | None, content: list[dict], taxa: dict[int, int], names: dict[int, int]
) -> dict[str, Trait]:
    """Adds what a version of a vocabulary holds and the project has not got; returns all its traits, by key.

    What the project has already stays as it is. `taxa` gives the ids here of the taxa that the content names, `names`
    those of the names that wait where the site does not know the taxon. Raises ValidationError where the two can't
    live together.
    """
    _lock(project)
    present = {trait.key: trait for trait in Trait.objects.filter(project=project)}
    is_new = not present
    waiting = {entry["key"]: entry for entry in _readable(content)}
    for key in present.keys() & waiting.keys():
        _refuse_another_meaning(present[key], waiting.pop(key))
    used = {trait.quick_key for trait in present.values() if trait.is_active}
    while waiting:  # a condition comes before what depends on it
        ready = [entry for entry in waiting.values() if entry.get("only_if") in {None, *present}]
        if not ready:
            raise ValidationError(f"{min(waiting)} depends on a trait that is not in the vocabulary.")
        for entry in ready:
            del waiting[entry["key"]]
            present[entry["key"]] = trait = _add(
                project, entry["key"], _fields(entry, present, taxa, names, used)
            )
            used |= {trait.quick_key} if trait.is_active else set()
    if is_new:
        order_traits(project=project, user=user, keys=[entry["key"] for entry in content])
    _keep_version(project, user)
    return present


def _readable(content: object) -> list[dict]:
    """Refuses what no vocabulary of ours looks like, before it is used."""
    shapes = {"choices": list, "applies_to": list, "only_if_choices": list, "is_active": bool}
    if not isinstance(content, list):
        raise ValidationError("`traits` takes a list of traits.")
    for entry in content:
        if not isinstance(entry, dict) or not re.fullmatch(r"[a-z0-9_]{1,60}", str(entry.get("key"))):
            raise ValidationError("Every trait needs a `key` of small letters, digits and _.")
        for field, value in entry.items():
            if field == "applies_to_names":  # numbers that mean nothing here
                raise ValidationError(f"`{field}` of {entry['key']} says nothing: name its taxa in `taxa`.")
            if not isinstance(value, shapes.get(field, str)) and field not in ("default", "only_if"):
                raise ValidationError(f"`{field}` of {entry['key']} is {value!r}: correct or remove it.")
        parts = [*entry.get("choices", []), *entry.get("only_if_choices", [])]
        if any(not isinstance(part, str | dict) for part in parts):
            raise ValidationError(f"`choices` of {entry['key']} takes texts, or objects of key and name.")
    if len({entry["key"] for entry in content}) < len(content):
        raise ValidationError("Two traits have the same key.")
    return content


def _fields(
    entry: dict, present: dict[str, Trait], taxa: dict[int, int], names: dict[int, int], used: set[str]
) -> dict[str, Any]:
    fields = {name: value for name, value in entry.items() if name not in ("key", "only_if")}
    fields["only_if"] = present[entry["only_if"]] if entry.get("only_if") else None
    given = fields.get("applies_to", [])
    if unknown := [
        taxon for taxon in given if not is_whole(taxon) or (taxon not in taxa and taxon not in names)
    ]:
        raise ValidationError(f"{entry['key']} applies to taxon {unknown[0]}, which `taxa` does not name.")
    fields["applies_to"] = [taxa[taxon] for taxon in given if taxon in taxa]
    fields["applies_to_names"] = sorted({names[taxon] for taxon in given if taxon in names})
    if fields.get("quick_key") in used:
        fields["quick_key"] = ""
    return fields


def _refuse_another_meaning(trait: Trait, entry: dict) -> None:
    for field in ("kind", "unit"):
        here, there = getattr(trait, field), entry.get(field, "")
        if here != there:
            raise ValidationError(
                f"The project has a trait {trait.key} already, whose {field} is {here or 'none'}, not "
                f"{there or 'none'}: give the trait of the package another key."
            )


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


def forget_example(*, trait: Trait, object_id: int) -> None:
    TraitExample.objects.filter(trait=trait, object=object_id).delete()


@transaction.atomic
def move_condition(*, taxon: int, into: int, traits: list[int] | None = None) -> list[int]:
    """Where traits apply to a taxon, they apply to another one from now on; returns which. For taxa that are merged.

    `traits` names those that are moved, and no others: to move them back.
    """
    moved = Trait.objects.filter(applies_to__contains=[taxon]).select_related("project")
    moved = moved if traits is None else moved.filter(pk__in=traits)
    for trait in (found := list(moved)):
        trait.applies_to = sorted({into if known == taxon else known for known in trait.applies_to})
    Trait.objects.bulk_update(found, ["applies_to"])
    for project in {trait.project for trait in found}:
        _keep_version(project, None)
    return [trait.pk for trait in found]


@transaction.atomic
def apply_to_settled(*, project: Project, user: User, name: int, taxon: int) -> list[Trait]:
    """Where traits apply to a name that waited, they apply to its taxon from now on; returns which."""
    _lock(project)
    found = list(Trait.objects.filter(project=project, applies_to_names__contains=[name]))
    for trait in found:
        trait.applies_to_names = [waiting for waiting in trait.applies_to_names if waiting != name]
        trait.applies_to = sorted({*trait.applies_to, taxon})
    Trait.objects.bulk_update(found, ["applies_to", "applies_to_names"])
    _keep_version(project, user)
    return found


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
    trait.applies_to = all_in_use(trait.applies_to)
    if trait.kind == Kind.MEASURE and not trait.unit:
        raise ValidationError({"unit": "A measure needs a unit: µm, mm, % …"})
    if trait.quick_key and not re.fullmatch(r"[a-z0-9]", trait.quick_key):
        raise ValidationError({"quick_key": "A quick key is one letter from a to z, or a digit."})
    _check_marks(trait)
    trait.full_clean()
    named = {choice["name"]: choice["key"] for choice in trait.choices}
    default = named.get(trait.default, trait.default) if isinstance(trait.default, str) else trait.default
    trait.default = None if default in (None, "") else read_value(trait, default).as_json()


def _refuse_names(fields: dict[str, Any], known: list[int]) -> None:
    if more := set(fields.get("applies_to_names", [])) - set(known):
        raise ValidationError(
            {"applies_to_names": f"The trait has no name {min(more)}. Packages bring names: give it taxa."}
        )


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


def _check_marks(trait: Trait) -> None:
    """A count or measure may follow what is drawn: then its unit is one that the drawing can be told in."""
    trait.mark_label = slugify(trait.mark_label).replace("-", "_")[:60]
    if not trait.mark_label and not trait.mark_measure:
        return
    if trait.mark_measure not in UNITS or not trait.mark_label:
        raise ValidationError(
            {"mark_measure": "Say both: the label of the marks, and what of them gives the value."}
        )
    units = UNITS[FromMarks(trait.mark_measure)]
    if not Kind(trait.kind).is_number or (trait.kind == Kind.COUNT) != (
        trait.mark_measure == FromMarks.COUNT
    ):
        raise ValidationError(
            {"mark_measure": "A count follows how many marks there are, a measure what they measure."}
        )
    if trait.unit not in units:
        raise ValidationError({"unit": f"What is drawn can be told in {', '.join(units)}."})


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
