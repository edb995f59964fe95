"""How many objects a prediction would name, before it is started."""

import pytest

from annotations.jobs.models import Job
from annotations.learning.forecast import LEVELS, forecasts
from tests.learning.models import make_old

pytestmark = pytest.mark.django_db
BACK_OFF = {"precision": 0.9, "coverage": 0.75, "leaf_share": 0.5, "steps": [0.5, 0.125, 0.0625, 0.0625]}


@pytest.fixture
def model(project, lake):
    created = make_old(project, lake.disc, lake.bar)
    created.metrics |= {"back_off": [dict(BACK_OFF)]}
    created.save()
    return created


def predicted(project, model, state="done"):
    levels = {"0.9": [90, 8, 2, 0], "0.95": [100, 0, 0, 0]}
    return Job.objects.create(
        kind="predict",
        project=project,
        state=state,
        params={"model": model.pk},
        result={"levels": levels, "unsettled": 100, "unlike": 93},
    )


def test_held_out_objects_tell_until_the_model_has_looked_at_the_project(project, model):
    result = forecasts(project, [model], 1600)[model.pk]
    assert (result.source, result.unlike) == ("held_out", None)
    assert [result.rows[0].as_json()[level] for level in LEVELS] == [400, 800, 200, 200]
    assert result.rows[0].named == 1200


def test_its_last_prediction_in_the_project_tells_better(project, model):
    predicted(project, model, "failed")
    predicted(project, model)
    result = forecasts(project, [model], 1000)[model.pk]
    assert (result.source, result.unlike_percent) == ("project", 93)
    assert [[row.as_json()[level] for level in LEVELS] for row in result.rows] == [
        [900, 80, 20, 0],
        [1000, 0, 0, 0],
    ]


def test_a_model_of_before_says_nothing(project, model):
    del model.metrics["back_off"][0]["steps"]
    assert forecasts(project, [model], 1600)[model.pk].rows == []


def test_the_page_says_it_before_it_is_started(client, lake, alice, model):
    model.projects.set([lake.project])
    client.force_login(alice)
    page = client.get(f"/projects/{lake.project.pk}/predict/").content.decode()
    assert "How many objects it would name" in page and "90 % right" in page
    assert "Estimated from the objects that were held out" in page
    predicted(lake.project, model)
    page = client.get(f"/projects/{lake.project.pk}/predict/").content.decode()
    assert "93 % of the objects here are unlike anything that this model has learnt" in page


def test_the_row_that_holds_where_nothing_is_chosen_is_marked(client, lake, alice, model):
    model.projects.set([lake.project])
    client.force_login(alice)
    url = f"/projects/{lake.project.pk}/predict/"
    page = client.get(url).content.decode()
    assert "The best guess, as the model’s page says" in page and "90 % right, as" not in page
    model.wanted_precision = 0.9
    model.save()
    page = client.get(url).content.decode()
    assert "90 % right, as the model’s page says" in page and "The best guess, as" not in page


def test_the_page_says_where_samples_are_too_few(client, lake, alice, model):
    model.projects.set([lake.project])
    client.force_login(alice)
    url = f"/projects/{lake.project.pk}/predict/"
    assert "too few samples" not in client.get(url).content.decode()
    model.metrics["back_off"][0]["more_samples"] = {"1": 7, "2": 3}
    model.save()
    assert "Of 2 taxa too few samples were held out" in client.get(url).content.decode()


def test_the_api_says_it_too(client, lake, alice, model):
    model.projects.set([lake.project])
    client.force_login(alice)
    url = f"/api/v1/projects/{lake.project.pk}/predictions/"
    body = client.get(url, {"model": model.pk}).json()
    assert (body["model"], body["source"]) == (model.pk, "held_out")
    assert body["precisions"][0]["taxon"] == round(body["unsettled"] / 2)
    assert client.get(url).status_code == 400
