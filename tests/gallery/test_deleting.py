"""Deleting objects: by managers, by number, into the bin of the project. What comes out of it: tests/deletions."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from annotations.deletions.models import ObjectDeletion
from annotations.deletions.object_actions import start_deletion
from annotations.jobs.models import Job
from annotations.labels.actions import label_objects
from annotations.labels.models import Change
from annotations.labels.tally import project_counts
from annotations.labels.targets import Target
from annotations.projects.actions import create_project
from annotations.samples.actions import delete_objects
from annotations.samples.models import Object, ObjectFields, State
from annotations.search.filter import Filter
from annotations.search.selecting import count_matching
from tests.imports.packages import package, row, run_import
from tests.run_jobs import work
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
VALIDATED = {"object_annotation_category": "Copepoda", "object_annotation_status": "validated"}
UNCLASSIFIED = Filter(state=(State.UNCLASSIFIED,))


@shared_rows
def tow(project, alice, tmp_path):
    """Two validated objects, three that are unclassified."""
    rows = [row(n, **(VALIDATED if n < 2 else {})) for n in range(5)]
    run_import(project, package(tmp_path / "p.zip", rows), alice, create_taxa=True)
    Job.objects.update(state="done")  # no worker has written its end
    return project


def names(project) -> set[str]:
    return set(ObjectFields.objects.filter(project=project).values_list("original_id", flat=True))


def counts(project) -> dict[str, int]:
    return {state: count for _, state, count in project_counts(project.pk) if count}


def test_what_matches_goes_with_its_rows_and_the_counts_follow(tow, alice):
    job = work(start_deletion(project=tow, user=alice, criteria=UNCLASSIFIED, expected=3))
    assert (job.state, job.owner, job.result["deleted"]) == ("done", alice, 3)
    deletion = ObjectDeletion.objects.get()
    assert job.message == f"3 objects are in the bin until {deletion.until:%Y-%m-%d}."
    assert (deletion.deleted_by, deletion.criteria, deletion.words) == (
        alice,
        {"state": ["unclassified"]},
        "unclassified",
    )
    assert names(tow) == {"o0", "o1"} and names(deletion.bin) == {"o2", "o3", "o4"}
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
    assert len(names(tow)) == 2


def test_the_page_asks_for_the_number(client, tow, alice):
    client.force_login(alice)
    address = f"/projects/{tow.pk}/delete/?state=unclassified"
    page = client.get(address).content.decode()
    assert "Delete 3 objects" in page and "None of them is validated." in page
    refused = client.post(address, {"expected": "5"})
    assert refused.status_code == 400 and "Type 3 to delete them." in refused.content.decode()
    assert not Job.objects.filter(kind="delete_objects").exists()
    job = Job.objects.get(pk=client.post(address, {"expected": "3"}).url.split("/")[-2])
    work(job)
    assert names(tow) == {"o0", "o1"}


def test_the_page_says_whose_work_goes(client, tow, alice):
    client.force_login(alice)
    page = client.get(f"/projects/{tow.pk}/delete/").content.decode()
    assert "Delete 5 objects" in page and "<li>2 by Alice</li>" in page


def test_by_the_api(client, tow, alice):
    client.force_login(alice)
    body = {"filter": {"state": "unclassified"}, "expected": 3}
    answer = client.post(f"/api/v1/projects/{tow.pk}/deletions/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["kind"]) == (202, "delete_objects")
    assert work(Job.objects.get(pk=answer.json()["id"])).result["deleted"] == 3
