"""Undo reaches back to the beginning of the sitting, whatever was undone and redone meanwhile."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from annotations.labels.models import Batch
from annotations.projects.actions import create_project
from annotations.samples.models import Object
from annotations.traits.models import Trait
from annotations.traits.vocabulary import define_trait


def label(client: APIClient, tow, n: int, **label: object) -> int:
    created = Object.objects.get(pk=tow.objects[n].pk)
    body = {"objects": [{"id": created.pk, "version": created.version}], **label}
    return client.post(f"/api/v1/projects/{tow.project.pk}/annotations/", body, format="json").json()["batch"]


def stack(client: APIClient, tow, name: str = "done", **more: object) -> dict:
    answer = client.get(f"/api/v1/projects/{tow.project.pk}/sitting/", {"stack": name, **more})
    assert answer.status_code == 200, answer.content
    return answer.json()


def batches(client: APIClient, tow, name: str = "done") -> list[int]:
    return [step["batch"] for step in stack(client, tow, name)["results"]]


def undo(client: APIClient, batch: int) -> int:
    answer = client.post(f"/api/v1/batches/{batch}/undo/")
    assert answer.status_code == 200, answer.content
    return answer.json()["batch"]


def test_undos_and_redos_fold_and_everything_can_be_taken_back(bobs, tow):
    before = list(Object.objects.order_by("id").values_list("taxon", "state", "score"))
    taxa = [tow.copepoda, tow.appendicularia]
    batch_ids = [label(bobs, tow, n % 10, taxon=taxa[(n // 10) % 2]) for n in range(30)]
    for _ in range(15):
        undo(bobs, batches(bobs, tow)[0])
    for _ in range(15):
        undo(bobs, batches(bobs, tow, "undone")[0])
    assert [step["kind"] for step in stack(bobs, tow)["results"]] == ["label"] * 30
    assert batches(bobs, tow)[15:] == batch_ids[14::-1]
    while steps := batches(bobs, tow):
        undo(bobs, steps[0])
    assert list(Object.objects.order_by("id").values_list("taxon", "state", "score")) == before
    assert len(batches(bobs, tow, "undone")) == 30


def test_page_by_page(bobs, tow):
    batch_ids = [label(bobs, tow, n, taxon=tow.copepoda) for n in range(7)]
    result, cursor = [], None
    while cursor is not None or not result:
        page = stack(bobs, tow, limit=3, **({"cursor": cursor} if cursor else {}))
        result += [step["batch"] for step in page["results"]]
        cursor = page["next"]
    assert result == batch_ids[::-1]


def test_redone_in_the_order_of_undoing_until_something_new_is_labelled(bobs, tow):
    batch_ids = [label(bobs, tow, n, taxon=tow.copepoda) for n in range(3)]
    undone = [undo(bobs, batch) for batch in reversed(batch_ids)]
    assert batches(bobs, tow, "undone") == undone[::-1]
    label(bobs, tow, 5, state="dubious")
    assert batches(bobs, tow, "undone") == []


def test_across_traits_and_taxa(bobs, tow, alice):
    define_trait(project=tow.project, user=alice, name="Egg sac", kind="flag")
    first = label(bobs, tow, 0, taxon=tow.copepoda)
    body = {
        "objects": [{"id": tow.objects[0].pk, "version": 0}],
        "trait": Trait.objects.get().key,
        "value": "yes",
    }
    scored = bobs.post(f"/api/v1/projects/{tow.project.pk}/trait-values/", body, format="json").json()[
        "batch"
    ]
    assert batches(bobs, tow) == [scored, first]
    undone = undo(bobs, scored)
    assert (batches(bobs, tow), batches(bobs, tow, "undone")) == ([first], [undone])
    redone = undo(bobs, undone)
    assert batches(bobs, tow) == [redone, first]


def test_what_others_changed_to_the_last_object_is_not_on_the_stack(bobs, carlas, tow):
    first, second = (label(bobs, tow, n, taxon=tow.copepoda) for n in (0, 1))
    hers = label(carlas, tow, 1, state="dubious")
    assert batches(bobs, tow) == [first]
    undo(carlas, hers)
    assert batches(bobs, tow) == [second, first]


def test_what_an_expert_took_back_is_not_on_the_stack(bobs, carlas, tow):
    first, second = (label(bobs, tow, n, taxon=tow.copepoda) for n in (0, 1))
    undo(carlas, second)
    assert (batches(bobs, tow), batches(bobs, tow, "undone")) == ([first], [])


def test_ones_own_in_this_project_since_the_last_night(bobs, carlas, tow, bob):
    label(carlas, tow, 0, taxon=tow.copepoda)
    old = label(bobs, tow, 1, taxon=tow.copepoda)
    created = Batch.objects.get(pk=old)
    Batch.objects.filter(pk=old).update(created=created.created - timedelta(hours=13))
    new = label(bobs, tow, 2, taxon=tow.copepoda)
    elsewhere = create_project(title="Elsewhere", owner=bob)
    assert batches(bobs, tow) == [new]
    assert bobs.get(f"/api/v1/projects/{elsewhere.pk}/sitting/").json() == {"results": [], "next": None}


@pytest.mark.parametrize("query", [{"stack": "both"}, {"limit": "0"}, {"limit": "1001"}, {"cursor": "x"}])
def test_what_the_route_does_not_take(bobs, tow, query):
    assert bobs.get(f"/api/v1/projects/{tow.project.pk}/sitting/", query).status_code == 400
