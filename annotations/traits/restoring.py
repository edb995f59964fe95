"""A vocabulary that a package brings: its traits are added to those of the project."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.common.numbers import is_whole
from annotations.projects.models import Project
from annotations.traits.models import Trait
from annotations.traits.vocabulary import add_trait, lock_vocabulary, order_traits, save_version


@transaction.atomic
def restore_vocabulary(
    *, project: Project, user: User | None, content: list[dict], taxa: dict[int, int], names: dict[int, int]
) -> dict[str, Trait]:
    """Adds what a version of a vocabulary holds and the project has not got; returns all its traits, by key.

    What the project has already stays as it is. `taxa` gives the ids here of the taxa that the content names, `names`
    those of the names that wait where the site does not know the taxon. Raises ValidationError where the two can't
    live together.
    """
    lock_vocabulary(project)
    present = {trait.key: trait for trait in Trait.objects.filter(project=project)}
    is_new = not present
    waiting = {entry["key"]: entry for entry in _readable(content)}
    for key in present.keys() & waiting.keys():
        _refuse_another_meaning(present[key], waiting.pop(key))
    _add_all(project, waiting, present, taxa, names)
    if is_new:
        order_traits(project=project, user=user, keys=[entry["key"] for entry in content])
    save_version(project, user)
    return present


def _add_all(
    project: Project,
    waiting: dict[str, dict],
    present: dict[str, Trait],
    taxa: dict[int, int],
    names: dict[int, int],
) -> None:
    """Moves what waits among what is present; a condition comes before what depends on it."""
    used = {trait.quick_key for trait in present.values() if trait.is_active}
    while waiting:
        ready = [entry for entry in waiting.values() if entry.get("only_if") in {None, *present}]
        if not ready:
            raise ValidationError(f"{min(waiting)} depends on a trait that is not in the vocabulary.")
        for entry in ready:
            del waiting[entry["key"]]
            trait = add_trait(project, entry["key"], _fields(entry, present, taxa, names, used))
            present[entry["key"]] = trait
            used |= {trait.quick_key} if trait.is_active else set()


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
    applies_to = fields.get("applies_to", [])
    if unknown := [
        taxon for taxon in applies_to if not is_whole(taxon) or (taxon not in taxa and taxon not in names)
    ]:
        raise ValidationError(f"{entry['key']} applies to taxon {unknown[0]}, which `taxa` does not name.")
    fields["applies_to"] = [taxa[taxon] for taxon in applies_to if taxon in taxa]
    fields["applies_to_names"] = sorted({names[taxon] for taxon in applies_to if taxon in names})
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
