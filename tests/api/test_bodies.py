"""A body that is no object, or that names what a route does not know, is refused by a sentence and changes nothing."""

import json
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.urls import URLPattern, reverse

from annotations.api import urls
from annotations.labels.models import Batch
from annotations.marks.models import MarkLabel

NO_OBJECTS = [[None, None], "text", 5, True, [[]], [{"id": 1}]]


def writing_routes(project: int, object_id: int) -> Iterator[tuple[str, str]]:
    """Method and address of whatever takes a body; numbers of which there is none here are 1."""
    numbers = {"project_id": project, "object_id": object_id, "upload_id": uuid4(), "level": "objects"}
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        names = re.findall(r"<(?:int|uuid|slug):(\w+)>", str(pattern.pattern))
        for method in ("post", "patch", "put"):
            if hasattr(getattr(pattern.callback, "cls", None), method):
                kwargs = {name: numbers.get(name, 1) for name in names}
                kwargs |= {"rest": "nowhere/"} if pattern.name == "not_found" else {}
                yield method, reverse(f"api:{pattern.name}", kwargs=kwargs)


@pytest.mark.parametrize("body", NO_OBJECTS, ids=str)
def test_no_route_fails_at_a_body_that_is_no_object(root, client_of, tow, body):
    client = client_of(root)
    failed = [
        (method, url)
        for method, url in writing_routes(tow.project.pk, tow.objects[0].pk)
        if getattr(client, method)(url, body).status_code >= 500
    ]
    assert not failed


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ([None], "Invalid data"),
        ({"starter": True, "key": "eye"}, "`key`"),
        ({"starter": False}, "`starter`"),
        ({"starter": "perhaps"}, "`starter`"),
    ],
    ids=str,
)
def test_the_starter_set_of_marks_is_asked_for_by_itself(alices, tow, body, named):
    answer = alices.post(f"/api/v1/projects/{tow.project.pk}/mark-labels/", body)
    assert answer.status_code == 400 and named in answer.json()["detail"]
    assert not MarkLabel.objects.exists()
    starter = alices.post(f"/api/v1/projects/{tow.project.pk}/mark-labels/", {"starter": True})
    assert starter.status_code == 201 and len(starter.json()) == MarkLabel.objects.count() > 0


def test_a_roll_back_names_a_misspelled_end(bobs, bob, tow):
    """Passed over, `untill` would take back everything that came after as well."""
    body = {"person": str(bob.pk), "since": "2026-01-01", "untill": "2026-01-02"}
    answer = bobs.post(f"/api/v1/projects/{tow.project.pk}/roll-backs/", body)
    assert answer.status_code == 400 and "`untill`" in answer.json()["detail"]
    assert not Batch.objects.exists()


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\0"], ids=ascii)
def test_what_no_text_has_is_refused_wherever_it_stands(bobs, text):
    """PostgreSQL would refuse it in columns of JSON, which no field looks into."""
    for body in ({"keys": {text: "x"}}, {"keys": {"x": [text]}}, {"layout": {"a": {"b": text}}}):
        answer = bobs.generic("POST", "/api/v1/me/preferences/", json.dumps(body), "application/json")
        assert answer.status_code == 400 and "characters that no text has" in answer.json()["detail"]
    assert bobs.get("/api/v1/me/preferences/").json() == {}
