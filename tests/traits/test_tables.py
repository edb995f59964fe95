"""Tables of traits, against numbers counted by hand."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError

from annotations.labels.targets import Target
from annotations.samples.models import Acquisition, Object, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.traits.actions import set_trait_values
from annotations.traits.models import TraitValue
from annotations.traits.table_spec import TableSpec
from annotations.traits.tables import histogram, table, whole
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


def give(trait, user, objects, value, **more):
    set_trait_values(trait=trait, user=user, targets=[Target(o.pk, 0) for o in objects], value=value, **more)


def named(rows) -> dict:
    """By the name of their only group."""
    return {row["group"][0]["name"]: row for row in rows}


def counts(row) -> list:
    return [row["objects"], row["looked_at"], row["hidden"], row["seen"]]


def chosen(row) -> dict:
    return {choice["key"]: choice["count"] for choice in row["choices"]}


@shared_rows
def scored(lagoon, bob):
    """Of six copepods: two with egg sacs, one without, one not to be seen, two not looked at."""
    give(lagoon.sac, bob, lagoon.objects[:2], "yes")
    give(lagoon.sac, bob, lagoon.objects[2:3], "no")
    give(lagoon.sac, bob, lagoon.objects[3:4], {"hidden": True})
    for n, length in enumerate([100, 200, 300, 400]):
        give(lagoon.length, bob, lagoon.objects[n : n + 1], length)
    return lagoon


def test_what_was_looked_at_and_what_was_seen(scored):
    (row,) = table(TableSpec(scored.sac))
    assert row["group"] == [{"by": "sample", "key": scored.objects[0].sample_id, "name": "tow_1"}]
    assert counts(row) == [6, 4, 1, 3], "four of the ten objects are no copepods"
    yes, no = row["choices"]
    assert (yes["count"], round(yes["share"], 3), no["count"]) == (2, 0.667, 1)
    # by hand, from Wilson's formula for 2 of 3
    assert (round(yes["low"], 4), round(yes["high"], 4)) == (0.2077, 0.9385)


def test_a_measure_has_its_figures(scored):
    (row,) = table(TableSpec(scored.length))
    assert counts(row) == [10, 4, 0, 4]
    figures = {name: round(value, 3) for name, value in row["figures"].items()}
    assert figures == {
        "mean": 250,
        "sd": 129.099,
        "min": 100,
        "q1": 175,
        "median": 250,
        "q3": 325,
        "max": 400,
    }


def test_where_nobody_has_looked_there_is_no_share(lagoon):
    (row,) = table(TableSpec(lagoon.sac))
    assert counts(row) == [6, 0, 0, 0]
    assert [choice["share"] for choice in row["choices"]] == [None, None]
    (row,) = table(TableSpec(lagoon.length))
    assert set(row["figures"].values()) == {None}
    assert histogram(TableSpec(lagoon.length), row) == []


def test_only_what_is_validated_counts_unless_more_is_asked_for(scored, bob):
    give(scored.sac, bob, scored.objects[4:5], "yes", state=State.DUBIOUS)
    TraitValue.objects.filter(object=scored.objects[0], trait=scored.sac).update(state="P")
    assert counts(whole(TableSpec(scored.sac))) == [6, 3, 1, 2]
    assert chosen(whole(TableSpec(scored.sac, states=(State.VALIDATED, State.DUBIOUS)))) == {
        "yes": 2,
        "no": 1,
    }
    every = (State.VALIDATED, State.DUBIOUS, State.PREDICTED)
    assert chosen(whole(TableSpec(scored.sac, states=every))) == {"yes": 3, "no": 1}


def test_several_choices_of_an_object_count_each(scored, bob):
    give(scored.antennae, bob, scored.objects[:1], ["spread", "broken"])
    give(scored.antennae, bob, scored.objects[1:2], ["spread"])
    row = whole(TableSpec(scored.antennae))
    assert [(c["key"], c["count"], c["share"]) for c in row["choices"]] == [
        ("spread", 2, 1.0),
        ("folded", 0, 0.0),
        ("broken", 1, 0.5),
    ]


def test_a_trait_that_depends_on_another_applies_where_that_says_so(scored, bob):
    give(scored.number, bob, scored.objects[:1], 12)
    assert counts(whole(TableSpec(scored.number))) == [2, 1, 0, 1]


def test_a_text_is_looked_at_or_not(scored, bob):
    give(scored.remark, bob, scored.objects[:3], "odd")
    row = whole(TableSpec(scored.remark))
    assert counts(row) == [10, 3, 0, 3]
    assert "choices" not in row and "figures" not in row


def test_taxa_count_for_themselves_or_for_those_above(scored):
    (acartia,) = ensure_taxa([TaxonName("Acartia", ("Copepoda",))]).values()
    Object.objects.filter(pk=scored.objects[0].pk).update(taxon=acartia)
    alone = named(table(TableSpec(scored.length, by=("taxon",))))
    assert {name: row["objects"] for name, row in alone.items()} == {
        "Acartia": 1,
        "Appendicularia": 1,
        "Copepoda": 5,
        "no taxon": 3,
    }
    rolled = named(table(TableSpec(scored.length, by=("taxon",), rolls_up=True)))
    assert [rolled[name]["objects"] for name in ("Acartia", "Copepoda", "no taxon")] == [1, 6, 3]
    assert rolled["Copepoda"]["figures"]["mean"] == 250
    some = table(TableSpec(scored.sac, by=("taxon",), rolls_up=True, taxa=(acartia,)))
    assert list(named(some)) == ["Acartia"]


def test_sample_and_taxon_together(scored):
    other = Sample.objects.create(project=scored.project, original_id="tow_2")
    acquisition = Acquisition.objects.create(sample=other, original_id="a")
    Object.objects.filter(pk=scored.objects[1].pk).update(sample=other, acquisition=acquisition)
    rows = table(TableSpec(scored.sac, by=("sample", "taxon")))
    groups = [([entry["name"] for entry in row["group"]], counts(row), chosen(row)) for row in rows]
    assert groups == [
        (["tow_1", "Copepoda"], [5, 3, 1, 2], {"yes": 1, "no": 1}),
        (["tow_2", "Copepoda"], [1, 1, 0, 1], {"yes": 1, "no": 0}),
    ]


def test_by_month_hour_and_depth(scored):
    one, two, three = scored.objects[:3]
    Object.objects.filter(pk=one.pk).update(
        taken_at=datetime(2026, 4, 30, 23, 59, 59, tzinfo=UTC), depth_min=40, depth_max=60
    )
    Object.objects.filter(pk=two.pk).update(
        taken_at=datetime(2026, 4, 1, tzinfo=UTC), has_time=False, depth_min=49.9, depth_max=49.9
    )
    Object.objects.filter(pk=three.pk).update(taken_at=datetime(2027, 1, 1, 2, tzinfo=UTC), depth_max=120)

    def counts_by(by, **more):
        return {
            name: chosen(row)["yes"]
            for name, row in named(table(TableSpec(scored.sac, by=(by,), **more))).items()
        }

    assert counts_by("month") == {"Jan": 0, "Apr": 2, "not known": 0}
    assert counts_by("hour") == {"02–03 h": 0, "23–00 h": 1, "not known": 1}
    assert counts_by("depth") == {"0–50 m": 1, "50–100 m": 1, "100–150 m": 0, "not known": 0}
    assert counts_by("depth", depth_m=10)["40–50 m"] == 1
    assert counts_by("sun") == {"not known": 2}, "without a place nobody knows where the sun stood"


def test_a_condition_narrows_the_objects(scored):
    ids = [o.pk for o in scored.objects[:2]]
    assert counts(whole(TableSpec(scored.sac), "o.id = ANY(%s)", [ids])) == [2, 2, 0, 2]


def test_another_project_is_not_counted(scored, root):
    from annotations.projects.actions import create_project

    elsewhere = create_project(title="Elsewhere", owner=root)
    Object.objects.filter(pk=scored.objects[0].pk).update(project=elsewhere)
    assert counts(whole(TableSpec(scored.sac))) == [5, 3, 1, 2]


def test_a_histogram_has_every_object_in_one_bar(scored):
    total = whole(TableSpec(scored.length))
    bars = histogram(TableSpec(scored.length), total)
    assert [(b["low"], b["high"]) for b in bars if b["count"]] == [
        (100, 120),
        (200, 220),
        (300, 320),
        (400, 420),
    ]
    assert sum(b["count"] for b in bars) == 4
    assert all(a["high"] == b["low"] for a, b in pairwise(bars))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"by": ("colour",)}, "takes each of sample, taxon"),
        ({"by": ("sample", "sample")}, "once at most"),
        ({"depth_m": 0}, "whole metres from 1"),
        ({"states": ()}, "one of them at least"),
        ({"states": (State.UNCLASSIFIED,)}, "validated, dubious and predicted"),
    ],
)
def test_what_cannot_be_asked_is_said(lagoon, wrong, says):
    with pytest.raises(ValidationError, match=says):
        TableSpec(lagoon.sac, **wrong)
