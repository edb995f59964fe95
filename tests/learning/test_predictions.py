"""What several models say of one object: one prediction is current, the others stay and can be looked up."""

import pytest
from django.db import IntegrityError, transaction

from annotations.learning.models import Model, Prediction
from annotations.search.filter import Filter
from annotations.search.queries import page
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]
pytestmark = pytest.mark.django_db


@shared_rows
def predicted_tow(tow):
    """Two models looked at the first object, the older one at the second, too."""
    tow.older, tow.newer = (Model.objects.create(name=name, is_ready=True) for name in ("Older", "Newer"))
    first, second = tow.objects[:2]
    say(first, tow.older, tow.copepoda, 0.6, is_current=False)
    say(first, tow.newer, tow.appendicularia, 0.9)
    say(second, tow.older, tow.copepoda, 0.7)
    return tow


def say(made, model, taxon: int, score: float, **more) -> None:
    Prediction.objects.create(
        object=made, model=model, taxa=[taxon], scores=[score], candidates=[taxon], **more
    )


def ids(tow, **criteria) -> list[int]:
    return [row["id"] for row in page(tow.project.pk, Filter.parse(criteria)).objects]


def test_each_model_is_heard_and_the_current_one_first(client, alice, predicted_tow):
    client.force_login(alice)
    first = predicted_tow.objects[0].pk
    rows = client.get(f"/api/v1/objects/{first}/predictions/").json()
    assert [(row["model"], row["is_current"]) for row in rows] == [
        (predicted_tow.newer.pk, True),
        (predicted_tow.older.pk, False),
    ]
    assert (rows[1]["best"][0]["taxon"]["id"], rows[1]["best"][0]["score"]) == (predicted_tow.copepoda, 0.6)
    assert client.get(f"/api/v1/objects/{first}/").json()["prediction"]["model"] == predicted_tow.newer.pk
    panel = client.get(f"/projects/{predicted_tow.project.pk}/vignettes/{first}/").content.decode()
    assert f"What model {predicted_tow.newer.pk} says" in panel
    others = panel.partition("What other models said")[2].partition("</details>")[0]
    assert "?order=disagreement" in others
    assert f"Model {predicted_tow.older.pk}" in others and "Copepoda" in others and "0.600" in others
    lone = client.get(
        f"/projects/{predicted_tow.project.pk}/vignettes/{predicted_tow.objects[1].pk}/"
    ).content.decode()
    assert "What other models said" not in lone


def test_choices_are_of_the_current_predictions_of_objects_of_the_project(client, alice, predicted_tow):
    client.force_login(alice)
    first, second, third = (each.pk for each in predicted_tow.objects[:3])
    url = f"/api/v1/projects/{predicted_tow.project.pk}/choices/"
    appendicularia = {"id": predicted_tow.appendicularia, "name": "Appendicularia", "is_italic": False}
    copepoda = {"id": predicted_tow.copepoda, "name": "Copepoda", "is_italic": False}
    answer = client.get(f"{url}?ids={first},{second},{third}").json()
    assert sorted(answer, key=lambda row: row["id"]) == [
        {"id": first, "best": [{"taxon": appendicularia, "score": 0.9}]},
        {"id": second, "best": [{"taxon": copepoda, "score": 0.7}]},
    ]
    other = client.post("/api/v1/projects/", {"title": "Another"}, content_type="application/json").json()[
        "id"
    ]
    assert client.get(f"/api/v1/projects/{other}/choices/?ids={first}").json() == []
    assert client.get(f"{url}?ids={','.join(['1'] * 1001)}").status_code == 400


def test_filters_go_by_the_current_prediction(predicted_tow):
    first, second = (each.pk for each in predicted_tow.objects[:2])
    assert ids(predicted_tow, candidate=str(predicted_tow.appendicularia)) == [first]
    assert ids(predicted_tow, candidate=str(predicted_tow.copepoda)) == [second]


def test_a_filter_finds_what_a_model_has_looked_at(predicted_tow):
    first, second = (each.pk for each in predicted_tow.objects[:2])
    assert ids(predicted_tow, predicted_by=str(predicted_tow.older.pk)) == [first, second]
    assert ids(predicted_tow, predicted_by=str(predicted_tow.newer.pk)) == [first]


def test_one_prediction_of_an_object_is_current_at_most(predicted_tow):
    with pytest.raises(IntegrityError), transaction.atomic():
        Prediction.objects.update(is_current=True)
