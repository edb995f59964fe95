"""Regroupings by the API."""

import pytest


@pytest.fixture
def api(client, alice):
    client.force_login(alice)
    return client


def test_one_is_made_changed_and_read(api, tow):
    address = f"/api/v1/projects/{tow.project.pk}/regroupings/"
    body = {"name": "Sorts", "rows": [{"taxon": tow.copepoda, "group": "Copepods"}]}
    made = api.post(address, body, content_type="application/json")
    assert made.status_code == 201
    (group,) = made.json()["groups"]
    change = {
        "revision": 1,
        "others": "left_out",
        "rows": [{"taxon": tow.appendicularia, "group": "Jelly"}],
        "groups": [{"id": group["id"], "name": "Crustaceans", "is_left_out": False}],
    }
    one = f"{address}{made.json()['id']}/"
    changed = api.patch(one, change, content_type="application/json").json()
    assert [each["name"] for each in changed["groups"]] == ["Crustaceans", "Jelly"]
    assert (changed["others"], changed["revision"]) == ("left_out", 2)
    assert api.get(one).json() == changed
    assert [each["name"] for each in api.get(address).json()] == ["Sorts"]
    late = api.patch(one, change, content_type="application/json")
    assert (late.status_code, late.json()["detail"][:29]) == (409, "Somebody changed Sorts meanwh")
