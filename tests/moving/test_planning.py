"""What a plan asks for: samples and acquisitions of the objects that match, however many and however few they are."""

import pytest

from annotations.moving.planning import plan_transfer
from annotations.samples import transfer_checks
from annotations.samples.affected_samples import acquisitions_touched, samples_touched
from annotations.samples.following import Transfer
from annotations.samples.models import Acquisition, Object, ObjectFields, Sample, State
from annotations.search import selecting
from annotations.search.filter import Filter
from annotations.search.selecting import counted_selection, selection_of
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
FILTERS = [
    Filter(),
    Filter(state=(State.UNCLASSIFIED,)),
    Filter(state=(State.MACHINE_VALIDATED,)),
    Filter.parse({"field": "area>1e9"}, None),
]


@shared_rows
def scattered(full):
    """Some objects are of another acquisition, some of another sample; a third sample has none."""
    other = Sample.objects.create(project=full.project, original_id="tow_2")
    Sample.objects.create(project=full.project, original_id="tow_3")
    acquisitions = [
        Acquisition.objects.create(sample=full.objects[0].sample, original_id="acq_2"),
        Acquisition.objects.create(sample=other, original_id="acq_1"),
    ]
    for acquisition, objects in zip(acquisitions, (full.objects[2:4], full.objects[8:]), strict=True):
        Object.objects.filter(pk__in=[each.pk for each in objects]).update(
            sample=acquisition.sample, acquisition=acquisition
        )
    return full


@pytest.mark.parametrize("few", [0, 100])
@pytest.mark.parametrize("criteria", FILTERS, ids=["all", "unclassified", "no state", "no value"])
def test_samples_and_acquisitions_are_those_of_the_objects(
    scattered, target, alice, monkeypatch, criteria, few
):
    monkeypatch.setattr(selecting, "FEW", few)
    transfer = Transfer(scattered.project, target, alice)
    selection, count = counted_selection(transfer, criteria)
    whole = selection_of(transfer, criteria)
    rows = list(Object.objects.raw(whole.sql.replace("o.id", "o.*", 1), whole.params))
    assert count == len(rows)
    samples = samples_touched(selection)
    assert sorted(samples) == sorted({row.sample_id for row in rows})
    acquisitions = acquisitions_touched(selection, samples)
    assert sorted(acquisitions) == sorted({row.acquisition_id for row in rows})
    plan = plan_transfer(transfer, criteria)
    assert (plan.objects, plan.samples, plan.new_samples) == (len(rows), len(samples), len(samples))


def test_ids_that_are_there_already_are_counted_to_a_bound(full, target, alice, monkeypatch):
    monkeypatch.setattr(transfer_checks, "MOST_COUNTED", 6)
    sample = Sample.objects.create(project=target, original_id="another")
    acquisition = Acquisition.objects.create(sample=sample, original_id="acq_1")
    for number in range(7):
        created = Object.objects.create(project=target, sample=sample, acquisition=acquisition)
        ObjectFields.objects.create(object=created, project=target, original_id=f"obj_{number}")
    (conflict,) = plan_transfer(Transfer(full.project, target, alice), Filter()).conflicts
    assert "More than 6 of these ids are there already" in str(conflict)
