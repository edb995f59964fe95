"""Choosing a method: what the form and the API offer, keep and refuse."""

import pytest
from django.core.exceptions import ValidationError

from annotations.jobs.models import Job
from annotations.learning.actions import checked_settings, start_prediction, start_training
from annotations.learning.models import LearningSet, Model
from annotations.learning.queries import learning_sets_to_train_on
from annotations.projects.actions import create_project, set_role
from annotations.projects.models import Role
from classifier.contract.settings import METHODS
from tests.learning.models import make_ready
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def frozen(project) -> LearningSet:
    created = LearningSet.objects.create(
        name="Copepods of the bay", facts={"objects": 4200, "taxa": 12}, recipe={"projects": []}
    )
    created.projects.set([project])
    return created


def test_each_method_keeps_its_own_settings(client, lake, alice):
    """The form sends all its fields: those of another method are not kept."""
    client.force_login(alice)
    fields = {
        "project": lake.project.pk,
        "backbone": "resnet18",
        "head_measure": "boosting",
        "head_features": "forest",
        "members": "3",
        "seed": "7",
        "balance": "0.5",
        "batch_size": "32",
        "ticks_shown": "1",
    }
    settings = {}
    for method in METHODS:
        answer = client.post("/models/new/", {**fields, "method": method, "name": method})
        assert answer.status_code == 302, answer.content.decode()
        created = Model.objects.get(name=method)
        assert created.method == method
        settings[method] = created.settings
    everywhere = {"seed": 7, "balance": 0.5, "learn_traits": False}
    of_images = {"backbone": "resnet18", "pretrained": False, "batch_size": 32}
    assert settings == {
        "measure": {"head": "boosting", **everywhere},
        "features": {"head": "forest", **of_images, **everywhere},
        "network": {"members": 3, **of_images, **everywhere},
    }


def test_what_few_objects_begin_with_is_not_warned_against(client, lake, alice):
    """Features without pretrained weights are patches: the page says so, and what the network would do instead."""
    client.force_login(alice)
    page = client.get("/models/new/", {"project": lake.project.pk}).content.decode()
    assert (
        '<input type="radio" name="method" value="features" aria-describedby="about-features" checked>'
        in page
    )
    assert "Of fewer than 1,000 objects features learn more than a network." in page
    assert "features are patches that are learnt from your own images. From fewer than 1,000 objects" in page
    assert "serve less" not in page


def test_a_frozen_set_is_learnt_from_as_it_is(client, alice, project, frozen):
    client.force_login(alice)
    page = client.get("/models/new/").content.decode()
    assert "Copepods of the bay: 4,200 objects of 12 taxa" in page
    answer = client.post(
        "/models/new/", {"learning_set": frozen.pk, "method": "measure", "least_per_taxon": "9"}
    )
    model = Model.objects.get()
    assert answer.url == f"/models/{model.pk}/"
    assert (model.learning_set, model.name) == (frozen, "Copepods of the bay, measurements")
    assert list(model.projects.all()) == [project]
    assert model.job.project == project


def test_sets_of_projects_that_one_does_not_manage_are_not_offered(
    client, alice, carla, dan, root, project, frozen
):
    dans = create_project(title="Dan's own", owner=dan)
    set_role(project=dans, user=alice, role=Role.EXPERT)
    frozen.projects.add(dans)
    LearningSet.objects.create(name="Not frozen").projects.set([project])
    assert list(learning_sets_to_train_on(alice)) == []
    assert list(learning_sets_to_train_on(root)) == [frozen]
    client.force_login(alice)
    answer = client.post("/models/new/", {"learning_set": frozen.pk})
    assert answer.status_code == 403
    strangers = LearningSet.objects.create(name="Secret", facts={"objects": 1})
    answer = client.post("/models/new/", {"learning_set": strangers.pk, "name": "Kept name"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Choose a learning set of the list" in page
    assert "Kept name" in page and "Secret" not in page
    assert not Model.objects.exists()


def test_a_network_goes_on_from_another(client, lake, alice, dan):
    parent = make_ready(lake.project, lake.disc, lake.bar, name="Old bay")
    client.force_login(alice)
    assert "Old bay (resnet18)" in client.get("/models/new/").content.decode()
    fields = {"project": lake.project.pk, "start_from": parent.pk, "backbone": "vit_b_16", "pretrained": "on"}
    assert client.post("/models/new/", {**fields, "name": "New bay"}).status_code == 302
    child = Model.objects.get(name="New bay")
    assert (child.parent, child.settings) == (parent, {"pretrained": False, "backbone": "resnet18"})
    strangers = make_ready(create_project(title="Dan's own", owner=dan), lake.disc, lake.bar)
    answer = client.post("/models/new/", {**fields, "start_from": strangers.pk})
    assert answer.status_code == 400
    assert "Choose a model of the list" in answer.content.decode()


def test_a_new_set_keeps_the_least_number(lake, alice):
    start_training(user=alice, projects=[lake.project], least_per_taxon=5)
    assert Model.objects.get().learning_set.recipe["least_per_taxon"] == 5


@pytest.mark.parametrize(
    ("method", "values", "why"),
    [
        ("magic", {}, "`method` is 'magic', but takes one of measure, features, network"),
        ("measure", {"backbone": "resnet18"}, "`backbone` means nothing to the method `measure`"),
        ("features", {"epochs": 3}, "`epochs` means nothing to the method `features`"),
        ("network", {"head": "forest"}, "`head` means nothing to the method `network`"),
        ("features", {"head": "boosting"}, "`features` takes one of linear, forest"),
        ("network", {"members": 0}, "`members` is 0, but takes a whole number from 1 to 10"),
        ("network", {"balance": 2}, "`balance` is 2, but takes a number from 0 to 1"),
        ("network", {"balance": True}, "`balance` is True"),
        ("network", {"stem": "wide"}, "`stem` is 'wide', but takes one of suited, original, open"),
        (
            "network",
            {"pretrained": True},
            "needs a `backbone` with published weights: compact_resnet has none",
        ),
    ],
)
def test_what_a_method_does_not_take_is_named(method, values, why):
    with pytest.raises(ValidationError) as refused:
        checked_settings(method, None, values)
    assert why in refused.value.messages[0]


def test_what_it_cannot_start_from_is_named(lake, alice):
    parent = make_ready(lake.project, lake.disc, lake.bar)
    for method, values, why in (
        ("measure", {}, "`start_from` means nothing"),
        ("network", {"backbone": "resnet50"}, f"model {parent.pk} is resnet18: leave it out"),
        ("features", {"pretrained": True}, "exclude each other"),
        ("network", {"stem": "open"}, "has its first layers already"),
    ):
        with pytest.raises(ValidationError, match=why):
            checked_settings(method, parent, values)
    parent.method = Model.Method.MEASURE
    with pytest.raises(ValidationError, match="takes a network that is ready"):
        checked_settings("network", parent, {})


def test_the_api_takes_what_the_form_does(client, alice, dan, project, frozen):
    url = "/api/v1/training-runs/"
    client.force_login(alice)

    def ask(**body):
        return client.post(url, body, content_type="application/json")

    started = ask(learning_set=frozen.pk, method="features", head="linear", seed=3, learn_traits=True)
    assert started.status_code == 202, started.content
    model = Model.objects.get()
    assert (model.method, model.learning_set, model.settings["head"]) == ("features", frozen, "linear")
    for body, why in (
        ({"learning_set": frozen.pk, "projects": [project.pk]}, "not both"),
        ({}, "Choose at least one project"),
        ({"learning_set": frozen.pk, "taxa": [1]}, "leave `taxa` and `least_per_taxon` out"),
        ({"projects": [project.pk], "method": "witchcraft"}, "method"),
    ):
        answer = ask(**body)
        assert answer.status_code == 400
        assert why in answer.json()["detail"]
    assert ask(projects=[project.pk], start_from=10**9).status_code == 404
    client.force_login(dan)
    assert ask(learning_set=frozen.pk).status_code == 404


def test_how_sure_a_prediction_has_to_be(client, lake, alice):
    model = make_ready(lake.project, lake.disc, lake.bar)
    Model.objects.filter(pk=model.pk).update(wanted_precision=0.95)
    client.force_login(alice)
    form, api = f"/projects/{lake.project.pk}/predict/", f"/api/v1/projects/{lake.project.pk}/predictions/"
    assert "90 of 100 labels right" in client.get(form).content.decode()
    precisions = []
    for precision in ({}, {"precision": ""}, {"precision": "guess"}, {"precision": "0.8"}):
        client.post(form, {"model": model.pk, **precision})
        Job.objects.update(state="done")
    for precision in ({}, {"precision": None}, {"precision": 0.99}):
        answer = client.post(api, {"model": model.pk, **precision}, content_type="application/json")
        assert answer.status_code == 202
        Job.objects.update(state="done")
    precisions = Job.objects.filter(kind="predict").order_by("pk").values_list("params__precision", flat=True)
    assert list(precisions) == [0.95, 0.95, None, 0.8, 0.95, None, 0.99]
    refused = client.post(api, {"model": model.pk, "precision": 0.5}, content_type="application/json")
    assert "`precision` is 0.5, but takes one of 0.8, 0.9, 0.95, 0.99" in refused.json()["detail"]
    page = client.post(form, {"model": model.pk, "precision": "1e9"}, follow=True).content.decode()
    assert "takes one of the list" in page
    model.refresh_from_db()
    job = start_prediction(user=alice, project=lake.project, model=model, precision=0.95)
    assert job.params["precision"] == 0.95


def test_a_project_has_one_prediction_at_a_time(client, lake, alice):
    model = make_ready(lake.project, lake.disc, lake.bar)
    client.force_login(alice)
    form, api = f"/projects/{lake.project.pk}/predict/", f"/api/v1/projects/{lake.project.pk}/predictions/"

    def ask(**more):
        return client.post(api, {"model": model.pk, **more}, content_type="application/json")

    first = ask()
    assert first.status_code == 202
    assert ask().json()["id"] == first.json()["id"], "the same once more is the job that is on its way"
    other = ask(precision=0.8)
    assert (other.status_code, other.json()["job"]) == (409, first.json()["id"])
    page = client.post(form, {"model": model.pk, "precision": "0.8"}, follow=True).content.decode()
    assert f"Prediction {first.json()['id']} is on its way: wait until it has ended, or cancel it." in page
