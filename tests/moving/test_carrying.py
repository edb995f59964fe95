"""Objects go to another project with everything on them, and come back as they were."""

import pytest

from annotations.assignments.models import Assignment
from annotations.labels.models import Batch
from annotations.labels.undoing import undo_batch
from annotations.learning.models import Prediction
from annotations.projects.models import Role
from annotations.samples import carrying
from annotations.samples.carrying import carry
from annotations.samples.emptying import remove_emptied
from annotations.samples.following import FOLLOWING, Transfer
from annotations.samples.models import Object, ObjectFields
from tests.moving.project_content import portrait

pytestmark = pytest.mark.django_db


def ids(tow) -> list[int]:
    return [each.pk for each in tow.objects]


def test_what_moves_and_comes_back_is_as_it_was(full, target, alice):
    before = portrait(full.project)
    assert all(before[name] for name in before), {name for name in before if not before[name]}
    assert carry(transfer=Transfer(full.project, target, alice), object_ids=ids(full)) == 10
    assert portrait(target) == before
    assert not any(portrait(full.project).values())
    assert carry(transfer=Transfer(target, full.project, alice), object_ids=ids(full)) == 10
    assert portrait(full.project) == before
    assert not any(portrait(target).values())


def test_what_goes_in_two_parts_is_whole_over_there(full, target, alice):
    before, transfer = portrait(full.project), Transfer(full.project, target, alice)
    assert carry(transfer=transfer, object_ids=ids(full)[:5]) == 5
    assert len(portrait(target)["Object"]) == len(portrait(full.project)["Object"]) == 5
    assert carry(transfer=transfer, object_ids=ids(full)[5:]) == 5
    assert portrait(target) == before


def test_a_copy_is_like_its_original(full, target, alice):
    before = portrait(full.project)
    transfer = Transfer(full.project, target, alice, is_copy=True)
    assert carry(transfer=transfer, object_ids=ids(full)) == 10
    assert portrait(full.project) == before
    copy = portrait(target)
    mentions = [copy.pop("Mention"), before.pop("Mention")]
    assert copy == before
    assert [len(each) for each in mentions] == [1, 1] and '"seen": null' not in mentions[0][0]
    assert not Object.objects.filter(pk__in=ids(full), project=target).exists()


def test_the_order_of_the_apps_does_not_matter(full, target, alice, monkeypatch):
    """A copy of a mark names the copy of its image."""
    before = portrait(full.project)
    monkeypatch.setattr(carrying, "FOLLOWING", FOLLOWING[::-1])
    carry(transfer=Transfer(full.project, target, alice, is_copy=True), object_ids=ids(full))
    assert portrait(target) | {"Mention": []} == before | {"Mention": []}


def test_what_was_done_is_undone_over_there(full, target, alice):
    """The part of a stroke that moved, and the part that stayed, each where it is."""
    transfer = Transfer(full.project, target, alice)
    carry(transfer=transfer, object_ids=ids(full)[:5])
    stayed, moved = Batch.objects.get(pk=full.batch), Batch.objects.get(project=target, origin_id=full.batch)
    assert (stayed.changed, moved.changed, moved.is_undone) == (3, 2, False)
    last = Batch.objects.get(pk=moved.latest_id)
    assert (last.project, last.step, last.changed) == (target, 2, 2)
    assert undo_batch(batch=last, user=alice, role=Role.MANAGER).changed == 1  # one is dubious since
    assert [o.state for o in Object.objects.filter(pk__in=ids(full)[3:5]).order_by("pk")] == ["P", "D"]
    assert (
        undo_batch(batch=Batch.objects.get(pk=stayed.latest_id), user=alice, role=Role.MANAGER).changed == 3
    )


def test_a_chain_that_went_on_meanwhile_stays_sound(full, target, alice):
    transfer = Transfer(full.project, target, alice)
    carry(transfer=transfer, object_ids=ids(full)[:5])
    for project in (full.project, target):
        root = Batch.objects.filter(project=project, latest_id__isnull=False, kind="label").first()
        undo_batch(batch=Batch.objects.get(pk=root.latest_id), user=alice, role=Role.MANAGER)
    labels = Object.objects.filter(pk__in=ids(full)[5:]).values_list("pk", "taxon", "state", "version")
    before = set(labels)
    carry(transfer=transfer, object_ids=ids(full)[5:])
    assert set(labels) == before
    alone = Batch.objects.get(project=target, step=0, kind="undo")
    assert undo_batch(batch=alone, user=alice, role=Role.MANAGER).changed == 3
    assert {state for _, _, state, _ in labels.filter(pk__in=ids(full)[5:8])} == {"V"}


def test_models_and_their_undo_come_along(full, target, alice):
    carry(transfer=Transfer(full.project, target, alice), object_ids=ids(full))
    assert set(full.model.projects.all()) == {full.project, target}
    prediction = Prediction.objects.get()
    assert Batch.objects.get(pk=prediction.batch_id).project == target


def test_free_columns_stand_where_the_target_has_them(full, target, alice):
    carry(transfer=Transfer(full.project, target, alice), object_ids=ids(full))
    assert ObjectFields.objects.get(object=full.objects[3]).values == [None, 103.0]


def test_emptied_samples_go(full, target, alice):
    transfer, sample = Transfer(full.project, target, alice), full.objects[0].sample_id
    carry(transfer=transfer, object_ids=ids(full)[:9])
    assert remove_emptied(transfer=transfer, sample_ids=[sample]) == 0
    assert full.project.samples.count() == 1
    carry(transfer=transfer, object_ids=ids(full)[9:])
    assert remove_emptied(transfer=transfer, sample_ids=[sample]) == 0
    assert full.project.samples.count() == 0
    assert target.samples.get().acquisitions.get().parent_images.get().file_name == "scan.png"


def test_an_emptied_sample_that_is_given_to_somebody_stays(full, target, alice):
    transfer, sample = Transfer(full.project, target, alice), full.objects[0].sample
    Assignment.objects.create(sample=sample, user=alice)
    carry(transfer=transfer, object_ids=ids(full))
    assert remove_emptied(transfer=transfer, sample_ids=[sample.pk]) == 1
    assert full.project.samples.get() == sample
