"""The pages of models: who sees what, in each state of a model."""

import pytest

from annotations.jobs.models import Job
from annotations.learning.models import Model
from annotations.projects.actions import create_project, set_role
from annotations.projects.models import Role
from tests.learning.models import HISTORY, make_model, make_ready


@pytest.fixture
def open_page(client):
    """The text of a page, or its status where it is not 200."""

    def opened(person, url: str, **headers) -> str | int:
        client.force_login(person)
        answer = client.get(url, headers=headers)
        return answer.content.decode() if answer.status_code == 200 else answer.status_code

    return opened


def test_a_guest_is_sent_to_sign_in(client, project):
    model = make_model(project, "running")
    for url in ("/models/", "/models/new/", f"/models/{model.pk}/", f"/projects/{project.pk}/predict/"):
        assert client.get(url).url.startswith("/accounts/sign-in/"), url


@pytest.mark.parametrize(
    ("person", "detail", "new", "predict"),
    [
        ("alice", 200, 200, 200),
        ("root", 200, 200, 200),
        ("carla", 200, 403, 403),
        ("bob", 200, 403, 403),
        ("vera", 200, 403, 403),
        ("dan", 404, 403, 404),
    ],
)
def test_rights(client, lake, request, person, detail, new, predict):
    model = make_ready(lake.project, lake.disc, lake.bar)
    client.force_login(request.getfixturevalue(person))
    assert client.get(f"/models/{model.pk}/").status_code == detail
    assert client.get("/models/new/").status_code == new
    assert client.post("/models/new/", {"project": lake.project.pk}).status_code in (new, 302)
    assert client.get(f"/projects/{lake.project.pk}/predict/").status_code == predict
    predicted = client.post(f"/projects/{lake.project.pk}/predict/", {"model": model.pk})
    assert predicted.status_code == (302 if predict == 200 else predict)
    assert Job.objects.filter(kind="predict").exists() == (predict == 200)


def test_the_list_shows_the_models_of_ones_projects(open_page, lake, vera, dan, alice):
    make_ready(lake.project, lake.disc, lake.bar, name="Ready one")
    make_model(lake.project, "failed", name="Failed one")
    page = open_page(vera, "/models/")
    assert "Ready one" in page
    assert "0.974" in page
    assert "0.959" in page
    assert "Failed one" in page
    assert "Train a model" not in page
    assert "Train a model" in open_page(alice, "/models/")
    assert "No model yet" in open_page(dan, "/models/")


def test_while_it_trains_the_page_asks_again_and_draws_the_curves(open_page, project, vera):
    model = make_model(project, "running", history=HISTORY[:2])
    page = open_page(vera, f"/models/{model.pk}/")
    assert 'hx-trigger="every 1s"' in page
    assert "Epoch 2 of 3" in page
    assert page.count("<polyline") == 4
    again = open_page(vera, f"/models/{model.pk}/", HX_Request="true")
    assert "<html" not in again
    assert "Accuracy over 2 epochs" in again


def test_before_the_first_epoch_the_page_says_so(open_page, project, vera):
    model = make_model(project, "queued")
    assert "The curves begin with the first epoch." in open_page(vera, f"/models/{model.pk}/")


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_training_that_came_to_nothing_stops_asking(client, project, vera, state):
    model = make_model(project, state)
    client.force_login(vera)
    page = client.get(f"/models/{model.pk}/").content.decode()
    assert "hx-trigger" not in page
    assert f'data-state="{state}"' in page
    answer = client.get(f"/models/{model.pk}/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_a_model_whose_job_is_gone_still_opens(open_page, project, vera):
    model = make_model(project, "failed")
    model.job.delete()
    assert "never trained" in open_page(vera, f"/models/{model.pk}/")
    assert "Not trained" in open_page(vera, "/models/")


def test_a_ready_model_shows_its_figures(open_page, lake, vera):
    model = make_ready(lake.project, lake.disc, lake.bar)
    page = open_page(vera, f"/models/{model.pk}/")
    for figure in ("0.974", "0.938", "0.959", "0.031", "0.612"):
        assert figure in page
    assert "whole samples that it never saw" in page
    assert "A warning to be seen." in page
    assert "Random forest on region measurements" in page
    assert "Noctiluca" in page
    assert 'class="few"' in page  # Noctiluca has 8 held-out objects
    assert "score 60%: 50% right of 8" in page
    assert "150 objects of 2 taxa from 3 samples" in page


def test_a_cell_of_the_confusion_matrix_opens_its_objects(open_page, lake, vera):
    model = make_ready(lake.project, lake.disc, lake.bar)
    page = open_page(vera, f"/models/{model.pk}/")
    url = f"/projects/{lake.project.pk}/?held_out={model.pk}:{lake.disc}:{lake.bar}"
    assert url in page
    assert open_page(vera, url) not in (403, 404)


def test_titles_of_other_peoples_projects_stay_secret(open_page, lake, vera, dan):
    model = make_ready(lake.project, lake.disc, lake.bar)
    model.projects.add(create_project(title="Secret survey", owner=dan))
    for url in ("/models/", f"/models/{model.pk}/"):
        page = open_page(vera, url)
        assert "Secret survey" not in page
        assert "1 that you are not a member of" in page


def test_who_is_in_two_of_its_projects_chooses_where_cells_lead(open_page, lake, vera, dan):
    model = make_ready(lake.project, lake.disc, lake.bar)
    other = create_project(title="Other bay", owner=dan)
    set_role(project=other, user=vera, role=Role.VIEWER)
    model.projects.add(other)
    page = open_page(vera, f"/models/{model.pk}/?project={other.pk}")
    assert f"/projects/{other.pk}/?held_out={model.pk}" in page


def test_the_taxa_follow_the_chosen_projects(open_page, lake, alice):
    part = open_page(alice, f"/models/new/?project={lake.project.pk}", HX_Request="true")
    assert "<html" not in part
    assert "3 taxa with validated objects" in part
    assert part.index("Chaetognatha") < part.index("Cladocera")  # the most first
    assert "Choose a project to see its taxa" in open_page(alice, "/models/new/", HX_Request="true")


def test_the_form_starts_a_training(client, lake, alice):
    client.force_login(alice)
    answer = client.post(
        "/models/new/",
        {
            "project": lake.project.pk,
            "taxa_shown": 1,
            "taxon": [lake.disc, lake.bar],
            "backbone": "resnet18",
            "epochs": "3",
            "image_size": "96",
            "name": "Bay",
        },
    )
    model = Model.objects.get(name="Bay")
    assert answer.url == f"/models/{model.pk}/"
    assert model.settings == {"backbone": "resnet18", "pretrained": False, "epochs": 3, "image_size": 96}
    assert model.job.params["taxa"] == [lake.disc, lake.bar]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"epochs": "many"}, "Epochs is &#x27;many&#x27;, but takes a whole number from 0 to 500."),
        ({"epochs": "900"}, "takes a whole number from 0 to 500"),
        ({"taxa_shown": 1}, "Tick at least two taxa"),
        ({"project": ""}, "Choose at least one project"),
        ({"backbone": "vgg"}, "takes one of mobilenet_v3_small"),
    ],
)
def test_the_form_says_what_is_wrong_and_keeps_what_was_filled_in(client, lake, alice, given, why):
    client.force_login(alice)
    answer = client.post("/models/new/", {"project": lake.project.pk, "name": "Kept name", **given})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert why in page
    assert "Kept name" in page
    assert not Model.objects.exists()


def test_a_manager_of_another_project_cannot_train_on_this_one(client, lake, dan):
    create_project(title="Dan's own", owner=dan)
    client.force_login(dan)
    answer = client.post("/models/new/", {"project": lake.project.pk})
    assert answer.status_code == 400
    assert not Model.objects.exists()


def test_the_predict_page_says_how_much_there_is_to_do(client, open_page, lake, alice):
    url = f"/projects/{lake.project.pk}/predict/"
    assert "There is no model yet" in open_page(alice, url)
    model = make_ready(lake.project, lake.disc, lake.bar)
    page = open_page(alice, url)
    assert '<strong class="number">10</strong>' in page
    assert "Bay" in page
    answer = client.post(url, {"model": model.pk})
    job = Job.objects.get(kind="predict")
    assert answer.url == f"/jobs/{job.pk}/"
    assert job.params == {"model": model.pk, "filter": {}}


def test_predicting_without_a_ready_model_says_so(client, lake, alice):
    url = f"/projects/{lake.project.pk}/predict/"
    client.force_login(alice)
    assert "Choose a model first." in client.post(url, {}, follow=True).content.decode()
    unready = make_model(lake.project, "running")
    assert "is not ready" in client.post(url, {"model": unready.pk}, follow=True).content.decode()
    assert client.post(url, {"model": 10**12}).status_code == 404
