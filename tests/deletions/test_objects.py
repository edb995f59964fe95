"""Deleted objects and samples wait in the bin of their project: nobody finds them, and they come back as they were."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from annotations.assignments.models import Assignment
from annotations.deletions import moving_to_bin, restoring
from annotations.deletions.actions import start_due_deletions
from annotations.deletions.models import ObjectDeletion
from annotations.deletions.object_actions import (
    start_deletion,
    start_purge,
    start_restoring,
    start_sample_deletion,
)
from annotations.jobs.errors import JobCancelled, JobUnderWay
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.models import Batch
from annotations.labels.tally import project_counts
from annotations.labels.undoing import undo_batch
from annotations.projects.access import open_project
from annotations.projects.actions import set_role
from annotations.projects.models import ImportedAnnotator, Project, Role
from annotations.readings.actions import start_reading
from annotations.samples.actions import add_objects
from annotations.samples.models import Acquisition, Object, Sample
from annotations.samples.rows import NewObject
from annotations.search.filter import Filter
from tests.moving.project_content import portrait
from tests.run_jobs import work

pytestmark = pytest.mark.django_db
ALL = Filter()


def counts(project) -> dict[str, int]:
    totals: dict[str, int] = {}
    for _, state, count in project_counts(project.pk):
        totals[state] = totals.get(state, 0) + count
    return totals


def delete(project, user, criteria=ALL) -> ObjectDeletion:
    count = sum(count for _, _, count in project_counts(project.pk)) if criteria == ALL else 3
    job = work(start_deletion(project=project, user=user, criteria=criteria, expected=count))
    assert job.state == "done", job.message
    return ObjectDeletion.objects.latest("pk")


def delete_sample(project, user, sample) -> ObjectDeletion:
    count = Object.objects.filter(sample=sample).count()
    job = work(start_sample_deletion(project=project, user=user, sample_ids=[sample.pk], expected=count))
    assert job.state == "done", job.message
    return ObjectDeletion.objects.latest("pk")


def restore(deletion, user) -> Job:
    project = open_project(user, deletion.project_id)
    return work(start_restoring(project=project, user=user, deletion_id=deletion.pk))


def age(deletion, days: float) -> None:
    ObjectDeletion.objects.filter(pk=deletion.pk).update(deleted=timezone.now() - timedelta(days=days))


# --- As it was --------------------------------------------------------------------------------------------------------


def test_objects_come_back_with_everything_on_them(full, alice):
    before, ids = portrait(full.project), set(Object.objects.values_list("pk", "version", "sample"))
    accounts = ImportedAnnotator.objects.count()
    deletion = delete(full.project, alice)
    assert not any(portrait(full.project).values())
    assert (deletion.objects_then, deletion.samples_then) == (10, 0) and full.project.samples.count() == 1
    job = restore(deletion, alice)
    assert job.message == "10 objects are back, with everything on them."
    assert portrait(full.project) == before
    assert set(Object.objects.values_list("pk", "version", "sample")) == ids
    deletion.refresh_from_db()
    assert (deletion.bin, deletion.restored_by) == (None, alice)
    assert list(Project.objects.all()) == [full.project] and ImportedAnnotator.objects.count() == accounts


def test_what_is_deleted_in_chunks_comes_back_in_chunks(full, alice, monkeypatch):
    before = portrait(full.project)
    monkeypatch.setattr(moving_to_bin, "CHUNK", 3)
    monkeypatch.setattr(restoring, "CHUNK", 4)
    restore(delete(full.project, alice), alice)
    assert portrait(full.project) == before


def test_a_sample_comes_back_with_its_number_and_who_is_to_sort_it(full, alice, bob):
    sample = full.objects[0].sample
    Assignment.objects.create(sample=sample, user=bob)
    before, fields = portrait(full.project), Sample.objects.values().get(pk=sample.pk)
    acquisitions = set(Acquisition.objects.values_list("pk", "original_id", "pixel_um"))
    deletion = delete_sample(full.project, alice, sample)
    assert (deletion.samples_then, deletion.words) == (1, "tow_1") and not full.project.samples.exists()
    assert deletion.job.message.startswith("10 objects and 1 sample are in the bin until ")
    restore(deletion, alice)
    assert portrait(full.project) == before
    assert Sample.objects.values().get() == fields
    assert set(Acquisition.objects.values_list("pk", "original_id", "pixel_um")) == acquisitions
    assert Assignment.objects.get().sample == sample


def test_an_empty_sample_goes_and_comes_back(project, alice):
    sample = Sample.objects.create(project=project, original_id="empty")
    deletion = delete_sample(project, alice, sample)
    assert deletion.job.message.startswith("1 sample is in the bin until ") and not project.samples.exists()
    assert restore(deletion, alice).message == "1 sample is back, with everything on it."
    assert project.samples.get() == sample and not Project.objects.exclude(pk=project.pk).exists()


def test_what_was_done_before_is_undone_after(full, alice):
    restore(delete(full.project, alice), alice)
    last = Batch.objects.get(pk=Batch.objects.get(pk=full.batch).latest_id)
    assert undo_batch(batch=last, user=alice, role=Role.MANAGER).changed == 4  # one is dubious since


# --- Meanwhile --------------------------------------------------------------------------------------------------------


def test_a_sample_that_was_renamed_and_corrected_meanwhile_gets_its_objects(full, alice):
    deletion, sample = delete(full.project, alice), full.objects[0].sample
    Sample.objects.filter(pk=sample.pk).update(original_id="renamed", fields={"net": "WP2"})
    Acquisition.objects.filter(sample=sample).update(original_id="again", instrument="flowcam")
    restore(deletion, alice)
    assert full.project.samples.get() == Sample.objects.get(original_id="renamed", fields={"net": "WP2"})
    assert set(Object.objects.values_list("acquisition__original_id", "sample")) == {("again", sample.pk)}


def test_ids_that_were_taken_again_are_named_and_nothing_is_lost(full, alice):
    deletion, sample = delete(full.project, alice), full.objects[0]
    name = portrait(deletion.bin)["ObjectFields"][0]
    add_objects(project=full.project, objects=[NewObject("obj_3", sample.sample_id, sample.acquisition_id)])
    with pytest.raises(ValidationError) as refusal:
        restore(deletion, alice)
    assert refusal.value.messages == ["Object obj_3. 1 of these ids are there already: delete those there."]
    assert name and counts(deletion.bin) and Object.objects.count() == 11


def test_a_sample_whose_name_was_taken_again_waits(full, alice):
    deletion = delete_sample(full.project, alice, full.objects[0].sample)
    other = Sample.objects.create(project=full.project, original_id="tow_1")
    with pytest.raises(ValidationError, match="Sample tow_1 has a name that another sample"):
        restore(deletion, alice)
    Sample.objects.filter(pk=other.pk).update(original_id="tow_2")
    assert restore(deletion, alice).state == "done"
    assert set(full.project.samples.values_list("original_id", flat=True)) == {"tow_1", "tow_2"}


def test_objects_wait_for_their_sample_that_is_in_the_bin_too(full, alice):
    first = delete(full.project, alice)
    second = delete_sample(full.project, alice, full.objects[0].sample)
    with pytest.raises(ValidationError, match=r"Sample tow_1 was deleted too, later: restore that first."):
        restore(first, alice)
    restore(second, alice)
    assert restore(first, alice).state == "done"


def test_another_size_of_pixels_is_said(full, alice):
    deletion = delete(full.project, alice)
    Acquisition.objects.update(pixel_um=7)
    Acquisition.objects.filter(sample__project=full.project).update(pixel_um=8)
    with pytest.raises(ValidationError, match=r"its pixel was 7 µm .* and is 8 µm now"):
        restore(deletion, alice)


def test_an_open_reading_keeps_its_objects(full, alice, bob, carla):
    start_reading(project=full.project, user=alice, name="r", size=5, readers=[bob, carla])
    with pytest.raises(ValidationError, match="close it first"):
        delete(full.project, alice)


# --- Who, and until when ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["bob", "carla", "vera"])
def test_restoring_is_for_managers_and_for_who_deleted(request, full, alice, person):
    deletion, person = delete(full.project, alice), request.getfixturevalue(person)
    with pytest.raises(Http404):
        restore(deletion, person)
    ObjectDeletion.objects.update(deleted_by=person)
    with pytest.raises(PermissionDenied):
        project = open_project(person, full.project.pk)
        start_purge(project=project, user=person, deletion_id=deletion.pk, expected=10)
    assert restore(deletion, person).state == "done"


def test_who_was_a_manager_restores_what_they_deleted(full, alice, bob):
    set_role(project=full.project, user=bob, role=Role.MANAGER)
    deletion = delete(full.project, bob)
    set_role(project=full.project, user=bob, role=Role.VIEWER)
    assert restore(deletion, bob).state == "done"


def test_a_manager_deletes_for_good(full, alice):
    deletion = delete_sample(full.project, alice, full.objects[0].sample)
    project = open_project(alice, full.project.pk)
    with pytest.raises(ValidationError, match="Type 10"):
        start_purge(project=project, user=alice, deletion_id=deletion.pk, expected=9)
    job = work(start_purge(project=project, user=alice, deletion_id=deletion.pk, expected=10))
    assert (
        job.message == "10 objects and 1 sample deleted for good, with labels, traits, marks and predictions."
    )
    deletion.refresh_from_db()
    assert (deletion.bin, deletion.gone_by) == (None, alice) and deletion.gone
    assert not Object.objects.exists() and not Sample.objects.exists() and Project.objects.count() == 1
    with pytest.raises(Http404):
        restore(deletion, alice)


def test_after_thirty_days_they_are_gone(full, alice):
    deletion = delete(full.project, alice)
    age(deletion, 29.9)
    assert start_due_deletions() == []
    age(deletion, 30.1)
    with pytest.raises(ValidationError, match="for good"):
        restore(deletion, alice)
    (job,) = start_due_deletions()
    assert start_due_deletions() == []  # it is under way
    assert work(job).state == "done" and not Object.objects.exists()
    deletion.refresh_from_db()
    assert deletion.gone and deletion.gone_by is None
    assert start_due_deletions() == []


# --- Half way ---------------------------------------------------------------------------------------------------------


class Cancelled(Progress):
    def update(self, done, total, message=""):
        raise JobCancelled


def running(job: Job) -> Job:
    Job.objects.filter(pk=job.pk).update(state="running")
    job.refresh_from_db()
    return job


def test_a_cancel_leaves_whole_chunks_and_another_worker_goes_on(full, alice, monkeypatch):
    before = portrait(full.project)
    monkeypatch.setattr(moving_to_bin, "CHUNK", 4)
    job = running(start_deletion(project=full.project, user=alice, criteria=ALL, expected=10))
    with pytest.raises(
        JobCancelled, match=r"4 objects are in the bin until .* The others are where they were."
    ):
        moving_to_bin.put_into_bin(job, Cancelled(job))
    deletion = ObjectDeletion.objects.get()
    assert sum(counts(full.project).values()) == 6 and sum(counts(deletion.bin).values()) == 4
    job.refresh_from_db()
    assert moving_to_bin.put_into_bin(job, Progress(job))["deleted"] == 10
    Job.objects.update(state="done")
    restore(deletion, alice)
    assert portrait(full.project) == before


def test_a_sample_of_which_a_part_is_in_the_bin_stays_until_the_rest_is(full, alice, monkeypatch):
    before, sample = portrait(full.project), full.objects[0].sample
    monkeypatch.setattr(moving_to_bin, "CHUNK", 4)
    job = start_sample_deletion(project=full.project, user=alice, sample_ids=[sample.pk], expected=10)
    with pytest.raises(JobCancelled):
        moving_to_bin.put_into_bin(running(job), Cancelled(job))
    Job.objects.update(state="cancelled")
    assert full.project.samples.get() == sample and sum(counts(full.project).values()) == 6
    restore(ObjectDeletion.objects.get(), alice)
    assert portrait(full.project) == before


def test_a_restoring_that_is_cancelled_goes_on_later(full, alice, monkeypatch):
    before, deletion = portrait(full.project), delete_sample(full.project, alice, full.objects[0].sample)
    monkeypatch.setattr(restoring, "CHUNK", 4)
    project = open_project(alice, full.project.pk)
    job = running(start_restoring(project=project, user=alice, deletion_id=deletion.pk))
    with pytest.raises(JobCancelled, match=r"4 of 10 objects are back, the others are in the bin still."):
        restoring.put_back(job, Cancelled(job))
    Job.objects.update(state="cancelled")
    assert restore(deletion, alice).message == "6 objects and 1 sample are back, with everything on them."
    assert portrait(full.project) == before


@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_a_worker_that_dies_leaves_each_chunk_whole(full, alice, monkeypatch, chunks):
    before = portrait(full.project)
    monkeypatch.setattr(moving_to_bin, "CHUNK", 4)
    job = running(start_deletion(project=full.project, user=alice, criteria=ALL, expected=10))
    checkpoint, left = Progress.checkpoint, [chunks]

    def dying(self, **note):
        if not left[0]:
            raise SystemExit
        left[0] -= 1
        checkpoint(self, **note)

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(Progress, "checkpoint", dying)
        moving_to_bin.put_into_bin(job, Progress(job))
    deletion = ObjectDeletion.objects.get()
    assert sum(counts(full.project).values()) == 10 - 4 * chunks
    assert deletion.objects_then == sum(counts(deletion.bin).values()) == 4 * chunks
    job.refresh_from_db()
    assert moving_to_bin.put_into_bin(job, Progress(job))["deleted"] == 10
    Job.objects.update(state="done")
    restore(deletion, alice)
    assert portrait(full.project) == before


def test_a_deletion_that_found_nothing_leaves_no_bin(full, alice):
    job = start_deletion(project=full.project, user=alice, criteria=ALL, expected=10)
    Object.objects.all().delete()
    work(job)
    assert Project.objects.count() == 1 and not ObjectDeletion.objects.waiting().exists()


def test_one_thing_at_a_time(full, alice):
    sample = full.objects[0].sample
    start_sample_deletion(project=full.project, user=alice, sample_ids=[sample.pk], expected=10)
    with pytest.raises(JobUnderWay):
        start_deletion(project=full.project, user=alice, criteria=ALL, expected=10)
