"""Whatever is done to labels, in whatever order, the tallies say what counting says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from annotations.accounts.models import User
from annotations.labels.actions import label_objects, machine_validate_some, replace_taxon, write_predictions
from annotations.labels.models import Batch, BatchKind, SettledTally, Tally
from annotations.labels.tally import compact_tally
from annotations.labels.targets import Target
from annotations.labels.undoing import undo_batch
from annotations.projects.actions import create_project
from annotations.projects.models import Role
from annotations.samples.models import Acquisition, Object, Sample, State
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon

COUNTED = "SELECT sample_id, taxon_id, state, count(*)::bigint FROM samples_object GROUP BY 1, 2, 3"
TALLIED = """
SELECT sample_id, taxon_id, state, sum(count)::bigint FROM labels_tally GROUP BY 1, 2, 3 HAVING sum(count) <> 0
"""
SETTLED_COUNTED = """
SELECT project_id, annotator_id, (labelled_at AT TIME ZONE 'UTC')::date, count(*)::bigint FROM samples_object
WHERE state IN ('V', 'D') AND annotator_id IS NOT NULL AND labelled_at IS NOT NULL GROUP BY 1, 2, 3
"""
SETTLED_TALLIED = """
SELECT project_id, annotator_id, day, sum(count)::bigint FROM labels_settledtally GROUP BY 1, 2, 3
HAVING sum(count) <> 0
"""


def rows(statement: str) -> set[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return set(cursor.fetchall())


class Tow:
    """Ten objects of two samples, two people and two taxa, and what may become of them."""

    def __init__(self) -> None:
        self.people = [User.objects.create_user(name) for name in ("ann", "ben")]
        self.project = create_project(title="T", owner=self.people[0])
        samples = [Sample.objects.create(project=self.project, original_id=name) for name in "ab"]
        acquisitions = [Acquisition.objects.create(sample=sample, original_id="a") for sample in samples]
        self.objects = [
            Object.objects.create(project=self.project, sample=acquisition.sample, acquisition=acquisition).pk
            for acquisition in acquisitions * 5
        ]
        self.taxa = list(
            Taxon.objects.filter(pk__in=ensure_taxa([TaxonName("Egg"), TaxonName("Crab")]).values())
        )
        self.batches: list[int] = []

    def do(self, step: str, n: int) -> None:
        steps: dict[str, Callable[[int], object]] = {
            "label": lambda n: self.label(n, taxon=self.taxa[n % 2]),
            "dubious": lambda n: self.label(n, taxon=self.taxa[n % 2], state=State.DUBIOUS),
            "rule": self.rule,
            "clear": lambda n: self.label(n, state=State.UNCLASSIFIED),
            "undo": self.undo,
            "merge": self.merge,
            "earlier": self.earlier,
            "delete": lambda n: Object.objects.filter(pk=self.objects[n]).delete(),
            "sample": lambda n: Sample.objects.filter(original_id="ab"[n % 2]).delete(),
            "leave": lambda n: self.people[1].pk and self.people[1].delete(),
            "compact": lambda n: compact_tally(),
        }
        steps[step](n)

    def label(self, n: int, **wish: object) -> None:
        chosen = Object.objects.filter(pk__in=self.objects[n : n + 3]).values_list("pk", "version")
        person = self.people[n % 2] if self.people[n % 2].pk else self.people[0]
        targets = [Target(*row) for row in chosen]
        batch = label_objects(project=self.project, user=person, targets=targets, **wish).batch
        self.batches += [batch] if batch else []

    def rule(self, n: int) -> None:
        """A model names three objects, and a rule accepts what is named so."""
        batch = Batch.objects.create(project=self.project, kind=BatchKind.PREDICTION)
        named = [(pk, self.taxa[n % 2].pk, 0.9, 0.8, 0.1) for pk in self.objects[n : n + 3]]
        write_predictions(batch=batch, rows=named)
        rule = Batch.objects.create(project=self.project, kind=BatchKind.RULE, user=self.people[0])
        machine_validate_some(batch=rule, where=("o.score >= %s", [0.5]), after=0, most=2)
        self.batches.append(rule.pk)

    def undo(self, n: int) -> None:
        batch = Batch.objects.filter(pk__in=self.batches[-1 - n % 3 :], undone_by=None).first()
        if batch:
            undo = undo_batch(batch=batch, user=self.people[0], role=Role.MANAGER).batch
            self.batches += [undo] if undo else []

    def merge(self, n: int) -> None:
        batch = Batch.objects.create(project=self.project, kind=BatchKind.REMAP)
        replace_taxon(batch=batch, taxon=self.taxa[n % 2], by=self.taxa[1 - n % 2], most=1 + n)

    def earlier(self, n: int) -> None:
        """As if it had been done some days ago."""
        moment = datetime.now(UTC) - timedelta(days=n)
        Object.objects.filter(pk__in=self.objects[n : n + 3]).exclude(labelled_at=None).update(
            labelled_at=moment
        )


STEPS = [
    "label",
    "dubious",
    "rule",
    "clear",
    "undo",
    "merge",
    "earlier",
    "delete",
    "sample",
    "leave",
    "compact",
]


class TalliesAreExact(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 7)), max_size=10))
    def test_after_any_changes(self, steps):
        tow = Tow()
        for step, n in steps:
            tow.do(step, n)
            assert rows(TALLIED) == rows(COUNTED), step
            assert rows(SETTLED_TALLIED) == rows(SETTLED_COUNTED), step

    def test_compacting_leaves_one_row_a_count_and_none_of_nothing(self):
        tow = Tow()
        for step in ("label", "dubious", "clear", "label", "delete"):
            tow.do(step, 0)
        counted = rows(COUNTED), rows(SETTLED_COUNTED)
        assert SettledTally.objects.count() > len(counted[1])
        compact_tally()
        assert (rows(TALLIED), rows(SETTLED_TALLIED)) == counted
        assert (Tally.objects.count(), SettledTally.objects.count()) == tuple(map(len, counted))
