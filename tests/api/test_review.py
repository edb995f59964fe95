"""The review's routes: a page, its answer, skipping it."""

from uuid import uuid4

import pytest

from annotations.learning.models import Model, Prediction
from annotations.refitting.models import Refitting
from annotations.samples.models import Object
from tests.worlds import shared_rows


@shared_rows
def url(tow) -> str:
    return f"/api/v1/projects/{tow.project.pk}/review/pages/"


def test_a_page_has_what_is_proposed_and_why(bobs, tow, url):
    page = bobs.post(url, {"order": "progress"}, format="json").json()
    question = {"id", "reason", "proposal", "is_mixed", "may_be_new", "expected_right"}
    assert set(page) == {*question, "objects", "learnt_labels"}
    assert page["proposal"] == {"taxon": {"id": tow.copepoda, "name": "Copepoda"}}
    assert set(page["expected_right"]) == {"value", "low", "high"}
    first = page["objects"][0]
    assert (first["id"], first["version"], first["score"]) == (tow.objects[0].pk, 1, 0.5)
    assert first["images"][0]["url"].startswith("/vignettes/")


def test_a_page_comes_with_what_a_model_says_of_each_object_and_what_was_learnt(bobs, tow, url):
    model = Model.objects.create(name="Nets", is_ready=True, classes=[tow.copepoda])
    looked_at = tow.objects[0]
    Prediction.objects.create(object=looked_at, model=model, taxa=[tow.copepoda], scores=[0.5])
    Refitting.objects.create(project=tow.project, labels=61)
    page = bobs.post(url, {}, format="json").json()
    best = {each["id"]: each["best"] for each in page["objects"]}
    taxon = {"id": tow.copepoda, "name": "Copepoda", "is_italic": False}
    assert best == {each: [] for each in best} | {looked_at.pk: [{"taxon": taxon, "score": 0.5}]}
    assert page["learnt_labels"] == 61
    assert bobs.get(f"/api/v1/review/pages/{page['id']}/").json() == page


def test_an_answer_labels_once_however_often_it_is_sent(bobs, tow, url):
    page = bobs.post(url, {}, format="json").json()
    accepted = [{"id": each["id"], "version": each["version"]} for each in page["objects"][:3]]
    body = {"taxon": tow.copepoda, "accepted": accepted}
    answers = [
        bobs.post(
            f"/api/v1/review/pages/{page['id']}/answer/", body, format="json", HTTP_IDEMPOTENCY_KEY=key
        ).json()
        for key in [str(uuid4())] * 2
    ]
    assert answers[0] == answers[1]
    assert (answers[0]["changed"], answers[0]["conflicts"]) == (3, [])
    left = bobs.get(f"/api/v1/review/pages/{page['id']}/").json()["objects"]
    assert [each["id"] for each in left] == [page["objects"][3]["id"]]
    undone = bobs.post(f"/api/v1/batches/{answers[0]['batch']}/undo/", {}, format="json").json()
    assert undone["changed"] == 3
    assert Object.objects.filter(state="P").count() == 4


def test_when_nothing_waits_there_is_no_page(bobs, url):
    Object.objects.all().update(state="V", taxon=Object.objects.exclude(taxon=None).first().taxon)
    assert bobs.post(url, {}, format="json").status_code == 204


def test_a_skipped_page_is_over(bobs, url):
    page = bobs.post(url, {}, format="json").json()
    assert bobs.delete(f"/api/v1/review/pages/{page['id']}/").status_code == 204
    assert bobs.post(url, {}, format="json").json()["id"] != page["id"]


def test_a_page_is_its_persons_own(bobs, client_of, carla, url):
    page = bobs.post(url, {}, format="json").json()
    assert client_of(carla).get(f"/api/v1/review/pages/{page['id']}/").status_code == 404


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"order": "fastest"}, "order"),
        ({"size": 500}, "size"),
        ({"filter": {"taxn": 1}}, "taxn"),
        ({"ordr": "teach"}, "ordr"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(bobs, url, body, words):
    answer = bobs.post(url, body, format="json")
    assert answer.status_code == 400
    assert words in answer.content.decode()
