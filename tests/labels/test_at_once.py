"""Labels of the same objects at the same moment, each by a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction

from annotations.labels.actions import label_objects
from annotations.labels.models import Change
from annotations.labels.outcomes import Outcome
from annotations.labels.targets import Target
from annotations.samples.models import Object, State
from tests.labels.test_actions import predict, targets, taxon_of
from tests.plankton import tow
from tests.readings.test_at_once import done_or_waiting, on_a_connection_of_its_own
from tests.worlds import shared_rows

__all__ = ["tow"]
pytestmark = pytest.mark.django_db(transaction=True)


def label_behind(first: Callable[[], object], **label: object) -> Outcome:
    """What comes of labels that waited until the first writer had committed."""
    outcomes = []
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            first()
            second = other.submit(on_a_connection_of_its_own, lambda: outcomes.append(label_objects(**label)))
            done_or_waiting(second)
        second.result()
    return outcomes[0]


@shared_rows
def page(tow) -> list[Target]:
    return targets(tow.objects[:4])


def test_who_waited_for_another_person_is_told_and_overwrites_nothing(tow, page, bob, carla):
    taxon = taxon_of(tow.copepoda)
    outcome = label_behind(
        lambda: label_objects(project=tow.project, user=carla, targets=page[:1], taxon=taxon),
        project=tow.project,
        user=bob,
        targets=page,
        taxon=taxon_of(tow.appendicularia),
    )
    assert (outcome.changed, [conflict["id"] for conflict in outcome.conflicts]) == (3, [page[0].id])
    assert Object.objects.get(pk=page[0].id).annotator == carla


def test_who_names_a_taxon_behind_a_prediction_is_heard_and_the_log_has_both(tow, page, bob):
    outcome = label_behind(
        lambda: predict(tow, tow.appendicularia),
        project=tow.project,
        user=bob,
        targets=page[:1],
        taxon=taxon_of(tow.copepoda),
    )
    assert (outcome.changed, outcome.conflicts) == (1, [])
    last = Change.objects.filter(object=page[0].id).latest("version")
    assert (last.from_taxon_id, last.to_taxon_id) == (tow.appendicularia, tow.copepoda)


def test_who_accepts_what_a_model_renames_at_that_moment_is_not_heard(tow, page, bob):
    outcome = label_behind(
        lambda: predict(tow, tow.appendicularia),
        project=tow.project,
        user=bob,
        targets=page,
        state=State.VALIDATED,
    )
    assert (outcome.changed, len(outcome.conflicts)) == (0, 4)
