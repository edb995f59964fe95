"""The fields of the filter form: where each stands, and with what it is filled in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from annotations.accounts.models import User

FieldChoice = tuple[object, str]  # what the URL takes, what a person reads
FieldChoices = Callable[[int, User | None], Sequence[FieldChoice]]  # those of a project, for a person


@dataclass(frozen=True)
class Group:
    """A fieldset of the form; the lowest place comes first."""

    legend: str
    place: int
    is_wide: bool = False
    style: str = ""  # a class of filters.css


SCORE = Group("Score", 10)
DEPTH = Group("Depth, m", 20)
TIME_TAKEN = Group("Taken", 30)
SUN = Group("Sun", 40)
MONTHS = Group("Months", 50, style="months")
LABELLED = Group("Labelled", 60)
SECOND_THOUGHTS = Group("Second thoughts", 80)
INSTRUMENT = Group("Instrument", 90)
FREE_COLUMNS = Group("Free columns", 120, is_wide=True)
POSITION = Group("Position", 130, is_wide=True)
OBJECT_ID = Group("Object id", 140)


@dataclass(frozen=True, kw_only=True)
class Widget:
    """Each kind has a template of its own in templates/search/widgets/."""

    template: ClassVar[str]
    choices: FieldChoices | None = None
    hint: str = ""
    if_none: str = ""  # said where a project has nothing to choose; without it the field is left out there


@dataclass(frozen=True, kw_only=True)
class Input(Widget):
    template = "search/widgets/input.html"
    type: str = "text"
    inputmode: str = ""
    placeholder: str = ""
    pattern: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Select(Widget):
    """One of the choices; `empty` is what none of them means."""

    template = "search/widgets/select.html"
    empty: str = "any"


@dataclass(frozen=True, kw_only=True)
class Ticks(Widget):
    """A box to tick for each choice, or for the only one."""

    template = "search/widgets/ticks.html"


@dataclass(frozen=True, kw_only=True)
class Comparisons(Widget):
    """Lines such as area>=100, as many as are needed; the choices are suggestions."""

    template = "search/widgets/comparisons.html"
    placeholder: str = ""


@dataclass(frozen=True, kw_only=True)
class Map(Widget):
    """The four edges of a box, and a map of the samples on which it is drawn."""

    template = "search/widgets/map.html"
    edges: ClassVar = [
        ("west", 180),
        ("south", 90),
        ("east", 180),
        ("north", 90),
    ]  # and the most degrees of each
    places: Callable[[int], list]  # of a project: (name, latitude, longitude, number of objects)


@dataclass(frozen=True)
class FormField:
    group: Group
    label: str
    widget: Widget


NUMBER = Input(inputmode="decimal")
DAY = Input(type="date")


def tick(text: object, words: str) -> Ticks:
    """A single box: what the URL then says, and what it means."""
    return Ticks(choices=lambda project_id, user: [(text, words)])
