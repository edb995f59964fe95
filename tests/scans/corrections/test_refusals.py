"""Corrections of outlines that are refused, in words: nothing is changed then."""

import pytest

from annotations.learning import serving
from annotations.scans.corrections.models import OutlineCorrection
from annotations.scans.models import Outline
from tests.scans.corrections.correcting import ACROSS, RING, correct, objects_in, rows_of
from tests.scans.drawn import make_scan
from tests.scans.test_segmentation import Away

pytestmark = pytest.mark.django_db


def test_who_saw_another_outline_changes_nothing(client, project, bob, scan, disc):
    client.force_login(bob)
    correct(client, project, scan, "reshape", [disc], line=RING)
    before = rows_of(project)
    url = f"/api/v1/projects/{project.pk}/scans/{scan.pk}/corrections/"
    body = {"kind": "delete", "objects": [{"id": disc.pk, "revision": 1}]}
    answer = client.post(url, body, content_type="application/json")
    assert answer.status_code == 409 and "tray_2" in answer.json()["detail"]
    body["objects"] = [{"id": 9_999_999, "revision": 1}]
    answer = client.post(url, body, content_type="application/json")
    assert answer.status_code == 409 and "gone" in answer.json()["detail"]
    assert rows_of(project) == before


def test_who_was_quicker_while_the_worker_measured_wins(client, project, bob, scan, disc, monkeypatch):
    from annotations.scans.corrections import actions

    prepare = actions.prepare_outlines

    def slow(*args, **options):
        Outline.objects.filter(object=disc).update(revision=7)
        return prepare(*args, **options)

    monkeypatch.setattr(actions, "prepare_outlines", slow)
    client.force_login(bob)
    assert correct(client, project, scan, "cut", [disc], line=ACROSS).status_code == 409
    assert not OutlineCorrection.objects.exists() and len(objects_in(project)) == 5


@pytest.mark.parametrize(
    ("kind", "line", "sentence"),
    [
        ("cut", [[0, 0], [5, 5]], "from one side to the other"),
        ("cut", [[0, 0]], "2 points or more"),
        ("reshape", [[1, 1], [1, 1], [1, 1]], "No pixel"),
        ("reshape", [[-50, -50], [-10, -50], [-10, -10]], "No pixel"),
        ("merge", [], "2 to 50"),
        ("delete", ACROSS, "takes none"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(client, project, bob, scan, disc, kind, line, sentence):
    client.force_login(bob)
    answer = correct(client, project, scan, kind, [disc], line=line)
    assert answer.status_code == 400 and sentence in answer.json()["detail"]
    assert not OutlineCorrection.objects.exists()


def test_an_object_of_another_scan_is_refused(client, project, bob, scan, disc):
    elsewhere = make_scan(project, name="other.png")
    client.force_login(bob)
    answer = correct(client, project, elsewhere, "delete", [disc])
    assert answer.status_code == 400 and "does not lie on this scan" in answer.json()["detail"]


def test_without_a_serving_worker_nothing_is_changed(client, project, bob, scan, disc, monkeypatch, settings):
    settings.SERVE_SECONDS = 1
    away = type("NobodyServes", (), {"signature": staticmethod(lambda *args, **options: Away())})
    monkeypatch.setattr(serving, "current_app", away)
    client.force_login(bob)
    answer = correct(client, project, scan, "cut", [disc], line=ACROSS)
    assert answer.status_code == 503 and "serving worker" in answer.json()["detail"]
