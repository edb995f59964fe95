"""The tally of a trait says what counting its values says, whatever is done to values and objects."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.labels.tally import compact_tally
from annotations.samples.models import Object
from annotations.search.filter import Filter
from annotations.traits import queries
from annotations.traits.models import Trait, TraitTally, TraitValue
from annotations.traits.values import HIDDEN
from tests.traits.conftest import say_of
from tests.worlds import shared_rows

ANTENNAE = [None, ["spread"], ["spread"], ["folded", "spread"], None, "hidden"]


@shared_rows
def spoken(lagoon):
    """Antennae of four objects are seen, of one they can't be, and of one the value was taken back."""
    for place, value in enumerate(ANTENNAE):
        is_hidden = value == "hidden"
        TraitValue.objects.create(
            object=lagoon.objects[place],
            trait=lagoon.antennae,
            choices=value if isinstance(value, list) else [],
            is_hidden=is_hidden,
            state="U" if value is None else "PV"[place % 2],
            set_at="2026-04-30T12:00Z",
            version=1,
        )
    return lagoon


def both_ways(trait: Trait) -> tuple[list[dict], list[dict]]:
    """By the tally, and counted as where a filter is set."""
    condition, params = queries.applying(trait)
    with connection.cursor() as cursor:
        counting = queries.COUNTS.format(applies=condition, condition="TRUE")
        cursor.execute(counting, [*params, trait.project_id, trait.pk])
        counted = cursor.fetchall()
        cursor.execute(queries.TALLIED, [trait.pk, trait.project_id])
        tallied = cursor.fetchall()
    return tallied, counted


def test_the_tally_says_what_counting_says(spoken):
    tallied, counted = both_ways(spoken.antennae)
    assert tallied == counted
    assert sum(count for *_, count in tallied) == 10
    rows = queries.counts_of(spoken.antennae, Filter())
    assert [(row["value"], row["state"], row["count"]) for row in rows] == [
        (HIDDEN, "validated", 1),
        (["folded", "spread"], "validated", 1),
        (["spread"], "predicted", 1),
        (["spread"], "validated", 1),
        (None, "unclassified", 6),
    ]


@pytest.mark.parametrize("is_compacted", [False, True])
@pytest.mark.parametrize(
    "change",
    [
        lambda lagoon: TraitValue.objects.filter(object=lagoon.objects[1]).update(choices=["broken"]),
        lambda lagoon: TraitValue.objects.filter(trait=lagoon.antennae).update(state="U"),
        lambda lagoon: TraitValue.objects.filter(trait=lagoon.antennae).update(trait=lagoon.stage),
        lambda lagoon: TraitValue.objects.filter(object=lagoon.objects[2]).delete(),
        lambda lagoon: Object.objects.filter(pk=lagoon.objects[3].pk).delete(),
        lambda lagoon: lagoon.objects[0].sample.delete(),
    ],
)
def test_it_follows_every_change(spoken, change, is_compacted):
    if is_compacted:
        compact_tally()
    change(spoken)
    if is_compacted:
        compact_tally()
        keys = TraitTally.objects.values_list("trait", "choices", "is_hidden", "state")
        assert len({str(key) for key in keys}) == len(keys)
    for trait in (spoken.antennae, spoken.stage):
        tallied, counted = both_ways(trait)
        assert tallied == counted


def test_a_filter_and_a_trait_of_some_taxa_are_counted(spoken):
    sac = Trait.objects.get(pk=spoken.sac.pk)
    assert sum(row["count"] for row in queries.counts_of(sac, Filter())) == 6
    validated = Filter.parse({"state": "validated"})
    assert sum(row["count"] for row in queries.counts_of(spoken.antennae, validated)) == 2


@pytest.mark.parametrize(("few", "rows"), [(True, [1, 0]), (False, [0, 10])])
def test_values_of_few_objects_are_looked_up_and_those_of_many_read_at_once(lagoon, few, rows):
    say_of(lagoon.objects, lagoon.antennae, "spread")
    matching = Filter.parse({"id": [each.pk for each in lagoon.objects[: 1 if few else None]]})
    with CaptureQueriesContext(connection) as questions:
        (entry,) = queries.counts_of(lagoon.antennae, matching)
    assert entry == {"value": ["spread"], "state": "validated", "count": sum(rows)}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {questions[-1]['sql']}")
        plan = cursor.fetchone()[0][0]["Plan"]
    while plan["Node Type"] != "Append":
        plan = plan["Plans"][-1]
    assert [way["Actual Rows"] for way in plan["Plans"]] == rows
