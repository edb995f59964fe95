"""Asking a model about single pictures: the way there and back, limits, rights, and a worker that is away."""

import io
import json
import math
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as Picture

from annotations.api.views import serving as views
from annotations.learning import serving
from annotations.learning.models import Model
from annotations.learning.queries import models_seen_by
from annotations.projects.actions import create_project
from annotations.samples.models import Image, Object
from annotations.taxonomy.models import Taxon
from classifier.contract.errors import ClassifierError
from tests.lake import draw
from tests.worker.oracle import make_oracle, speak_for
from worker import serving as worker
from worker import tasks  # noqa: F401 (a task that is called at once must be known)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(lake, monkeypatch) -> Iterator[SimpleNamespace]:
    """The lake with a model that is asked in this process. It knows a picture by its place: the second is a bar."""
    traits = [{"key": "egg_sac", "kind": "flag", "choices": ["yes", "no"], "name": "Egg sac"}]
    lake.model, lake.oracle = make_oracle(lake.project, lake.disc, lake.bar, traits)
    lake.oracle.says = {
        0: {"score": 0.9, "egg_sac": "yes"},
        1: {"best": str(lake.bar), "novelty": 1.0, "candidates": [0, 1]},
    }
    speak_for(lake.oracle, monkeypatch, worker)
    lake.url = f"/api/v1/models/{lake.model.pk}/predict/"
    current_app.conf.task_always_eager = True
    yield lake
    current_app.conf.task_always_eager = False


def upload(client, shop, *contents: bytes, **more):
    files = [SimpleUploadedFile(f"{n}.png", content) for n, content in enumerate(contents)]
    return client.post(shop.url, {"images": files, **more})


def ask(client, shop, objects: object):
    return client.post(shop.url, json.dumps({"objects": objects}), content_type="application/json")


def test_pictures_are_looked_at_in_their_order(client, shop, vera):
    client.force_login(vera)
    answer = upload(client, shop, draw(True, 1), draw(False, 2), pixel_um="20")
    assert answer.status_code == 200, answer.content
    first, second = answer.json()
    disc, bar = {"id": shop.disc, "name": "Noctiluca"}, {"id": shop.bar, "name": "Chaetognatha"}
    assert first["file"] == "0.png"
    assert first["taxa"] == [{**disc, "score": pytest.approx(0.9)}, {**bar, "score": pytest.approx(0.1)}]
    assert first["label"] == {**disc, "score": pytest.approx(0.9)}
    assert first["traits"] == {"egg_sac": {"value": "yes", "score": pytest.approx(0.9)}}
    assert first["candidates"] == [disc]
    assert (first["novelty"], second["novelty"]) == (0.25, 1.0)
    assert first["embedding"] == pytest.approx([math.cos(k) for k in range(8)])
    assert (second["file"], second["label"]["name"]) == ("1.png", "Chaetognatha")
    assert second["candidates"] == [disc, bar]
    assert shop.oracle.scales == [20.0, 20.0]


def test_what_is_no_picture_says_so_in_its_place(client, shop, vera):
    client.force_login(vera)
    first, second = upload(client, shop, b"a poem", draw(False, 2)).json()
    assert first == {"file": "0.png", "error": worker.UNREADABLE}
    assert second["label"]["name"] == "Chaetognatha"


def test_objects_of_the_site_are_looked_at_with_their_scale(client, shop, vera):
    client.force_login(vera)
    bare = Object.objects.create(
        project=shop.project, sample=shop.settled[0].sample, acquisition=shop.settled[0].acquisition
    )
    ids = [shop.settled[3].pk, bare.pk, shop.settled[0].pk]
    answers = ask(client, shop, ids).json()
    assert [answer["object"] for answer in answers] == ids
    assert answers[1] == {"object": bare.pk, "error": views.NO_IMAGE}
    assert answers[2]["label"]["id"] == shop.bar, "the second picture that the model saw"
    assert shop.oracle.scales == [20.0, 20.0]


def test_the_label_is_what_a_prediction_would_write(client, shop, vera):
    Model.objects.filter(pk=shop.model.pk).update(wanted_precision=0.95)
    above = Taxon.objects.create(name="Animalia", display_name="Animalia")
    Taxon.objects.filter(pk=shop.disc).update(parent=above, path=[above.pk, shop.disc])
    shop.oracle.says = {0: {"label": ""}, 1: {"label": str(above.pk), "label_score": 0.97}}
    client.force_login(vera)
    first, second = upload(client, shop, draw(True, 1), draw(True, 2)).json()
    assert first["label"] is None
    assert second["label"] == {"id": above.pk, "name": "Animalia", "score": pytest.approx(0.97)}
    assert shop.oracle.calls[0]["wanted_precision"] == 0.95


def test_strangers_find_neither_model_nor_object(client, shop, dan, vera):
    client.force_login(dan)
    assert upload(client, shop, draw(True, 1)).status_code == 404
    shop.model.projects.add(own := create_project(title="Dan's own", owner=dan))
    assert list(models_seen_by(dan)) == [shop.model]
    assert upload(client, shop, draw(True, 1)).status_code == 200
    theirs = ask(client, shop, [shop.settled[0].pk])
    assert theirs.status_code == 404
    assert theirs.json() == ask(client, shop, [10**9]).json() | {"detail": theirs.json()["detail"]}, (
        "what is hidden looks like what is not there"
    )
    Object.objects.filter(pk=shop.settled[0].pk).update(project=own)
    assert ask(client, shop, [shop.settled[0].pk]).status_code == 200


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "Send pictures as files `images`, or ids of objects"),
        ({"objects": []}, "`objects` names 0 pictures, but takes 1 to 100"),
        ({"objects": [1] * 101}, "`objects` names 101 pictures"),
        ({"objects": "all"}, "`objects`"),
        ({"objects": [0]}, "`objects`"),
        (7, "Send pictures as files `images`"),
        (["objects"], "Send pictures as files `images`"),
    ],
)
def test_a_bad_question_is_answered_in_words(client, shop, vera, body, why):
    client.force_login(vera)
    answer = client.post(shop.url, json.dumps(body), content_type="application/json")
    assert answer.status_code == 400
    assert why in answer.json()["detail"]


def test_pictures_that_are_too_many_or_too_large_are_refused(client, shop, vera, monkeypatch):
    client.force_login(vera)
    too_many = upload(client, shop, *[b"x"] * 101)
    assert (too_many.status_code, "more than 100 files" in too_many.json()["detail"]) == (400, True)
    wide = io.BytesIO()
    Picture.new("1", (8000, 4001)).save(wide, "PNG")
    too_wide = upload(client, shop, wide.getvalue())
    assert (too_wide.status_code, "0.png has more than 32 megapixels" in too_wide.json()["detail"]) == (
        400,
        True,
    )
    monkeypatch.setattr(views, "MOST_BYTES", 100)
    too_long = upload(client, shop, draw(True, 1))
    assert (too_long.status_code, "send a smaller picture" in too_long.json()["detail"]) == (400, True)
    bad_scale = upload(client, shop, draw(True, 1), pixel_um="-3")
    assert (bad_scale.status_code, "pixel_um" in bad_scale.json()["detail"]) == (400, True)


def test_a_worker_that_is_away_is_said_with_its_remedy(client, shop, vera, monkeypatch, settings):
    settings.SERVE_SECONDS = 1
    monkeypatch.setattr(worker, "take_question", lambda name: None)
    client.force_login(vera)
    answer = upload(client, shop, draw(True, 1))
    assert answer.status_code == 503
    assert "The serving worker does not answer within 1 s: if it has just begun" in answer.json()["detail"]
    assert not list(serving._redis().scan_iter("seston:serve:*")), "nobody needs the question any more"


def test_who_would_wait_behind_others_is_told_so(client, shop, vera, monkeypatch):
    monkeypatch.setattr(serving._waiting, "acquire", lambda blocking: False)
    client.force_login(vera)
    answer = upload(client, shop, draw(True, 1))
    assert answer.status_code == 503
    assert "try again in a moment" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("error", "why"),
    [(ClassifierError("m is no model"), "m is no model"), (ZeroDivisionError(), "its log has the details")],
)
def test_what_goes_wrong_in_the_worker_is_heard_at_once(client, shop, vera, monkeypatch, error, why):
    def broken(*args, **more):
        raise error

    monkeypatch.setattr(worker, "predict_chunks", broken)
    client.force_login(vera)
    answer = upload(client, shop, draw(True, 1))
    assert answer.status_code == 503
    assert why in answer.json()["detail"]


def test_question_and_answer_expire_by_themselves(shop, monkeypatch):
    lives = []

    def look(name):
        lives.append(serving._redis().ttl(f"seston:serve:{name}"))

    monkeypatch.setattr(serving, "MOST_BYTES", 400)
    monkeypatch.setattr(worker, "take_question", lambda name: look(name) or serving.take_question(name))
    pictures = [serving.Picture(content=draw(True, n)) for n in range(3)]
    assert all("label" in answer for answer in serving.ask_model(shop.model, pictures))
    assert lives == [serving.KEPT_SECONDS] * 3, "no question holds more bytes than Redis is asked to keep"
    name = "7" * 32
    serving.give_answer(name, {"answers": []})
    assert 0 < serving._redis().ttl(f"seston:serve:{name}:answer") <= serving.KEPT_SECONDS
    assert serving.take_question(name) is None


def test_a_vignette_that_the_storage_lost_is_unreadable(client, shop, vera):
    Image.objects.filter(object=shop.settled[0]).update(key="v/00/lost.png")
    client.force_login(vera)
    assert ask(client, shop, [shop.settled[0].pk]).json()[0]["error"] == worker.UNREADABLE


def test_the_page_tries_a_model_that_is_ready(client, shop, vera):
    client.force_login(vera)
    page = client.get(f"/models/{shop.model.pk}/try/").content.decode()
    assert f'data-url="{shop.url}"' in page
    assert 'type="file" id="files" accept="image/*,.tif,.tiff" multiple' in page
    Model.objects.update(is_ready=False)
    assert "is not ready" in client.get(f"/models/{shop.model.pk}/try/").content.decode()
    answer = upload(client, shop, draw(True, 1))
    assert (answer.status_code, "is not ready" in answer.json()["detail"]) == (400, True)


def test_every_backbone_on_offer_can_be_built():
    from classifier.contract.backbones import BACKBONES
    from classifier.models.backbones import BACKBONES as BUILT

    assert sorted(name for name, _ in BACKBONES) == sorted(BUILT)
