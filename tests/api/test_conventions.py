"""What any client of HTTP expects: HEAD, OPTIONS, links to the next page, 304, errors that point to their field."""

import pytest
from rest_framework.test import APIClient

from tests.plankton import tow

__all__ = ["tow"]


@pytest.fixture
def objects(tow) -> str:
    return f"/api/v1/projects/{tow.project.pk}/objects/"


def test_head_is_get_without_its_body(bobs, objects):
    answer = bobs.head(f"{objects}?limit=2")
    assert answer.status_code == 200 and answer.content == b""
    assert int(answer["Content-Length"]) == len(bobs.get(f"{objects}?limit=2").content)
    assert bobs.head(f"{objects}?limt=2").status_code == 400


def test_head_of_what_can_only_be_sent(bobs, tow):
    assert bobs.head(f"/api/v1/projects/{tow.project.pk}/annotations/").status_code == 405


def test_options_say_which_methods_there_are(bobs, objects):
    assert bobs.options(f"{objects}?limit=2")["Allow"] == "GET, HEAD, OPTIONS"


def test_a_link_leads_to_the_next_page_with_the_same_filter(bobs, objects):
    first = bobs.get(f"{objects}?limit=2&state=validated&state=predicted&order=-id")
    address, relation = first["Link"].split("; ")
    assert relation == 'rel="next"'
    second = bobs.get(address.strip("<>").removeprefix("http://testserver"))
    whole = bobs.get(f"{objects}?limit=4&state=validated&state=predicted&order=-id").json()["results"]
    assert [*first.json()["results"], *second.json()["results"]] == whole


def test_the_last_page_has_no_link(bobs, objects):
    answer = bobs.get(objects)
    assert answer.json()["next"] is None and "Link" not in answer


def test_what_did_not_change_is_not_sent_again(bobs, alices, tow):
    url = f"/api/v1/projects/{tow.project.pk}/"
    tag = bobs.get(url)["ETag"]
    again = bobs.get(url, headers={"If-None-Match": tag})
    assert again.status_code == 304 and again.content == b""
    alices.patch(url, {"description": "Nets of 200 µm"})
    changed = bobs.get(url, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and changed["ETag"] != tag


def test_nobody_gets_a_304_for_what_somebody_else_may_read(bobs, client_of, dan, tow):
    url = f"/api/v1/projects/{tow.project.pk}/"
    tag = bobs.get(url)["ETag"]
    assert client_of(dan).get(url, headers={"If-None-Match": tag}).status_code == 404


def test_the_description_is_sent_once(bobs):
    tag = bobs.get("/api/schema/")["ETag"]
    assert bobs.get("/api/schema/", headers={"If-None-Match": tag}).status_code == 304


def test_pages_of_other_sites_read_what_is_public_and_nothing_else(bobs, objects):
    assert APIClient().get("/api/v1/catalogue/models/")["Access-Control-Allow-Origin"] == "*"
    for url in (objects, "/api/v1/me/", "/api/v1/me/tokens/"):
        assert "Access-Control-Allow-Origin" not in bobs.get(url)
    assert "Access-Control-Allow-Origin" not in APIClient().post("/api/v1/token/", {})


def test_an_error_points_to_its_fields(bobs, tow):
    body = {"objects": [{"id": 1, "version": 1}], "taxon": "Copepoda", "state": "right"}
    answer = bobs.post(f"/api/v1/projects/{tow.project.pk}/annotations/", body)
    assert answer.status_code == 400
    assert {error["pointer"]: error["detail"] for error in answer.json()["errors"]} == {
        "#/taxon": "A valid integer is required.",
        "#/state": "“right” is none of its values: unclassified, predicted, dubious, validated.",
    }


def test_an_error_of_the_address_names_its_parameter(alices, tow):
    answer = alices.get(f"/api/v1/projects/{tow.project.pk}/roll-backs/?person=1")
    assert [error["parameter"] for error in answer.json()["errors"]] == ["since"]


def test_another_kind_than_there_is(bobs, objects):
    answer = bobs.get(objects, headers={"Accept": "text/csv"})
    assert answer.status_code == 406 and "application/json" in answer.json()["detail"]
