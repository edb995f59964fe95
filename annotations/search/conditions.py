"""What a filter can ask beyond taxon, state and sample: each kind reads a text, says it in words, and gives its SQL."""

from calendar import month_name
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from annotations.accounts.models import User
from annotations.gallery.column_conditions import of_columns, say_columns
from annotations.gallery.readers import (
    box,
    cell,
    compared_reading,
    comparison,
    day,
    hour,
    month,
    novelty,
    number,
    span,
    sun,
    times,
    whole,
    words,
    yes,
)
from annotations.gallery.reading_conditions import may_compare, read_alike, say_readings
from annotations.gallery.trait_conditions import of_trait_states, of_traits, say_traits
from annotations.learning.queries import models_seen_by
from annotations.projects.access import projects_seen_by
from annotations.projects.annotators import accounts_of
from annotations.projects.models import Membership
from annotations.samples.models import Acquisition, Object, Sun
from annotations.similarity.queries import likeness_to, nearest
from annotations.taxonomy.queries import names_of
from annotations.taxonomy.replacements import in_use, meaning
from annotations.traits.tables import MEAN_DEPTH

Sql = tuple[str, list]
LIKE_IT = 1000  # objects nearest to one: what `similar` shows


@dataclass(frozen=True)
class Kind:
    """`read` turns the text of a URL into a value and raises ValidationError with the remedy; `sql` is a condition over
    samples_object `o`, given the value and the project; `say` is what the chip shows.
    """

    label: str
    read: Callable[[str, str], object]
    sql: Callable[[Any, int], Sql]
    say: Callable[[Any], str]
    is_many: bool = False  # several values, any of which may match (`field`: all of which must)
    samples: Callable[[Any], Sql] | None = (
        None  # which samples may hold matches: a condition over samples_extent `e`
    )
    may_ask: Callable[[Any, User | None], bool] = lambda value, user: True  # not every member may know all


@dataclass(frozen=True)
class Condition:
    """One condition of a filter, with its values as the URL has them."""

    name: str
    texts: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return KINDS[self.name]

    @property
    def values(self) -> list:
        return [self.kind.read(text, self.name) for text in self.texts]

    @property
    def samples(self) -> Sql | None:
        """Where to look: what the samples must have, or None when any may hold a match."""
        if self.kind.samples is None:
            return None
        return self.kind.samples(self.values if self.kind.is_many else self.values[0])

    def sql(self, project_id: int) -> Sql:
        return self.kind.sql(self.values if self.kind.is_many else self.values[0], project_id)

    def __str__(self) -> str:
        return self.kind.say(self.values if self.kind.is_many else self.values[0])


# --- SQL --------------------------------------------------------------------------------------------------------------


def simple(condition: str) -> Callable[[Any, int], Sql]:
    return lambda value, project_id: (condition, [value])


def of_taxon(condition: str) -> Callable[[Any, int], Sql]:
    """What is kept of a model's answers may still speak of taxa that were merged since."""
    return lambda value, project_id: (condition, [meaning(in_use([value]).values())])


def flag(condition: str) -> Callable[[Any, int], Sql]:
    return lambda value, project_id: (condition, [])


def _acquisitions_of(instruments: list[str], project_id: int) -> Sql:
    found = Acquisition.objects.filter(sample__project=project_id, instrument__in=instruments)
    return "o.acquisition_id = ANY(%s)", [list(found.values_list("pk", flat=True))]


def _between_times(value: tuple[time, time], project_id: int) -> Sql:
    """Of the day, UTC; from 22:00 to 04:00 goes over midnight."""
    start, end = value
    join = "AND" if start <= end else "OR"
    clock = "(o.taken_at AT TIME ZONE 'UTC')::time"
    return f"o.has_time AND ({clock} >= %s {join} {clock} <= %s)", [start, end]


def _inside(value: tuple[float, ...], project_id: int) -> Sql:
    west, south, east, north = value
    join = "AND" if west <= east else "OR"
    return (
        f"o.latitude >= %s AND o.latitude <= %s AND (o.longitude >= %s {join} o.longitude <= %s)",
        [south, north, west, east],
    )


def _near(object_id: int, project_id: int) -> Sql:
    found = nearest(likeness_to(object_id, project_id), project_id, LIKE_IT)
    return "o.id = ANY(%s)", [[near for near, _ in found]]


def _hours(start: time, end: time) -> list[int]:
    """The hours of the day that lie in a span, begun ones included."""
    last = end.hour if start <= end else end.hour + 24
    return [hour % 24 for hour in range(start.hour, last + 1)]


def _touched(value: tuple[float, ...]) -> Sql:
    west, south, east, north = value
    join = "AND" if west <= east else "OR"
    return (
        f"e.north >= %s AND e.south <= %s AND (e.east >= %s {join} e.west <= %s)",
        [south, north, west, east],
    )


ORIGINAL_ID = (
    "o.id IN (SELECT w.object_id FROM samples_objectfields w WHERE w.project_id = %s AND w.original_id = %s)"
)
HELD_OUT = """o.id IN (SELECT h.object_id FROM learning_heldout h
              WHERE h.model_id = %s AND h.taxon_id = %s AND h.predicted_id = %s AND h.fold = 'test')"""
SUSPECT = "o.id IN (SELECT h.object_id FROM learning_heldout h WHERE h.model_id = %s AND h.is_suspect)"
# 0.95 again, in words that the index of the few that are novel is known by
NOVEL = """o.id IN (SELECT p.object_id FROM learning_prediction p
           WHERE p.novelty >= 0.95 AND p.novelty >= %s::float8 / 100)"""
CANDIDATE = "o.id IN (SELECT p.object_id FROM learning_prediction p WHERE p.candidates && %s::bigint[])"
ASSIGNED = "o.sample_id IN (SELECT a.sample_id FROM assignments_assignment a WHERE a.user_id = ANY(%s))"
COMMENTED = """o.id IN (SELECT m.object_id FROM discussions_comment m
               WHERE m.project_id = %s AND m.object_id IS NOT NULL AND m.removed IS NULL)"""
# with one of these labels, by anybody
MARKED = """EXISTS (SELECT FROM marks_mark m JOIN marks_marklabel l ON l.id = m.label_id
            WHERE m.object_id = o.id AND m.removed IS NULL AND l.key = ANY(%s))"""
# labels, or values of traits; an undo's own number too
CHANGED = """o.id IN (SELECT c.object_id FROM labels_change c WHERE c.batch_id = %s
             UNION SELECT c.object_id FROM traits_traitchange c WHERE c.batch_id = %s)"""
DISAGREES = """o.state IN ('V', 'D') AND EXISTS (SELECT FROM learning_prediction p
               WHERE p.object_id = o.id AND p.taxa[1] <> o.taxon_id
               AND NOT EXISTS (
                   SELECT FROM taxonomy_taxon r WHERE r.id = p.taxa[1] AND r.replaced_by_id = o.taxon_id))"""
SECOND = "EXISTS (SELECT FROM learning_prediction p WHERE p.object_id = o.id AND p.taxa[2] = ANY(%s))"
# somebody gave another taxon than the person before, and did not take it back
CONTESTED = """EXISTS (SELECT FROM labels_change c JOIN labels_batch b ON b.id = c.batch_id
               WHERE c.object_id = o.id AND b.kind = 'label' AND c.from_annotator_id <> b.user_id
               AND c.from_taxon_id <> c.to_taxon_id AND NOT b.is_undone)"""


# --- Saying -----------------------------------------------------------------------------------------------------------


def _names(values: Iterable) -> str:
    return ", ".join(map(str, values))


def _acquisitions(values: list[int]) -> str:
    return _names(Acquisition.objects.filter(pk__in=values).values_list("original_id", flat=True))


def _by_people(values: list[int], _: int) -> Sql:
    """Labels that came with a package count as those of the member who is linked to their annotator."""
    return "o.annotator_id = ANY(%s)", [accounts_of(values)]


def _people(values: list[int]) -> str:
    return "by " + _names(user.display_name for user in User.objects.filter(pk__in=values))


def _taxon(value: int) -> str:
    return names_of({value}).get(value, f"taxon {value}")


def _action(value: int) -> str:
    return f"changed by action {value}"


def _confused(value: tuple[int, ...]) -> str:
    model, taxon, predicted = value
    return f"model {model}: {_taxon(taxon)} taken for {_taxon(predicted)}"


# --- Who may ask ------------------------------------------------------------------------------------------------------


def _may_know(person: int, user: User | None) -> bool:
    """The chip says the name: of those one works with, or whose labels one sees."""
    if user is None or user.is_superuser or person == user.pk:
        return True
    seen = projects_seen_by(user)
    works_with = Membership.objects.filter(user=person, project__in=seen)
    has_labels = Object.objects.filter(annotator=person, project__in=seen)
    return works_with.exists() or has_labels.exists()


def _may_name(acquisition: int, user: User | None) -> bool:
    seen = Acquisition.objects.filter(pk=acquisition)
    return user is None or seen.filter(sample__project__in=projects_seen_by(user)).exists()


def _may_see_model(model: int, user: User | None) -> bool:
    return user is not None and models_seen_by(user).filter(pk=model).exists()


KINDS: dict[str, Kind] = {
    "batch": Kind("Changed by an action", whole, lambda v, _: (CHANGED, [v, v]), _action),
    "acquisition": Kind(
        "Acquisition", whole, simple("o.acquisition_id = ANY(%s)"), _acquisitions, True, may_ask=_may_name
    ),
    "instrument": Kind("Instrument", words, _acquisitions_of, _names, True),
    "score_min": Kind("Score from", number, simple("o.score >= %s"), lambda v: f"score ≥ {v:g}"),
    "score_max": Kind("Score to", number, simple("o.score <= %s"), lambda v: f"score ≤ {v:g}"),
    "depth_min": Kind(
        "Depth from (m)",
        number,
        simple("o.depth_min >= %s"),
        lambda v: f"depth ≥ {v:g} m",
        samples=lambda v: ("e.deepest >= %s", [v]),
    ),
    "depth_max": Kind(
        "Depth to (m)",
        number,
        simple("o.depth_max <= %s"),
        lambda v: f"depth ≤ {v:g} m",
        samples=lambda v: ("e.shallowest <= %s", [v]),
    ),
    "depth": Kind(
        "Mean depth (m)",
        span,
        lambda v, _: (f"({MEAN_DEPTH} >= %s AND {MEAN_DEPTH} < %s)", list(v)),
        lambda v: f"mean depth {v[0]:g} to {v[1]:g} m",
    ),
    "date_from": Kind(
        "Taken from",
        day,
        simple("o.taken_at >= %s"),
        lambda v: f"taken from {v}",
        samples=lambda v: ("e.taken_last >= %s", [v]),
    ),
    "date_to": Kind(
        "Taken to",
        day,
        lambda v, _: ("o.taken_at < %s", [v + timedelta(1)]),
        lambda v: f"taken to {v}",
        samples=lambda v: ("e.taken_first < %s", [v + timedelta(1)]),
    ),
    "month": Kind(
        "Month",
        month,
        simple("extract(month FROM o.taken_at AT TIME ZONE 'UTC')::int = ANY(%s)"),
        lambda values: ", ".join(month_name[v] for v in values),
        True,
        lambda values: ("e.months && %s::smallint[]", [values]),
    ),
    "time": Kind(
        "Time of day (UTC)",
        times,
        _between_times,
        lambda v: f"between {v[0]:%H:%M} and {v[1]:%H:%M} UTC",
        samples=lambda v: ("e.hours && %s::smallint[]", [_hours(*v)]),
    ),
    "hour": Kind(
        "Hour of the day (UTC)",
        hour,
        simple("(o.has_time AND extract(hour FROM o.taken_at AT TIME ZONE 'UTC')::int = ANY(%s))"),
        lambda values: ", ".join(f"{v:02d}–{(v + 1) % 24:02d} h UTC" for v in values),
        True,
        lambda values: ("e.hours && %s::smallint[]", [values]),
    ),
    "sun": Kind(
        "Sun",
        sun,
        simple("o.sun = ANY(%s)"),
        lambda values: _names(Sun(v).label.lower() for v in values),
        True,
        lambda values: ("e.suns && %s::varchar[]", [values]),
    ),
    "box": Kind(
        "Position",
        box,
        _inside,
        lambda v: f"{v[1]:g}° to {v[3]:g}° N, {v[0]:g}° to {v[2]:g}° E",
        samples=_touched,
    ),
    "annotator": Kind("Annotator", whole, _by_people, _people, True, may_ask=_may_know),
    "labelled_from": Kind(
        "Labelled from", day, simple("o.labelled_at >= %s"), lambda v: f"labelled from {v}"
    ),
    "labelled_to": Kind(
        "Labelled to",
        day,
        lambda v, _: ("o.labelled_at < %s", [v + timedelta(1)]),
        lambda v: f"labelled to {v}",
    ),
    "field": Kind(
        "Free column",
        comparison,
        of_columns,
        say_columns,
        True,
    ),
    "original_id": Kind(
        "Object id", words, lambda value, project_id: (ORIGINAL_ID, [project_id, value]), str
    ),
    "disagrees": Kind("Model disagrees", yes, flag(DISAGREES), lambda v: "the model disagrees"),
    "second": Kind("Model's second choice", whole, of_taxon(SECOND), lambda v: f"second choice {_taxon(v)}"),
    "candidate": Kind("Possible taxon", whole, of_taxon(CANDIDATE), lambda v: f"may be {_taxon(v)}"),
    "novel": Kind(
        "Further from what was learnt than this percentage of held-out objects, from 95",
        novelty,
        simple(NOVEL),
        lambda v: f"unlike {v:g} % of what the model knows",
    ),
    "suspect": Kind(
        "Label that this model takes for an error",
        whole,
        simple(SUSPECT),
        lambda v: f"label doubted by model {v}",
        may_ask=_may_see_model,
    ),
    "contested": Kind("People disagreed", yes, flag(CONTESTED), lambda v: "people disagreed"),
    "assigned": Kind(
        "Assigned to",
        whole,
        simple(ASSIGNED),
        lambda values: (
            f"samples of {_names(user.display_name for user in User.objects.filter(pk__in=values))}"
        ),
        True,
        may_ask=_may_know,
    ),
    "commented": Kind(
        "Has comments", yes, lambda v, project_id: (COMMENTED, [project_id]), lambda v: "has comments"
    ),
    "marked": Kind(
        "Marked with", words, lambda keys, project_id: (MARKED, [keys]), lambda v: f"marked {_names(v)}", True
    ),
    "id": Kind("Object", whole, simple("o.id = ANY(%s)"), lambda values: f"object {_names(values)}", True),
    "trait": Kind("Trait", comparison, of_traits, say_traits, True),
    "trait_state": Kind("State of a trait", comparison, of_trait_states, say_traits, True),
    "similar": Kind("Similar to", whole, _near, lambda v: f"the {LIKE_IT:,} most like object {v}"),
    "held_out": Kind("Confusion", cell, lambda v, _: (HELD_OUT, list(v)), _confused),
    "reading": Kind(
        "Second reading",
        compared_reading,
        read_alike,
        say_readings,
        may_ask=may_compare,
    ),
}
