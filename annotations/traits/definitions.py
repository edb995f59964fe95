"""What a definition of a trait may say: it is set on the trait here, or refused with the field and the remedy."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import all_in_use
from annotations.traits.models import UNITS, YES_NO, FromMarks, Trait, TraitValue
from annotations.traits.values import read_value
from classifier.contract.traits import TraitKind

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


def trait_key(name: str) -> str:
    key = slugify(name).replace("-", "_")[:60]
    if not key:
        raise ValidationError({"name": "A trait needs a name with letters in it."})
    return key


def set_fields(trait: Trait, fields: dict[str, Any]) -> None:
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
    if trait.kind == TraitKind.MEASURE and not trait.unit:
        raise ValidationError({"unit": "A measure needs a unit: µm, mm, % …"})
    if trait.quick_key and not re.fullmatch(r"[a-z0-9]", trait.quick_key):
        raise ValidationError({"quick_key": "A quick key is one letter from a to z, or a digit."})
    _check_marks(trait)
    trait.full_clean()
    named = {choice["name"]: choice["key"] for choice in trait.choices}
    default = named.get(trait.default, trait.default) if isinstance(trait.default, str) else trait.default
    trait.default = None if default in (None, "") else read_value(trait, default).as_json()


def refuse_names(fields: dict[str, Any], present: list[int]) -> None:
    if more := set(fields.get("applies_to_names", [])) - set(present):
        raise ValidationError(
            {"applies_to_names": f"The trait has no name {min(more)}. Packages bring names: give it taxa."}
        )


def _taxa(ids: list[int]) -> list[int]:
    return list(Taxon.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _choices(trait: Trait) -> list[dict]:
    """With a key for each; `yes` and `no` for a flag, none for what is not chosen from a list."""
    if trait.kind not in list(TraitKind):
        raise ValidationError({"kind": f"{trait.kind!r} is none of {', '.join(TraitKind)}."})
    kind = TraitKind(trait.kind)
    if kind == TraitKind.FLAG:
        return YES_NO
    if not kind.is_chosen:
        return []
    choices = [choice for choice in map(_choice, trait.choices) if choice["name"]]
    if len({choice["key"] for choice in choices}) < len(choices):
        raise ValidationError({"choices": "Two of the choices are the same."})
    if len(choices) < 2:
        raise ValidationError({"choices": f"{trait.name} needs two choices at least, one a line."})
    return choices


def _choice(entry: str | dict) -> dict:
    name = entry if isinstance(entry, str) else entry.get("name", "")
    key = "" if isinstance(entry, str) else entry.get("key", "")
    name = " ".join(str(name).split())[:100]
    if key and not re.fullmatch(r"[a-z0-9_]{1,60}", str(key)):
        raise ValidationError({"choices": f"The key {key!r} takes small letters, digits and _ only."})
    return {"key": str(key) or (trait_key(name) if name else ""), "name": name}


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
    if not TraitKind(trait.kind).is_number or (trait.kind == TraitKind.COUNT) != (
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
    if other.project_id != trait.project_id or not TraitKind(other.kind).is_chosen:
        raise ValidationError({"only_if": "The condition is a trait of this project with a list of choices."})
    above: Trait | None = other
    while above is not None:
        if above.pk == trait.pk:
            raise ValidationError({"only_if": f"{trait.name} would depend on itself."})
        above = above.only_if
    keys = [choice["key"] for choice in other.choices]
    if not trait.only_if_choices or any(key not in keys for key in trait.only_if_choices):
        raise ValidationError(
            {"only_if_choices": f"Say with which value of {other.name}: {', '.join(keys)}."}
        )


def refuse_loss(before: Trait, after: Trait) -> None:
    removed = {c["key"] for c in before.choices} - {c["key"] for c in after.choices}
    if (before.kind != after.kind or removed) and (reading := before.readings.first()):
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
    for key in removed:
        if count := values.filter(choices__contains=[key]).count():
            name = before.choice_name(key)
            raise ValidationError({"choices": f"{count:,} objects have {name!r}: give them another first."})
        if Trait.objects.filter(only_if=before, only_if_choices__contains=[key]).exists():
            raise ValidationError(
                {"choices": f"Another trait applies only with {before.choice_name(key)!r}."}
            )
