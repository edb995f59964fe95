"""What a vignette shows under its picture: the label of the object, or what is said of the trait that is sorted by."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError

from annotations.pictures.derivatives import thumbnail_url
from annotations.traits.models import Trait, TraitExample
from annotations.traits.queries import (
    applicable,
    examples,
    offered_traits,
    trait_history,
    traits_of,
    values_now,
    vocabulary,
)
from annotations.traits.values import say_value


def sorting_trait(project_id: int, key: str | None) -> Trait | None:
    """The trait that a page is sorted by: `trait_values=egg_sac`. Raises ValidationError for one that there is not."""
    if not key:
        return None
    trait = vocabulary(project_id).filter(key=key).first()
    if trait is None:
        raise ValidationError(f"`trait_values` is {key!r}, but this project offers no such trait.")
    return trait


def with_vignette_labels(objects: list[dict], trait: Trait | None) -> list[dict]:
    """Each object with its `vignette_label`: version, state, label, score, and whether there is a label at all."""
    if trait is None:
        return [{**row, "vignette_label": _labelled(row)} for row in objects]
    values = {entry["id"]: entry for entry in values_now(trait.pk, [row["id"] for row in objects])}
    return [{**row, "vignette_label": _value_label(trait, values[row["id"]])} for row in objects]


def _labelled(row: dict) -> dict:
    taxon = row["taxon"] or {"id": "", "name": ""}
    return {
        "version": row["version"],
        "state": row["state"],
        "key": taxon["id"],
        "label": taxon["name"],
        "score": row["score"],
    }


def _value_label(trait: Trait, entry: dict) -> dict:
    has_value = entry["value"] is not None
    return {
        "version": entry["version"],
        "state": entry["state"],
        "key": 1 if has_value else "",
        "label": say_value(trait, entry["value"]) if has_value else "",
        "score": entry["score"],
    }


def trait_choices(project_id: int) -> list[dict]:
    """The vocabulary as the bench's scripts need it."""
    traits = offered_traits(project_id)
    by_trait = examples(project_id) if traits else {}
    return [trait_for_scripts(trait, by_trait.get(trait.pk, ())) for trait in traits]


def trait_for_scripts(trait: Trait, its_examples: Iterable[dict] = ()) -> dict:
    """With its example images, where they may be seen."""
    return {
        "examples": [
            {"choice": one["choice"], "url": thumbnail_url(one["url"], one["width"], one["height"])}
            for one in its_examples
        ],
        "key": trait.key,
        "name": trait.name,
        "kind": trait.kind,
        "unit": trait.unit,
        "choices": trait.choices,
        "quick": trait.quick_key,
        "icon": trait.icon,
        "help": trait.help,
        "default": trait.default,
    }


def traits_in_words(project_id: int, object_id: int) -> list[dict]:
    """Of one object: every trait that applies or has a value, and what is said of it."""
    values = traits_of([object_id]).get(object_id, {})
    applying = set(applicable(project_id, [object_id]))
    example_ids = set(TraitExample.objects.filter(object=object_id).values_list("trait_id", "object_id"))
    entries = []
    for trait in Trait.objects.filter(project=project_id):
        entry = values.get(trait.key)
        if entry:
            words = say_value(trait, entry["value"])
            is_example = (trait.pk, object_id) in example_ids
            entries.append({"trait": trait, "words": words, "is_example": is_example, **entry})
        elif trait.pk in applying:
            entries.append({"trait": trait, "words": "", "state": "unclassified"})
    return entries


def trait_history_in_words(project_id: int, object_id: int) -> list[dict]:
    """Every change of its traits, newest first, with the new value in words."""
    traits = {trait.key: trait for trait in Trait.objects.filter(project=project_id)}
    return [{**entry, "words": _in_words(traits, entry)} for entry in trait_history(object_id)]


def _in_words(traits: dict[str, Trait], entry: dict) -> str:
    value = entry["to"]["value"]
    return "" if value is None else say_value(traits[entry["trait"]["key"]], value)
