"""Samples in groups, each of a colour: by month, by the sun, by depth, or by a free column."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import pairwise

from django.core.exceptions import ValidationError

from annotations.common.plots.series import MOST_SERIES
from annotations.common.plots.ticks import linear_ticks
from annotations.projects.models import Project
from annotations.results.comparison.query import DEPTH, FREE, MONTH, SUN, ComparisonQuery
from annotations.results.gradients.places import MONTHS, ends_by_sample
from annotations.samples.models import DayPhase, Sample

NOT_STATED, SEVERAL, OTHERS = "not stated", "several", "others"
MOST_VALUES = 5  # of numbers that are groups by themselves
CLASSES = 6  # at most, of more numbers
LONGEST = 60  # letters of a value in a legend


@dataclass(frozen=True)
class SampleGroup:
    """`shade` from 0 to 1 of a class of numbers; None of a name."""

    name: str
    samples: frozenset[int]
    shade: float | None = None


def columns_of(samples: Sequence[int]) -> list[str]:
    """The free columns that one of the samples has a value in."""
    fields = Sample.objects.filter(pk__in=samples).values_list("fields", flat=True)
    return sorted({name for each in fields for name, text in each.items() if text})


def colour_groups(project: Project, query: ComparisonQuery, samples: Sequence[int]) -> list[SampleGroup]:
    """Every sample is in one group. Raises ValidationError where no sample has the column."""
    values = _values(project, query.colour, samples) if query.colour else dict.fromkeys(samples, "")
    numbers = {sample: number for sample, text in values.items() if (number := _number(text)) is not None}
    stated = {sample for sample, text in values.items() if text not in (NOT_STATED, SEVERAL)}
    if numbers.keys() == stated and len(set(numbers.values())) > MOST_VALUES:
        rest = {sample: text for sample, text in values.items() if sample not in stated}
        return _classes(numbers) + _names(rest)
    return _names(values)


def _values(project: Project, colour: str, samples: Sequence[int]) -> dict[int, str]:
    if colour.startswith(FREE):
        return _of_column(colour.removeprefix(FREE), samples)
    ends = {each["sample"]: each for each in ends_by_sample(project, samples)}
    read = {MONTH: _month, SUN: _sun, DEPTH: _depth}[colour]
    return {sample: read(ends[sample]) if sample in ends else NOT_STATED for sample in samples}


def _of_column(name: str, samples: Sequence[int]) -> dict[int, str]:
    fields = dict(Sample.objects.filter(pk__in=samples).values_list("pk", "fields"))
    if not any(name in each for each in fields.values()):
        raise ValidationError(f"No sample here has a column {name!r}: `colour` takes one that some have.")
    return {sample: fields[sample].get(name, "").strip()[:LONGEST] or NOT_STATED for sample in samples}


def _month(ends: Mapping) -> str:
    if ends["without_time"]:
        return NOT_STATED
    first, last = (ends[name].astimezone(UTC).month for name in ("first", "last"))
    return MONTHS[first - 1] if first == last else SEVERAL


def _sun(ends: Mapping) -> str:
    if not ends["first_sun"]:
        return NOT_STATED
    is_one = ends["first_sun"] == ends["last_sun"]
    return DayPhase(ends["first_sun"]).name.lower() if is_one else SEVERAL


def _depth(ends: Mapping) -> str:
    """The middle between the highest and the lowest object."""
    return NOT_STATED if ends["without_depth"] else str((ends["top"] + ends["bottom"]) / 2)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < 1e12 else None


def _classes(numbers: Mapping[int, float]) -> list[SampleGroup]:
    """Between round numbers, the last one with its end."""
    edges = linear_ticks(min(numbers.values()), max(numbers.values()), most=CLASSES)
    groups = []
    for place, (low, high) in enumerate(pairwise(edges)):
        is_last = place == len(edges) - 2
        members = {s for s, number in numbers.items() if low <= number < high or (is_last and number == high)}
        groups.append(
            SampleGroup(f"{low:g} to {high:g}", frozenset(members), (place + 0.5) / (len(edges) - 1))
        )
    return [group for group in groups if group.samples]


def _names(values: Mapping[int, str]) -> list[SampleGroup]:
    """The most frequent, in the order of the year or of their names; all others are one."""
    times = Counter(values.values())
    frequent = [name for name, _ in times.most_common()]
    if len(frequent) > MOST_SERIES:
        frequent = frequent[: MOST_SERIES - 1]
    groups: dict[str, set[int]] = {name: set() for name in sorted(frequent, key=_place)}
    for sample, name in values.items():
        groups.setdefault(name if name in frequent else OTHERS, set()).add(sample)
    return [SampleGroup(name, frozenset(members)) for name, members in groups.items()]


def _place(name: str) -> tuple:
    number = _number(name)
    is_month = name in MONTHS
    return (
        name in (NOT_STATED, SEVERAL),
        MONTHS.index(name) if is_month else 0,
        number is None,
        number or 0,
        name.casefold(),
    )
