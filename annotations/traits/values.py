"""A trait's value: read from what people and clients say, and said again."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from annotations.traits.models import Kind, Trait

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


def read_value(trait: Trait, given: object) -> Value:
    """Raises ValidationError that names the trait and what it takes."""
    kind = Kind(trait.kind)
    if given == HIDDEN:
        return Value(is_hidden=True)
    if kind.is_number:
        return Value(number=_number(trait, given))
    if kind == Kind.TEXT:
        return Value(text=_text(trait, given))
    return Value(choices=_choices(trait, given))


def read_cell(trait: Trait, cell: str) -> Value:
    """From a table: a number, words, choices as `spread,broken`, or HIDDEN_CELL. Raises as `read_value`."""
    if cell == HIDDEN_CELL:
        return read_value(trait, HIDDEN)
    return read_value(trait, cell.split(",") if Kind(trait.kind).is_chosen else cell)


def say_value(trait: Trait, value: object) -> str:
    """In words, from the JSON of `Value.as_json`."""
    if value == HIDDEN:
        return "not visible"
    if isinstance(value, int | float):
        return f"{value:g} {trait.unit}".strip()
    if isinstance(value, str):
        return value if trait.kind == Kind.TEXT else trait.choice_name(value)
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
    is_listed = Kind(trait.kind).is_chosen
    return read_value(trait, text.split(",") if is_listed else text)


def _number(trait: Trait, given: object) -> float:
    try:
        number = float(given) if isinstance(given, int | float | str) else math.nan
    except ValueError:
        number = math.nan
    if isinstance(given, bool) or not math.isfinite(number):
        raise ValidationError(f"{trait.name} is {given!r}, but takes a number{_in_unit(trait)}.")
    if trait.kind == Kind.COUNT and (number < 0 or not number.is_integer()):
        raise ValidationError(f"{trait.name} is {given}, but is a count: a whole number from 0.")
    return number


def _in_unit(trait: Trait) -> str:
    return f" in {trait.unit}" if trait.unit else ""


def _text(trait: Trait, given: object) -> str:
    if not isinstance(given, str) or not given.strip() or "\0" in given:
        raise ValidationError(f"{trait.name} takes some words.")
    if len(given) > LONGEST_TEXT:
        raise ValidationError(f"{trait.name} has {len(given):,} letters, but takes {LONGEST_TEXT:,} at most.")
    return given.strip()


def _choices(trait: Trait, given: object) -> tuple[str, ...]:
    """In the vocabulary's order, so that the same choices are always the same value."""
    chosen = [given] if isinstance(given, str) else given
    known = [choice["key"] for choice in trait.choices]
    if not isinstance(chosen, list) or not chosen or any(key not in known for key in chosen):
        raise ValidationError(f"{trait.name} is {given!r}, but takes one of {', '.join(known)}.")
    if len(chosen) > 1 and trait.kind != Kind.SEVERAL:
        raise ValidationError(f"{trait.name} takes one of {', '.join(known)}, not several.")
    return tuple(key for key in known if key in chosen)
