"""What the points of a map can be coloured by, as SQL, and what a page says of it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from annotations.labels.tally import project_counts
from annotations.maps.taxon_colours import taxon_groups
from annotations.projects.models import Project
from annotations.samples.models import State
from annotations.search.columns import free_column
from annotations.search.order import ORDERS, parse_order
from annotations.traits.models import Trait
from annotations.traits.queries import vocabulary
from classifier.contract.measurements import UNITS
from classifier.contract.traits import TraitKind

STATES = {
    State.VALIDATED: "--validated",
    State.MACHINE_VALIDATED: "--machine",
    State.PREDICTED: "--predicted",
    State.DUBIOUS: "--dubious",
    State.UNCLASSIFIED: "--unclassified",
}
NUMBERS = ("score", "margin", "entropy", "depth")
NOVELTY = "LEFT JOIN learning_prediction p ON p.object_id = o.id AND p.is_current"
CHOICE_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#9a6324", "#6a51a3")
GREY = "#9aa4a8"


@dataclass(frozen=True)
class ColourGroup:
    """Points of one colour: `key` is the value that they have, `colour` a hex number or the name of a CSS variable."""

    key: float
    name: str
    colour: str
    branch: str = ""  # of the tree, whose taxa share a hue
    query: str = ""  # of the filter that finds them
    is_italic: bool = False  # how its name is written, and its branch's
    is_branch_italic: bool = False


@dataclass(frozen=True)
class Colouring:
    """`value` is SQL over samples_object `o` and what `join` adds; null where an object has none.

    With `groups` each value is the key of one, and what is none of them is the last one. Without, values are numbers.
    """

    text: str
    title: str
    value: str
    join: str = ""
    params: list = field(default_factory=list)
    groups: tuple[ColourGroup, ...] = ()


def parse_colouring(text: str, project: Project) -> Colouring:
    """`taxon`, `state`, `score`, `novelty`, `trait:eggs`, `field:area` … Raises ValidationError that lists them."""
    name, _, argument = (text or "taxon").partition(":")
    if name in KINDS:
        return KINDS[name](project, argument)
    if name in NUMBERS:
        order = parse_order(name, project.pk)
        return Colouring(name, _with_unit(ORDERS[name].title, "m" if name == "depth" else ""), order.key)
    raise ValidationError(
        f"`colour` is {text!r}, but takes one of {', '.join((*KINDS, *NUMBERS))}; "
        "`trait` and `field` with a colon and a name."
    )


def _by_taxon(project: Project, _: str) -> Colouring:
    groups = tuple(ColourGroup(*row) for row in taxon_groups(project_counts(project.pk)))
    return Colouring("taxon", "taxon", "coalesce(o.taxon_id, 0)", groups=groups)


def _by_state(project: Project, _: str) -> Colouring:
    groups = (
        ColourGroup(ord(state.value), state.word, colour, query=f"state={state.word}")
        for state, colour in STATES.items()
    )
    return Colouring("state", "state", "ascii(o.state)", groups=tuple(groups))


def _by_novelty(project: Project, _: str) -> Colouring:
    return Colouring("novelty", "novelty", "p.novelty", join=NOVELTY)


def _by_field(project: Project, name: str) -> Colouring:
    column = free_column(name, project.pk, "colour")
    if column.position is None:
        raise ValidationError(
            f"`colour` is about {name!r}, which holds texts: choose a column of numbers, or a trait."
        )
    join = "JOIN samples_objectfields w ON w.object_id = o.id"
    return Colouring(
        f"field:{name}",
        _with_unit(name, UNITS.get(name, "")),
        f'w."values"[{column.position + 1:d}]',
        join=join,
    )


def _by_trait(project: Project, key: str) -> Colouring:
    trait = vocabulary(project.pk).filter(key=key).first()
    if trait is None:
        raise ValidationError(f"`colour` is about the trait {key!r}, but this project offers no such trait.")
    join = f"LEFT JOIN traits_traitvalue tv ON tv.object_id = o.id AND tv.trait_id = {trait.pk:d}"
    if TraitKind(trait.kind).is_number:
        return Colouring(f"trait:{key}", _with_unit(trait.name, trait.unit), "tv.number", join=join)
    if not TraitKind(trait.kind).is_chosen:
        raise ValidationError(f"`colour` is about the trait {key!r}, which is a text: choose another.")
    keys = [choice["key"] for choice in trait.choices]
    # of several choices the first one
    place = "CASE WHEN tv.state <> 'U' THEN array_position(%s::varchar[], tv.choices[1]) END"
    return Colouring(f"trait:{key}", trait.name, place, join, [keys], _choices(trait))


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _choices(trait: Trait) -> tuple[ColourGroup, ...]:
    """The first eight have a colour of their own."""
    colours = [*CHOICE_COLOURS, *[GREY] * len(trait.choices)]
    chosen = (
        ColourGroup(place, choice["name"], colours[place - 1], query=f"trait={trait.key}={choice['key']}")
        for place, choice in enumerate(trait.choices, 1)
    )
    return (*chosen, ColourGroup(-1, "not looked at", GREY))


KINDS: dict[str, Callable[[Project, str], Colouring]] = {
    "taxon": _by_taxon,
    "state": _by_state,
    "novelty": _by_novelty,
    "trait": _by_trait,
    "field": _by_field,
}
