"""What the sorting bench asks of the API beyond labelling: labels as they are now, one's own batches, preferences."""

import pytest

from annotations.projects.actions import create_project
from annotations.samples.models import Object
from tests.api.test_objects import label, targets, url

__all__ = ["url"]


def test_labels_as_they_are_now(bobs, tow, url):
    first = Object.objects.get(pk=tow.objects[0].pk)
    label(bobs, url, objects=[{"id": first.pk, "version": first.version}], state="validated")
    other = tow.objects[7].pk
    assert bobs.get(f"{url}labels/?ids={other},{first.pk},999999999").json() == [
        {
            "id": first.pk,
            "version": first.version + 1,
            "taxon": {"id": tow.copepoda, "name": "Copepoda"},
            "state": "validated",
            "score": None,
            "annotator": "Bob",
        },
        {
            "id": other,
            "version": 1,
            "taxon": None,
            "state": "unclassified",
            "score": None,
            "annotator": None,
        },
    ]


def test_labels_of_another_project_are_not_told(bobs, bob, tow):
    other = create_project(title="Other", owner=bob)
    assert bobs.get(f"/api/v1/projects/{other.pk}/labels/?ids={tow.objects[0].pk}").json() == []


@pytest.mark.parametrize("ids", ["", "a,b", "1,,2", ",".join(["1"] * 1001)])
def test_which_labels_has_to_be_said(bobs, url, ids):
    answer = bobs.get(f"{url}labels/?ids={ids}")
    assert answer.status_code == 400
    assert "`ids`" in answer.json()["detail"]


def test_ones_own_batches_newest_first(bobs, tow, url, bob, carla, client):
    result = bobs.get(f"{url}objects/").json()["results"]
    first = label(bobs, url, objects=targets(result[:2]), state="validated").json()["batch"]
    client.force_login(carla)
    label_by_carla = client.post(
        f"{url}annotations/",
        {"objects": targets(result[2:3]), "state": "validated"},
        content_type="application/json",
    ).json()["batch"]
    undo = bobs.post(f"/api/v1/batches/{first}/undo/").json()["batch"]
    mine = bobs.get(f"{url}batches/").json()
    assert [(b["id"], b["kind"], b["undoes"], b["changed"]) for b in mine] == [
        (undo, "undo", first, 2),
        (first, "label", None, 2),
    ]
    assert label_by_carla not in {b["id"] for b in mine}


@pytest.mark.parametrize(("expected", "status", "changed"), [(4, 200, 4), (5, 409, None)])
def test_all_that_match_only_when_they_are_as_many_as_seen(bobs, tow, url, expected, status, changed):
    answer = label(bobs, url, filter={"state": "predicted"}, expected=expected, state="validated")
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["changed"] == changed
    else:
        assert "4 objects match by now, not 5" in answer.json()["detail"]
        assert Object.objects.filter(state="P").count() == 4, "nothing was done"


def test_preferences_are_kept_one_by_one(bobs):
    bobs.post("/api/v1/me/preferences/", {"layout": {"ground": "dark"}})
    bobs.post("/api/v1/me/preferences/", {"keys": {"accept": ["x"]}})
    assert bobs.get("/api/v1/me/preferences/").json() == {
        "layout": {"ground": "dark"},
        "keys": {"accept": ["x"]},
    }


@pytest.mark.parametrize(
    ("preferences", "sentence"),
    [
        ({"colour": {}}, "There is no preference 'colour'"),
        ({"keys": "all"}, "takes an object"),
        ([], "take an object"),
        ({"keys": {"accept": "x" * 20_001}}, "20,000 characters"),
    ],
)
def test_other_preferences_are_refused(bobs, preferences, sentence):
    answer = bobs.post("/api/v1/me/preferences/", preferences)
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]
