"""The bin of a project on its page and by the API, and deleting samples from their table."""

import pytest

from annotations.deletions.models import ObjectDeletion
from annotations.deletions.object_actions import start_deletion
from annotations.jobs.models import Job
from annotations.samples.models import Object, Sample, State
from annotations.search.filter import Filter
from tests.plankton import make_tow
from tests.run_jobs import work
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def tow(project):
    return make_tow(project)


@shared_rows
def deletion(tow, alice):
    work(
        start_deletion(project=tow.project, user=alice, criteria=Filter(state=(State.PREDICTED,)), expected=4)
    )
    return ObjectDeletion.objects.get()


def job_of(answer) -> Job:
    return work(Job.objects.get(pk=answer.url.split("/")[-2]))


def test_the_bin_says_what_who_and_until_when(client, deletion, alice):
    client.force_login(alice)
    page = client.get(f"/projects/{deletion.project_id}/bin/").content.decode()
    for text in (
        "Objects that match: predicted",
        "4 objects",
        "deleted by Alice",
        f"{deletion.until:%Y-%m-%d %H:%M}",
    ):
        assert text in page
    assert page.count("<img") == 4
    job = job_of(client.post(f"/projects/{deletion.project_id}/bin/{deletion.pk}/restore/"))
    assert job.message == "4 objects are back, with everything on them."
    page = client.get(f"/projects/{deletion.project_id}/bin/").content.decode()
    assert "Nothing of this project is in the bin." in page


def test_others_see_only_what_they_deleted(client, deletion, bob):
    client.force_login(bob)
    assert "predicted" not in client.get(f"/projects/{deletion.project_id}/bin/").content.decode()
    ObjectDeletion.objects.update(deleted_by=bob)
    page = client.get(f"/projects/{deletion.project_id}/bin/").content.decode()
    assert "Objects that match: predicted" in page and "Delete for good" not in page


def test_deleting_for_good_asks_for_the_number(client, deletion, alice):
    client.force_login(alice)
    address = f"/projects/{deletion.project_id}/bin/{deletion.pk}/delete/"
    assert "Delete 4 objects for good" in client.get(address).content.decode()
    assert "Type 4 to delete them for good." in client.post(address, {"expected": "3"}).content.decode()
    assert job_of(client.post(address, {"expected": "4"})).state == "done"
    assert Object.objects.count() == 6


def test_ticked_samples_are_deleted_with_their_objects(client, tow, alice):
    client.force_login(alice)
    empty = Sample.objects.create(project=tow.project, original_id="empty")
    table = f"/projects/{tow.project.pk}/samples/"
    ticked = {"sample": [tow.objects[0].sample_id, empty.pk], "value": "x"}
    address = client.post(f"{table}delete/", ticked).url
    page = client.get(address).content.decode()
    for text in ("Delete 2 samples with 10 objects", "empty, tow_1", "<li>2 by somebody who left</li>"):
        assert text in page
    assert "Type 10 to delete them." in client.post(address, {"expected": "2"}).content.decode()
    job = job_of(client.post(address, {"expected": "10"}))
    assert job.message.startswith("10 objects and 2 samples are in the bin")
    assert "tow_1" not in client.get(table).content.decode()


def test_nothing_ticked_is_said(client, tow, alice):
    client.force_login(alice)
    address = f"/projects/{tow.project.pk}/samples/delete/"
    page = client.post(address, {"value": "x"}, follow=True).content.decode()
    assert "Tick the samples first" in page


def test_by_the_api(client, tow, alice):
    client.force_login(alice)
    project = f"/api/v1/projects/{tow.project.pk}/"
    sample = tow.objects[0].sample_id

    def send(**body):
        return client.delete(f"{project}samples/", body, content_type="application/json")

    plan = send(samples=[sample], dry_run=True).json()
    assert plan == {"samples": 1, "objects": 10, "validated_by": [{"name": None, "objects": 2}]}
    assert send(samples=[sample]).status_code == 400
    assert send(samples=[sample, 999_999], expected=10).status_code == 400
    answer = send(samples=[sample], expected=10)
    assert answer.status_code == 202
    work(Job.objects.get(pk=answer.json()["id"]))
    (entry,) = client.get(f"{project}bin/").json()["results"]
    assert (entry["samples"], entry["objects"], entry["words"]) == ([sample], 10, "tow_1")
    restored = client.post(f"{project}bin/{entry['id']}/restore/")
    assert work(Job.objects.get(pk=restored.json()["id"])).state == "done"
    assert [each["id"] for each in client.get(f"{project}samples/").json()] == [sample]


def test_deleting_for_good_by_the_api(client, deletion, alice):
    client.force_login(alice)
    address = f"/api/v1/projects/{deletion.project_id}/bin/{deletion.pk}/"
    answer = client.delete(address, {"expected": 4}, content_type="application/json")
    assert answer.status_code == 202
    assert work(Job.objects.get(pk=answer.json()["id"])).state == "done" and Object.objects.count() == 6
