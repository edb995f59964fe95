"""Deleting objects: by managers, by number, with all that hangs on them, and nothing else."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from annotations.gallery import jobs
from annotations.gallery.jobs import count_matching, start_deletion
from annotations.jobs.errors import JobCancelled
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import Target, label_objects
from annotations.labels.models import Change
from annotations.labels.tally import project_counts
from annotations.projects.actions import create_project
from annotations.samples.actions import delete_objects
from annotations.samples.models import Image, Object, ObjectFields, State
from annotations.search.filter import Filter
from tests.imports.packages import package, row, run_import
from tests.working import work

pytestmark = pytest.mark.django_db
VALIDATED = {"object_annotation_category": "Copepoda", "object_annotation_status": "validated"}
UNCLASSIFIED = Filter(state=(State.UNCLASSIFIED,))


@pytest.fixture
def tow(project, alice, tmp_path):
    """Two validated objects, three that are unclassified."""
    rows = [row(n, **(VALIDATED if n < 2 else {})) for n in range(5)]
    run_import(project, package(tmp_path / "p.zip", rows), alice, create_taxa=True)
    return project


def names() -> set[str]:
    return set(ObjectFields.objects.values_list("original_id", flat=True))


def counts(project) -> dict[str, int]:
    return {state: count for _, state, count in project_counts(project.pk) if count}


def test_what_matches_goes_with_its_rows_and_the_counts_follow(tow, alice):
    job = work(start_deletion(project=tow, user=alice, criteria=UNCLASSIFIED, expected=3))
    assert (job.state, job.owner, job.result["deleted"]) == ("done", alice, 3)
    assert job.message == "3 objects deleted, with labels, traits, marks and predictions."
    assert names() == {"o0", "o1"} and Image.objects.count() == 2
    assert counts(tow) == {"V": 2}


def test_the_log_of_a_label_goes_with_its_object(tow, alice):
    chosen = Object.objects.get(wide__original_id="o1")
    label_objects(project=tow, user=alice, targets=[Target(chosen.pk, chosen.version)], state=State.DUBIOUS)
    assert Change.objects.filter(object=chosen.pk).exists()
    assert delete_objects(project=tow, object_ids=[chosen.pk]) == 1
    assert not Change.objects.filter(object=chosen.pk).exists()
    assert counts(tow) == {"V": 1, "U": 3}


def test_objects_of_another_project_stay(tow, alice):
    other = create_project(title="Other", owner=alice)
    assert delete_objects(project=other, object_ids=list(Object.objects.values_list("pk", flat=True))) == 0
    assert Object.objects.count() == 5


@pytest.mark.parametrize("person", ["bob", "carla", "vera", "dan"])
def test_only_managers_delete(request, tow, person):
    with pytest.raises(PermissionDenied):
        start_deletion(project=tow, user=request.getfixturevalue(person), criteria=UNCLASSIFIED, expected=3)
    assert not Job.objects.filter(kind="delete_objects").exists()


@pytest.mark.parametrize("expected", [None, 2, 5])
def test_the_number_must_be_that_of_what_matches(tow, alice, expected):
    with pytest.raises(ValidationError, match="3 objects match"):
        start_deletion(project=tow, user=alice, criteria=UNCLASSIFIED, expected=expected)
    assert count_matching(tow, UNCLASSIFIED) == 3


def test_never_more_than_was_said(tow, alice):
    job = start_deletion(project=tow, user=alice, criteria=UNCLASSIFIED, expected=3)
    chosen = Object.objects.get(wide__original_id="o0")
    label_objects(
        project=tow, user=alice, targets=[Target(chosen.pk, chosen.version)], state=State.UNCLASSIFIED
    )
    assert work(job).result["deleted"] == 3
    assert Object.objects.count() == 2


def test_a_cancel_leaves_whole_chunks_and_another_worker_goes_on(tow, alice, monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 1)
    job = start_deletion(project=tow, user=alice, criteria=UNCLASSIFIED, expected=3)
    Job.objects.filter(pk=job.pk).update(state="running")

    class Cancelled(Progress):
        def update(self, done, total, message=""):
            raise JobCancelled

    job.refresh_from_db()
    with pytest.raises(JobCancelled):
        jobs.delete_matching(job, Cancelled(job))
    assert counts(tow) == {"V": 2, "U": 2} and Image.objects.count() == 4
    job.refresh_from_db()
    assert jobs.delete_matching(job, Progress(job))["deleted"] == 3
    assert counts(tow) == {"V": 2}


def test_a_worker_that_dies_inside_a_chunk_leaves_it_whole(tow, alice, monkeypatch):
    job = start_deletion(project=tow, user=alice, criteria=UNCLASSIFIED, expected=3)
    Job.objects.filter(pk=job.pk).update(state="running")
    job.refresh_from_db()

    def dying(self, **note):
        raise SystemExit

    monkeypatch.setattr(Progress, "checkpoint", dying)
    with pytest.raises(SystemExit):
        jobs.delete_matching(job, Progress(job))
    assert counts(tow) == {"V": 2, "U": 3} and Image.objects.count() == 5


def test_the_page_asks_for_the_number(client, tow, alice):
    client.force_login(alice)
    address = f"/projects/{tow.pk}/delete/?state=unclassified"
    assert "Delete 3 objects" in client.get(address).content.decode()
    refused = client.post(address, {"expected": "5"})
    assert refused.status_code == 400 and "Type 3 to delete them for good." in refused.content.decode()
    assert not Job.objects.filter(kind="delete_objects").exists()
    job = Job.objects.get(pk=client.post(address, {"expected": "3"}).url.split("/")[-2])
    work(job)
    assert names() == {"o0", "o1"}


def test_by_the_api(client, tow, alice):
    client.force_login(alice)
    body = {"filter": {"state": "unclassified"}, "expected": 3}
    answer = client.post(f"/api/v1/projects/{tow.pk}/deletions/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["kind"]) == (202, "delete_objects")
    assert work(Job.objects.get(pk=answer.json()["id"])).result["deleted"] == 3
