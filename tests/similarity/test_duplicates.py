"""Near-duplicates: found by a job, listed with contradictions first, dealt with, and never deleted in silence."""

import numpy as np
import pytest

from annotations.jobs.models import Job, JobState
from annotations.labels.models import Batch, BatchKind
from annotations.labels.undoing import undo_batch
from annotations.learning.models import Model
from annotations.projects.models import Role
from annotations.samples.models import Image, Object, State
from annotations.similarity.models import DuplicateGroup, NearPair
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.similarity.test_similarity import COUNT, keep, ring
from tests.worker.runs import Killed, die_at, run
from tests.worlds import shared_rows
from worker.duplicates import job as duplicates
from worker.duplicates.groups import hanging_together
from worker.duplicates.job import find_duplicates, near_pairs

__all__ = ["ring"]


@shared_rows
def alike(project, ring: list[Object]) -> list[Object]:
    """Three are nearly the same, two of them validated as different taxa; two others, too; and two are one file."""
    looks = np.eye(COUNT)
    looks[1], looks[2] = looks[0] + 0.02 * looks[9], looks[0] + 0.02 * looks[10]
    looks[4] = looks[3] + 0.01 * looks[9]
    keep(Model.objects.create(name="newer"), project, ring[:COUNT], looks)
    for name, some in (("Oithona", ring[0]), ("Acartia", ring[1])):
        (taxon,) = ensure_taxa([TaxonName(name)]).values()
        Object.objects.filter(pk=some.pk).update(state=State.VALIDATED, taxon_id=taxon)
    for n, one in enumerate(ring):
        key = "same" if n in (20, 24) else f"file{n}"
        Image.objects.create(object=one, rank=0, key=key, width=8, height=8)
    return ring


def search(project, client) -> Job:
    answer = client.post(
        f"/api/v1/projects/{project.pk}/duplicates/", {"threshold": 0.01}, content_type="application/json"
    )
    assert answer.status_code == 202, answer.content
    job = Job.objects.get(pk=answer.json()["id"])
    assert run(job, find_duplicates).state == JobState.DONE
    return job


def groups(project, client, **query) -> list[set[int]]:
    results = client.get(f"/api/v1/projects/{project.pk}/duplicates/", query).json()["results"]
    return [{each["id"] for each in group["objects"]} for group in results]


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_pairs_are_those_of_comparing_everything_with_everything(chunk, monkeypatch):
    rng = np.random.default_rng(3)
    heaps = rng.normal(size=(12, 6)).repeat(5, 0) + rng.normal(size=(60, 6)) / 50
    vectors = (heaps / np.linalg.norm(heaps, axis=1, keepdims=True)).astype(np.float32)
    ids = np.arange(100, 160)
    pairs = {
        (a, b)
        for first in range(0, 60, chunk)
        for a, b, _ in near_pairs(ids, vectors, first, first + chunk, 0.01)
    }
    distances = 1 - vectors @ vectors.T
    assert pairs == {
        (100 + a, 100 + b) for a in range(60) for b in range(a + 1, 60) if distances[a, b] <= 0.01
    }
    monkeypatch.setattr(duplicates, "NEAREST", 2)
    assert len(near_pairs(ids, vectors, 0, 60, 2.0)) <= 120


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_pairs_that_hang_together_are_one_group_however_many_come_at_once(at_once):
    ids = np.array([1, 2, 3, 5, 7, 9])
    pairs = [(1, 2, 0.001), (3, 4, 0.002), (7, 9, -1.0), (2, 5, 0.004)]  # 4 is gone
    blocks = [
        tuple(np.array(column) for column in zip(*pairs[at : at + at_once], strict=True))
        for at in range(0, len(pairs), at_once)
    ]
    groups, widest = hanging_together(ids, blocks)
    joined = {frozenset(ids[groups == group].tolist()) for group in groups}
    assert joined == {frozenset({1, 2, 5}), frozenset({3}), frozenset({7, 9})}
    assert widest.tolist() == [0.001, 0.004, -2, 0.004, -1, -1]


@pytest.mark.django_db(transaction=True)
def test_contradictory_labels_come_first_and_same_files_are_found(alike, project, client, alice):
    client.force_login(alice)
    search(project, client)
    ids = [o.pk for o in alike]
    assert groups(project, client) == [set(ids[:3]), {ids[20], ids[24]}, {ids[3], ids[4]}]
    page = client.get(f"/projects/{project.pk}/duplicates/").content.decode()
    assert page.index("labels contradict") < page.rindex("the same file")
    bench = client.get(
        f"/api/v1/projects/{project.pk}/objects/?duplicates={DuplicateGroup.objects.first().pk}"
    )
    assert {row["id"] for row in bench.json()["results"]} == set(ids[:3])
    assert not NearPair.objects.exists()
    assert Object.objects.filter(project=project).count() == COUNT + 1, "a search changes nothing"


@pytest.mark.django_db(transaction=True)
def test_what_is_no_duplicate_is_remembered_by_later_searches(alike, project, client, alice):
    client.force_login(alice)
    search(project, client)
    first = DuplicateGroup.objects.order_by("place")[0]
    ids = {o.pk for o in alike[:3]}
    client.post(f"/projects/{project.pk}/duplicates/{first.pk}/keep/", {"is_kept": "1"})
    search(project, client)
    assert ids not in groups(project, client)
    assert groups(project, client, is_kept=True) == [ids]
    client.patch(
        f"/api/v1/projects/{project.pk}/duplicates/{first.pk}/",
        {"is_kept": False},
        content_type="application/json",
    )
    search(project, client)
    assert groups(project, client)[0] == ids


@pytest.mark.django_db(transaction=True)
def test_all_get_one_label_by_one_action_and_others_go_to_the_bin_by_its_page(alike, project, client, alice):
    client.force_login(alice)
    search(project, client)
    group = DuplicateGroup.objects.order_by("place")[0]
    url = f"/projects/{project.pk}/duplicates/{group.pk}/"
    taxon = Object.objects.get(pk=alike[0].pk).taxon_id
    seen = ",".join(f"{o.pk}:{o.version}" for o in Object.objects.filter(pk__in=[o.pk for o in alike[:3]]))
    before = set(
        Object.objects.filter(pk__in=[o.pk for o in alike[:3]]).values_list("pk", "taxon_id", "state")
    )
    done = client.post(f"{url}label/", {"taxon": taxon, "seen": seen})
    assert done.url.endswith(f"/duplicates/#group-{group.pk}"), "not to the top of the page"
    page = client.get(done.url).content.decode()
    assert "All are validated as" in page
    assert f'value="{taxon}">All ' not in page, "it is done"
    same = Object.objects.filter(pk__in=[o.pk for o in alike[:3]])
    assert set(same.values_list("taxon_id", "state")) == {(taxon, State.VALIDATED)}
    client.post(f"{url}label/", {"taxon": taxon, "seen": f"{alike[9].pk}:1"})
    assert Object.objects.get(pk=alike[9].pk).taxon_id != taxon, "it is none of them"
    client.post(f"{url}undo/")
    assert set(same.values_list("pk", "taxon_id", "state")) == before
    led = client.post(f"{url}others/", {"keep": alike[1].pk})
    assert led.url == f"/projects/{project.pk}/delete/?id={alike[0].pk}&id={alike[2].pk}"
    asks = client.get(led.url).content.decode()
    assert "Delete 2 objects" in asks
    assert Object.objects.filter(project=project).count() == COUNT + 1


@pytest.mark.django_db(transaction=True)
def test_what_was_redone_can_be_taken_back_again_by_who_may(alike, project, client, alice, bob):
    client.force_login(alice)
    search(project, client)
    group = DuplicateGroup.objects.order_by("place")[0]
    url, three = (
        f"/projects/{project.pk}/duplicates/{group.pk}/",
        Object.objects.filter(pk__in=[o.pk for o in alike[:3]]),
    )
    before = set(three.values_list("pk", "taxon_id", "state"))
    seen = ",".join(f"{o.pk}:{o.version}" for o in three)
    client.post(f"{url}label/", {"taxon": Object.objects.get(pk=alike[0].pk).taxon_id, "seen": seen})
    client.post(f"{url}undo/")
    undo = Batch.objects.get(kind=BatchKind.UNDO)
    undo_batch(batch=undo, user=alice, role=Role.MANAGER)
    client.post(f"{url}undo/")
    assert set(three.values_list("pk", "taxon_id", "state")) == before
    client.post(f"{url}undo/")
    assert set(three.values_list("pk", "taxon_id", "state")) == before, "twice is not a redo"
    undo_batch(batch=Batch.objects.latest("pk"), user=alice, role=Role.MANAGER)
    page = f"/projects/{project.pk}/duplicates/"
    assert "Take it back" in client.get(page).content.decode()
    client.force_login(bob)
    theirs = client.get(page).content.decode()
    assert "All are validated as" in theirs
    assert "Take it back" not in theirs, "it is alice's work, and bob is no expert"


@pytest.mark.django_db(transaction=True)
def test_a_search_that_was_killed_goes_on_after_its_last_chunk(alike, project, client, alice, monkeypatch):
    client.force_login(alice)
    monkeypatch.setattr(duplicates, "CHUNK", 2)
    answer = client.post(f"/projects/{project.pk}/duplicates/", {"threshold": 0.01})
    job = Job.objects.get(kind="find_duplicates")
    assert answer.url == f"/jobs/{job.pk}/"
    real = duplicates.near_pairs

    def killed(ids, vectors, first, last, threshold):
        if first == 4:
            raise Killed
        return real(ids, vectors, first, last, threshold)

    monkeypatch.setattr(duplicates, "near_pairs", killed)
    die_at(job, find_duplicates)
    job.refresh_from_db()
    assert job.checkpoint["done"] == 4
    monkeypatch.setattr(duplicates, "near_pairs", real)
    assert run(job, find_duplicates).state == JobState.DONE
    assert groups(project, client)[0] == {o.pk for o in alike[:3]}


@pytest.mark.django_db(transaction=True)
def test_what_is_deleted_while_a_search_runs_is_in_no_group(alike, project, client, alice, monkeypatch):
    client.force_login(alice)
    real = duplicates.groups_in

    def meanwhile(project_id):
        groups_of_pairs = real(project_id)
        Object.objects.filter(pk__in=[alike[2].pk, alike[4].pk]).delete()
        return groups_of_pairs

    monkeypatch.setattr(duplicates, "groups_in", meanwhile)
    search(project, client)
    assert groups(project, client) == [{o.pk for o in alike[:2]}, {alike[20].pk, alike[24].pk}]
