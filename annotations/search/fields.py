"""The fields of the filter form: where each stands, and with what it is filled in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from annotations.accounts.models import User

FieldChoice = tuple[object, str]  # what the URL takes, what a person reads
FieldChoices = Callable[[int, User | None], Sequence[FieldChoice]]  # those of a project, for a person


@dataclass(frozen=True)
class Section:
    """What fieldsets of the form are about; it can be folded. The lowest place comes first."""

    key: str  # by which a browser remembers that it is folded
    title: str
    place: int


HOW_SURE = Section(
    "how-sure", "How sure", 10
)  # what most look for; taxon, state and sample are beside the vignettes
WHAT = Section("what", "What", 20)
WHEN = Section("when", "When", 30)
WHERE = Section("where", "Where", 40)
WHO = Section("who", "Who", 50)
TRAITS = Section("traits", "Traits and marks", 60)
COLUMNS = Section("columns", "Columns", 70)


@dataclass(frozen=True)
class Group:
    """A fieldset of a section; the lowest place comes first."""

    legend: str
    place: int
    section: Section = WHAT
    is_wide: bool = False
    style: str = ""  # a class of filters.css


SCORE = Group("Score", 10, HOW_SURE)
DEPTH = Group("Depth, m", 20, WHERE)
TIME_TAKEN = Group("Taken", 30, WHEN)
SUN = Group("Sun", 40, WHEN)
MONTHS = Group("Months", 50, WHEN, style="months")
LABELLED = Group("Labelled", 60, WHO)
SECOND_THOUGHTS = Group("Second thoughts", 80, HOW_SURE)
INSTRUMENT = Group("Instrument", 90, WHAT)
FREE_COLUMNS = Group("Free columns", 120, COLUMNS, is_wide=True)
POSITION = Group("Position", 130, WHERE, is_wide=True)
OBJECT_ID = Group("Object id", 140, WHAT)


@dataclass(frozen=True, kw_only=True)
class Widget:
    """Each kind has a template of its own in templates/search/widgets/."""

    template: ClassVar[str]
    choices: FieldChoices | None = None
    # in the place of `choices`: the key of a list of `projects/optionlists.py`, which may be long
    options: str = ""
    hint: str = ""
    if_none: str = ""  # said where a project has nothing to choose; without it the field is left out there


@dataclass(frozen=True, kw_only=True)
class Input(Widget):
    template = "search/widgets/input.html"
    inputmode: str = ""
    placeholder: str = ""
    pattern: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Day(Widget):
    """A date as YYYY-MM-DD, the same in every browser; a calendar beside it writes one."""

    template = "search/widgets/day.html"


@dataclass(frozen=True, kw_only=True)
class Select(Widget):
    """One of the options; `empty` is what none of them means."""

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
SHARE = Input(inputmode="decimal", placeholder="0 to 1")
DAY = Day()


def tick(text: object, words: str) -> Ticks:
    """A single box: what the URL then says, and what it means."""
    return Ticks(choices=lambda project_id, user: [(text, words)])
