"""Whatever is wrong with a request, the answer is one JSON shape with a sentence, and never a 500."""

import base64
import io
import json

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from tests.people import PASSWORD

HUGE = 10**30


def cursor(*parts: object) -> str:
    """What a client could make up."""
    return "cursor=" + base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


NOWHERE = [
    "projects/{0}/",
    "projects/{0}/objects/",
    "objects/{0}/",
    "objects/{0}/history/",
    "jobs/{0}/",
    "models/{0}/",
]
BAD_QUERIES = [
    "state=alive", "taxon=x", "sample=1.5", "score_min=high", "score_min=nan", "held_out=1", "held_out=1:2",
    "order=beauty", "order=field:none", "limit=many", "cursor=x", "cursor=WyJpZCIsMV0", "original_id=%00",
    f"taxon={HUGE}", f"sample={HUGE}",
    "limit=0", "limit=-5", "limit=1001",
    cursor("id", "x", 1), cursor("id", 1.5, 1), cursor("id", 1, HUGE), cursor("order", 1, 1),
    cursor("id", 1, 1, "x"), cursor("id", 1, 1, HUGE), cursor("id", 1, 1, 1, 1),
    "order=date&" + cursor("date", "noon", 1), "order=date&" + cursor("date", "2026-02-31T00:00:00Z", 1),
    "order=date&" + cursor("date", 5, 1), "order=-score&" + cursor("-score", "high", 1),
]  # fmt: skip
BAD_LABELS = [
    {}, [], "text", {"objects": []}, {"objects": [{"id": 1}], "state": "validated"},
    {"objects": [{"id": 1, "version": 1}]},
    {"objects": [{"id": HUGE, "version": 1}], "state": "dubious"},
    {"objects": [{"id": 1, "version": HUGE}], "state": "dubious"},
    {"objects": [{"id": 1, "version": 1}], "taxon": HUGE}, {"state": "validated"},
    {"filter": {"state": "alive"}, "state": "dubious"},
    {"filter": {"original_id": {"a": 1}}, "state": "dubious"},
    {"filter": {"original_id": "a\0b"}, "state": "dubious"},
    {"filter": {"taxon": {"a": 1}}, "state": "dubious"},
    {"filter": {"state": "unclassified"}, "state": "validated"},
]  # fmt: skip


def detail_of(answer, status: int) -> str:
    """The sentence of an error."""
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"].startswith("application/json")
    assert set(answer.json()) <= {"detail", "errors"} and answer.json()["detail"]
    return answer.json()["detail"]


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_bad_queries(bobs, tow, query):
    detail_of(bobs.get(f"/api/v1/projects/{tow.project.pk}/objects/?{query}"), 400)


@pytest.mark.parametrize("body", BAD_LABELS, ids=str)
def test_bad_labels(bobs, tow, body):
    detail_of(bobs.post(f"/api/v1/projects/{tow.project.pk}/annotations/", body), 400)


@pytest.mark.parametrize("number", [987654321, HUGE])
@pytest.mark.parametrize("path", NOWHERE)
def test_what_does_not_exist(bobs, path, number):
    detail_of(bobs.get(f"/api/v1/{path.format(number)}"), 404)


def test_a_route_that_does_not_exist(bobs):
    detail_of(bobs.get("/api/v1/nonsense/"), 404)


def test_undo_of_nothing(bobs):
    detail_of(bobs.post(f"/api/v1/batches/{HUGE}/undo/"), 404)


def test_a_stranger_cannot_tell_a_project_from_none(client_of, dan, project):
    dans = client_of(dan)
    theirs = detail_of(dans.get(f"/api/v1/projects/{project.pk}/"), 404)
    assert theirs == detail_of(dans.get(f"/api/v1/projects/{project.pk + 1}/"), 404)


def test_without_token_and_with_a_wrong_one(db):
    detail_of(APIClient().get("/api/v1/projects/"), 401)
    detail_of(APIClient(HTTP_AUTHORIZATION="Token wrong").get("/api/v1/projects/"), 401)


def test_method_json_and_media_type(bobs):
    detail_of(bobs.delete("/api/v1/projects/"), 405)
    detail_of(bobs.generic("POST", "/api/v1/projects/", "{", content_type="application/json"), 400)
    detail_of(bobs.generic("POST", "/api/v1/projects/", "<a/>", content_type="text/xml"), 415)
    assert "title" in detail_of(bobs.post("/api/v1/projects/", {}), 400)
    detail_of(bobs.post("/api/v1/projects/", {"title": "a\0b"}), 400)
    assert "`q`" in detail_of(bobs.get("/api/v1/taxa/?q=%00none"), 400)


def test_exports_refuse_a_bad_filter(bobs, project):
    url = f"/api/v1/projects/{project.pk}/exports/"
    detail_of(bobs.post(url, {"format": "excel"}), 400)
    detail_of(bobs.post(url, {"filter": {"score_min": "nan"}}), 400)
    detail_of(bobs.post(url, {"filter": {"state": "alive"}}), 400)


def test_a_token_for_name_and_password(bob):
    client = APIClient()
    detail_of(client.post("/api/v1/token/", {"username": "bob", "password": "guessed"}), 401)
    key = client.post("/api/v1/token/", {"username": "bob", "password": PASSWORD}).json()["token"]
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    assert client.get("/api/v1/projects/").json() == []


def test_a_session_needs_the_csrf_token(bob):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(bob)
    assert client.get("/api/v1/projects/").status_code == 200
    detail_of(client.post("/api/v1/projects/", {"title": "From another site"}), 403)


def test_projects_are_made_read_and_changed(bobs, alices, project):
    created = bobs.post("/api/v1/projects/", {"title": "Bay of Nice"})
    assert created.status_code == 201 and created.json()["role"] == "manager"
    assert {p["title"]: p["role"] for p in bobs.get("/api/v1/projects/").json()} == {
        "Bay of Nice": "manager",
        project.title: "annotator",
    }
    detail_of(bobs.patch(f"/api/v1/projects/{project.pk}/", {"title": "Mine"}), 403)
    assert (
        alices.patch(f"/api/v1/projects/{project.pk}/", {"description": "Nets"}).json()["description"]
        == "Nets"
    )


def test_the_schema_is_complete_and_its_page_needs_no_other_site(db):
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert "/api/v1/projects/{project_id}/objects/" in out.getvalue()
    page = APIClient().get("/api/docs/").content.decode()
    assert "swagger" in page and "//cdn" not in page
