from dataclasses import dataclass

from django import template

from annotations.common.figures import in_figures
from annotations.common.numbers import is_number
from classifier.contract.measurements import UNITS

register = template.Library()
DIGITS = 4  # significant ones: more says nothing of an organism


@dataclass(frozen=True)
class FieldLine:
    name: str
    text: str  # as it is read
    exact: str  # as it is kept
    unit: str
    is_number: bool


@register.filter
def measured(fields: dict[str, object]) -> list[FieldLine]:
    """The free columns of an object that have a value, with sensible digits. Seston's own have units; those of a
    package are as they came: what they are in only their maker knows."""
    return [
        FieldLine(name, in_digits(value), str(value), UNITS.get(name, ""), is_number(value))
        for name, value in fields.items()
        if value is not None
    ]


@register.filter
def significant(value: float | None) -> str:
    """A figure with sensible digits; a dash where there is none."""
    return "–" if value is None else in_digits(value)


@register.filter
def figure(value: object) -> str:
    """The same of what was worked out, with three digits; a template makes an empty text of what is not there."""
    return in_figures(value if is_number(value) else None)


def in_digits(value: object) -> str:
    """`0.001235` for 0.0012345678, `1235` for 1234.56; whole numbers and texts stay as they are."""
    if not is_number(value):
        return str(value)
    if float(value).is_integer() and abs(value) < 1e15:
        return str(int(value))
    rounded = f"{value:.{DIGITS}g}"
    return rounded if "e" not in rounded or abs(value) < 1e-4 else str(round(value))
