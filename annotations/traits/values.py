"""A trait's value: read from what people and clients say, and said again."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from annotations.traits.models import Trait
from classifier.contract.traits import TraitKind

HIDDEN = {"hidden": True}  # what the API says for "looked at, and not to be seen"
HIDDEN_CELL = "(not visible)"  # what a table says
NOT_VISIBLE = "-"  # the same in an address: neither the key of a choice nor a number
LONGEST_TEXT = 2000


@dataclass(frozen=True)
class Value:
    choices: tuple[str, ...] = ()
    number: float | None = None
    text: str = ""
    is_hidden: bool = False

    def as_json(self) -> object:
        """`["yes"]`, `3.5`, `"some words"` or `{"hidden": true}`: what `read_value` takes, as it takes `"yes"`."""
        if self.is_hidden:
            return HIDDEN
        if self.number is not None:
            return int(self.number) if self.number.is_integer() else self.number
        return self.text or list(self.choices)


def read_value(trait: Trait, raw: object) -> Value:
    """Raises ValidationError that names the trait and what it takes."""
    kind = TraitKind(trait.kind)
    if raw == HIDDEN:
        return Value(is_hidden=True)
    if kind.is_number:
        return Value(number=_number(trait, raw))
    if kind == TraitKind.TEXT:
        return Value(text=_text(trait, raw))
    return Value(choices=_choices(trait, raw))


def read_cell(trait: Trait, cell: str) -> Value:
    """From a table: a number, words, choices as `spread,broken`, or HIDDEN_CELL. Raises as `read_value`."""
    if cell == HIDDEN_CELL:
        return read_value(trait, HIDDEN)
    return read_value(trait, cell.split(",") if TraitKind(trait.kind).is_chosen else cell)


def say_value(trait: Trait, value: object) -> str:
    """In words, from the JSON of `Value.as_json`."""
    if value == HIDDEN:
        return "not visible"
    if isinstance(value, int | float):
        return f"{value:g} {trait.unit}".strip()
    if isinstance(value, str):
        return value if trait.kind == TraitKind.TEXT else trait.choice_name(value)
    return ", ".join(trait.choice_name(key) for key in value) if isinstance(value, Iterable) else ""


def spell_value(value: object) -> str:
    """The JSON of `Value.as_json` in an address: `yes`, `spread,broken`, `3.5`; `-` is not visible."""
    if value == HIDDEN:
        return NOT_VISIBLE
    return ",".join(value) if isinstance(value, list) else str(value)


def spelt_value(trait: Trait, text: str) -> Value:
    """As `read_value`, of what `spell_value` gave."""
    if text == NOT_VISIBLE:
        return Value(is_hidden=True)
    is_listed = TraitKind(trait.kind).is_chosen
    return read_value(trait, text.split(",") if is_listed else text)


def _number(trait: Trait, raw: object) -> float:
    try:
        number = float(raw) if isinstance(raw, int | float | str) else math.nan
    except ValueError:
        number = math.nan
    if isinstance(raw, bool) or not math.isfinite(number):
        raise ValidationError(f"{trait.name} is {raw!r}, but takes a number{_in_unit(trait)}.")
    if trait.kind == TraitKind.COUNT and (number < 0 or not number.is_integer()):
        raise ValidationError(f"{trait.name} is {raw}, but is a count: a whole number from 0.")
    return number


def _in_unit(trait: Trait) -> str:
    return f" in {trait.unit}" if trait.unit else ""


def _text(trait: Trait, raw: object) -> str:
    if not isinstance(raw, str) or not raw.strip() or "\0" in raw:
        raise ValidationError(f"{trait.name} takes some words.")
    if len(raw) > LONGEST_TEXT:
        raise ValidationError(f"{trait.name} has {len(raw):,} letters, but takes {LONGEST_TEXT:,} at most.")
    return raw.strip()


def _choices(trait: Trait, raw: object) -> tuple[str, ...]:
    """In the vocabulary's order, so that the same choices are always the same value."""
    chosen = [raw] if isinstance(raw, str) else raw
    keys = [choice["key"] for choice in trait.choices]
    if not isinstance(chosen, list) or not chosen or any(key not in keys for key in chosen):
        raise ValidationError(f"{trait.name} is {raw!r}, but takes one of {', '.join(keys)}.")
    if len(chosen) > 1 and trait.kind != TraitKind.SEVERAL:
        raise ValidationError(f"{trait.name} takes one of {', '.join(keys)}, not several.")
    return tuple(key for key in keys if key in chosen)
