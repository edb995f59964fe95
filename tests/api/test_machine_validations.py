"""The route that accepts by a rule."""

import pytest

from annotations.jobs.models import Job
from annotations.learning.models import Model, Prediction
from annotations.review import accepting
from annotations.samples.models import Object
from annotations.taxonomy.actions import add_taxon
from annotations.taxonomy.models import Taxon
from tests.worlds import shared_rows


@shared_rows
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


@shared_rows
def calanus(tow) -> Taxon:
    """What the tow's predicted objects may be, below Copepoda: half of each is Oithona's."""
    copepoda = Taxon.objects.get(pk=tow.copepoda)
    calanus, oithona = (add_taxon(name=name, parent=copepoda) for name in ("Calanus", "Oithona"))
    model = Model.objects.create(name="m", is_ready=True, classes=[calanus.pk, oithona.pk])
    for each in tow.objects[:4]:
        scores = [each.score, 0.97 - each.score]
        Prediction.objects.create(object=each, model=model, taxa=model.classes, scores=scores)
    Object.objects.filter(state="P").update(taxon=calanus)
    return calanus


def test_a_coarser_taxon_is_looked_at_and_accepted(bobs, tow, url, calanus):
    coarser = f"/api/v1/projects/{tow.project.pk}/thresholds/{calanus.pk}/coarser/"
    answer = bobs.get(coarser, {"threshold": 0.75}).json()
    [reached] = answer["coarser"]
    assert (reached["taxon"]["name"], reached["objects"]) == ("Copepoda", 3)
    assert reached["low"] < reached["expected"] < reached["high"]
    assert [guess["taxon"]["id"] for guess in answer["guesses"]] == [calanus.pk]
    body = {"taxon": tow.copepoda, "threshold": 0.75, "objects": 3, "guesses": [calanus.pk]}
    outcome = bobs.post(url, body, format="json").json()
    assert outcome["changed"] == 3
    labels = Object.objects.filter(state="M").values_list("taxon", "score")
    assert list(labels) == [(tow.copepoda, pytest.approx(0.97))] * 3
    assert bobs.post(f"/api/v1/batches/{outcome['batch']}/undo/").json()["changed"] == 3


def test_a_guess_that_is_not_below_is_refused(bobs, tow, url, calanus):
    body = {"taxon": tow.appendicularia, "threshold": 0.75, "objects": 3, "guesses": [calanus.pk]}
    answer = bobs.post(url, body, format="json")
    assert answer.status_code == 400
    assert "Appendicularia is not above Calanus in the tree" in answer.content.decode()


def test_viewers_accept_nothing_as_anything(client_of, vera, tow, url, calanus):
    body = {"taxon": tow.copepoda, "threshold": 0.75, "objects": 3, "guesses": [calanus.pk]}
    assert client_of(vera).post(url, body, format="json").status_code == 403
