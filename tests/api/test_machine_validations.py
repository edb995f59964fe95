"""The route that accepts by a rule."""

import pytest

from annotations.jobs.models import Job
from annotations.review import accepting


@pytest.fixture
def url(tow) -> str:
    return f"/api/v1/projects/{tow.project.pk}/machine-validations/"


def test_few_at_once_with_what_undoes_them(bobs, tow, url):
    answer = bobs.post(url, {"taxon": tow.copepoda, "threshold": 0.6, "objects": 3}, format="json")
    assert (answer.status_code, set(answer.json()), answer.json()["changed"]) == (
        200,
        {"batch", "changed"},
        3,
    )
    objects = bobs.get(f"/api/v1/projects/{tow.project.pk}/objects/", {"state": "machine-validated"}).json()
    assert [each["state"] for each in objects["results"]] == ["machine-validated"] * 3
    assert bobs.post(f"/api/v1/batches/{answer.json()['batch']}/undo/").json()["changed"] == 3


def test_many_are_a_job(bobs, tow, url, monkeypatch):
    monkeypatch.setattr(accepting, "MOST_AT_ONCE", 1)
    answer = bobs.post(url, {"taxon": tow.copepoda, "threshold": 0.6, "objects": 3}, format="json")
    assert (answer.status_code, answer.json()) == (202, {"job": Job.objects.get().pk})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"objects": 4}, "3 objects are predicted as Copepoda"),
        ({"threshold": 1.1}, "threshold"),
        ({"filter": {"nothing": 1}}, "A filter has no `nothing`"),
        ({"filter": {"state": "validated"}}, "0 objects are predicted"),
    ],
)
def test_what_is_refused(bobs, tow, url, change, words):
    body = {"taxon": tow.copepoda, "threshold": 0.6, "objects": 3, **change}
    answer = bobs.post(url, body, format="json")
    assert answer.status_code == 400
    assert words in answer.content.decode()
