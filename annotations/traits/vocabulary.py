"""Defining traits: the only writer of a project's vocabulary. Each change leaves a version of the whole behind."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.projects.models import Project
from annotations.traits.definitions import FIELDS, refuse_loss, refuse_names, set_fields, trait_key
from annotations.traits.models import (
    Trait,
    TraitExample,
    VocabularyVersion,
)
from annotations.traits.sets import SETS


@transaction.atomic
def define_trait(*, project: Project, user: User | None, key: str = "", **fields: Any) -> Trait:
    """Adds a trait. `fields` are those of FIELDS. Raises ValidationError that names the field and the remedy."""
    lock_vocabulary(project)
    refuse_names(fields, [])
    trait = add_trait(project, key, fields)
    save_version(project, user)
    return trait


def add_trait(project: Project, key: str, fields: dict[str, Any]) -> Trait:
    trait = Trait(project=project, position=Trait.objects.filter(project=project).count())
    trait.key = trait_key(key or fields.get("name", ""))
    set_fields(trait, fields)
    trait.save()
    return trait


@transaction.atomic
def change_trait(*, trait: Trait, user: User | None, **fields: Any) -> Trait:
    """Changes some fields. What values already use can't be taken from under them: ValidationError says how many."""
    lock_vocabulary(trait.project)
    before = Trait.objects.get(pk=trait.pk)
    refuse_names(fields, before.applies_to_names)
    set_fields(trait, fields)
    refuse_loss(before, trait)
    trait.save()
    save_version(trait.project, user)
    return trait


@transaction.atomic
def adopt_set(*, project: Project, user: User | None, name: str) -> list[Trait]:
    """Adds the traits of a ready-made set that the project has not got yet; returns those."""
    if name not in SETS:
        raise ValidationError(f"There is no ready-made set {name!r}. Known are {', '.join(SETS)}.")
    lock_vocabulary(project)
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
        trait = add_trait(project, entry["key"], {**fields, "only_if": only_if, "group": name})
        present[trait.key] = trait
        used.add(trait.quick_key)
        added.append(trait)
    save_version(project, user)
    return added


@transaction.atomic
def order_traits(*, project: Project, user: User | None, keys: list[str]) -> None:
    """Puts the named traits first, in this order; the others keep theirs, behind."""
    lock_vocabulary(project)
    place = {key: n for n, key in enumerate(keys)}
    traits = sorted(
        Trait.objects.filter(project=project), key=lambda t: (place.get(t.key, len(place)), t.position)
    )
    for position, trait in enumerate(traits):
        trait.position = position
    Trait.objects.bulk_update(traits, ["position"])
    save_version(project, user)


@transaction.atomic
def show_example(*, trait: Trait, object_id: int, choice: str = "") -> TraitExample:
    """The caller has seen to it that the object is of the trait's project."""
    if choice and choice not in {entry["key"] for entry in trait.choices}:
        raise ValidationError(f"{trait.name} has no choice {choice!r}.")
    return TraitExample.objects.get_or_create(trait=trait, object_id=object_id, choice=choice)[0]


def forget_example(*, trait: Trait, object_id: int) -> None:
    TraitExample.objects.filter(trait=trait, object=object_id).delete()


@transaction.atomic
def move_condition(*, taxon: int, into: int, traits: list[int] | None = None) -> list[int]:
    """Where traits apply to a taxon, they apply to another one from now on; returns which. For taxa that are merged.

    `traits` names those that are moved, and no others: to move them back.
    """
    applying = Trait.objects.filter(applies_to__contains=[taxon]).select_related("project")
    applying = applying if traits is None else applying.filter(pk__in=traits)
    for trait in (moved := list(applying)):
        trait.applies_to = sorted({into if each == taxon else each for each in trait.applies_to})
    Trait.objects.bulk_update(moved, ["applies_to"])
    for project in {trait.project for trait in moved}:
        save_version(project, None)
    return [trait.pk for trait in moved]


@transaction.atomic
def apply_to_settled(*, project: Project, user: User, taxa: dict[int, int]) -> list[dict]:
    """Where traits apply to names that waited, they apply to their taxa from now on (`taxa`: name → taxon).

    Returns of each trait what `unapply_settled` needs: {trait, name, names, taxa}.
    """
    lock_vocabulary(project)
    traits = list(Trait.objects.filter(project=project, applies_to_names__overlap=list(taxa)))
    notes = []
    for trait in traits:
        names = [name for name in trait.applies_to_names if name in taxa]
        new = sorted({taxa[name] for name in names} - set(trait.applies_to))
        notes.append({"trait": trait.pk, "name": trait.name, "names": names, "taxa": new})
        trait.applies_to_names = [name for name in trait.applies_to_names if name not in taxa]
        trait.applies_to = sorted({*trait.applies_to, *new})
    _save_conditions(project, user, traits)
    return notes


@transaction.atomic
def unapply_settled(*, project: Project, user: User, notes: list[dict]) -> None:
    """The traits wait for the names again, as `apply_to_settled` noted it; what a manager has added since stays."""
    lock_vocabulary(project)
    by_trait = {note["trait"]: note for note in notes}
    traits = list(Trait.objects.filter(project=project, pk__in=by_trait))
    for trait in traits:
        note = by_trait[trait.pk]
        trait.applies_to_names = sorted({*trait.applies_to_names, *note["names"]})
        trait.applies_to = sorted(set(trait.applies_to) - set(note["taxa"]))
    _save_conditions(project, user, traits)


def _save_conditions(project: Project, user: User, traits: list[Trait]) -> None:
    if traits:
        Trait.objects.bulk_update(traits, ["applies_to", "applies_to_names"])
        save_version(project, user)


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


def lock_vocabulary(project: Project) -> None:
    """One writer of a vocabulary at a time."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def save_version(project: Project, user: User | None) -> None:
    last = current_version(project.pk)
    content = vocabulary_as_json(project.pk)
    if last is None or last.content != content:
        number = last.number + 1 if last else 1
        VocabularyVersion.objects.create(project=project, number=number, content=content, user=user)
