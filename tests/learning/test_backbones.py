"""Backbones: their pages, what may be asked for, who sees them, what starts from them."""

import pytest
from django.core.exceptions import ValidationError

from annotations.jobs.models import Job
from annotations.learning.actions import checked_settings, start_training
from annotations.learning.backbones.actions import change_backbone, new_backbone, start_pretraining
from annotations.learning.backbones.queries import backbones_seen_by, backbones_to_start_from
from annotations.learning.models import Backbone, Model
from annotations.projects.actions import create_project
from classifier.contract.pretraining import PRETRAIN_OFFERED
from tests.learning.models import make_ready
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
HISTORY = [
    {"epoch": n, "loss": 5.0 / n, "knn_accuracy": 0.3 + 0.1 * n, "linear_accuracy": 0.4 + 0.1 * n}
    for n in (1, 2, 3)
]


@shared_rows
def backbone(project, alice) -> Backbone:
    created = new_backbone(projects=[project], owner=alice, settings={"image_size": 64})
    created.is_ready, created.history = True, HISTORY
    created.metrics = {
        "knn_accuracy": 0.6,
        "linear_accuracy": 0.7,
        "images": 1234,
        "labelled": 90,
        "held_out": 30,
        "epoch": 3,
        "dimensions": 512,
        "minutes": 12.0,
        "device": "cpu",
    }
    created.save()
    return created


def test_the_page_says_what_its_features_tell(client, alice, backbone):
    client.force_login(alice)
    page = client.get(f"/backbones/{backbone.pk}/").content.decode()
    assert "Of 30 labelled objects whose images it had not seen" in page
    assert "0.600" in page
    assert "Loss over 3 epochs" in page
    assert "linear probe 0.700" in page
    assert f"1,234 images of {backbone.projects.get().title}" in page


def test_the_page_says_which_objects_it_learnt_from_and_what_started_from_it(
    client, alice, project, backbone
):
    Backbone.objects.filter(pk=backbone.pk).update(filter={"state": ["predicted"]})
    Model.objects.create(name="Of others", start_backbone=backbone)
    Model.objects.create(name="Drifters", start_backbone=backbone).projects.add(project)
    client.force_login(alice)
    page = client.get(f"/backbones/{backbone.pk}/").content.decode()
    assert '<th scope="row">Only</th><td>predicted</td>' in page
    assert "Drifters" in page and "Of others" not in page


def test_the_list_has_it_until_it_is_archived(client, alice, backbone):
    client.force_login(alice)
    assert backbone.name in client.get("/backbones/").content.decode()
    client.post(f"/backbones/{backbone.pk}/change/", {"archived": "1"})
    assert backbone.name not in client.get("/backbones/").content.decode()
    assert backbone.name in client.get("/backbones/?archived=1").content.decode()
    assert not backbones_to_start_from(alice)


def test_the_form_starts_a_pretraining_with_what_was_chosen(client, alice, project):
    client.force_login(alice)
    answer = client.post(
        "/backbones/new/",
        {"project": project.pk, "loss": "vicreg", "epochs": "5", "filter": "state=predicted", "name": "Mine"},
    )
    made = Backbone.objects.get()
    assert answer.url == f"/backbones/{made.pk}/"
    assert made.name == "Mine"
    assert made.settings["loss"] == "vicreg"
    assert made.settings["epochs"] == 5
    assert made.filter["state"]
    assert Job.objects.get(kind="pretrain").params == {"backbone": made.pk}
    assert list(made.projects.all()) == [project]


def test_what_is_out_of_bounds_is_said_beside_the_field(client, alice, project):
    client.force_login(alice)
    answer = client.post("/backbones/new/", {"project": project.pk, "epochs": "9999"})
    assert answer.status_code == 400
    assert "takes a whole number from 0 to 2000" in answer.content.decode()
    assert not Backbone.objects.exists()


def test_the_page_opens_with_the_objects_of_the_bench(client, alice, project):
    client.force_login(alice)
    page = client.get(f"/backbones/new/?project={project.pk}&filter=state%3Dpredicted").content.decode()
    assert "Only these objects" in page
    assert 'value="state=predicted"' in page


def test_the_page_offers_every_setting(client, alice, project):
    client.force_login(alice)
    page = client.get("/backbones/new/").content.decode()
    assert all(f'name="{name}"' in page for name in PRETRAIN_OFFERED)


def test_members_of_other_projects_do_not_see_it(backbone, dan):
    create_project(title="Elsewhere", owner=dan)
    assert not backbones_seen_by(dan)


def test_the_same_request_of_the_api_is_refused_with_the_setting_that_is_wrong(client, alice, project):
    client.force_login(alice)
    body = {"projects": [project.pk], "temperature": 50}
    answer = client.post("/api/v1/backbones/", body, content_type="application/json")
    assert answer.status_code == 400
    assert "temperature" in answer.content.decode()


def test_the_api_tells_and_renames(client, alice, backbone):
    client.force_login(alice)
    result = client.get(f"/api/v1/backbones/{backbone.pk}/").json()
    assert (result["metrics"]["linear_accuracy"], result["is_ready"]) == (0.7, True)
    client.patch(f"/api/v1/backbones/{backbone.pk}/", {"name": "Renamed"}, content_type="application/json")
    assert [entry["name"] for entry in client.get("/api/v1/backbones/").json()["results"]] == ["Renamed"]


def test_the_api_lists_them_a_page_at_a_time(client, alice, project, monkeypatch):
    monkeypatch.setattr("annotations.api.views.backbones.A_PAGE", 2)
    for name in ("One", "Two", "Three"):
        new_backbone(projects=[project], owner=alice, name=name)
    client.force_login(alice)
    first = client.get("/api/v1/backbones/").json()
    assert [one["name"] for one in first["results"]] == ["Three", "Two"]
    last = client.get("/api/v1/backbones/", {"cursor": first["next"]}).json()
    assert ([one["name"] for one in last["results"]], last["next"]) == (["One"], None)
    change_backbone(user=alice, backbone=Backbone.objects.get(name="Two"), archived=True)
    archived = client.get("/api/v1/backbones/?archived=true").json()
    assert [one["name"] for one in archived["results"]] == ["Two"]
    assert client.get("/api/v1/backbones/?cursor=nonsense").status_code == 400


def test_an_empty_name_is_refused(alice, backbone):
    with pytest.raises(ValidationError, match="A backbone needs a name"):
        change_backbone(user=alice, backbone=backbone, name=" ")


def test_once_more_makes_another_beside_one_that_is_ready(client, alice, project):
    job = start_pretraining(user=alice, projects=[project], epochs=4)
    Job.objects.filter(pk=job.pk).update(state="done")
    Backbone.objects.update(is_ready=True)
    client.force_login(alice)
    client.post(f"/jobs/{job.pk}/again/")
    assert [each.settings["epochs"] for each in Backbone.objects.all()] == [4, 4]


# --- What starts from it ----------------------------------------------------------------------------------------------


def test_a_training_starts_from_it(client, lake, alice, backbone):
    client.force_login(alice)
    page = client.get(f"/models/new/?start_backbone={backbone.pk}").content.decode()
    assert f'value="{backbone.pk}" selected' in page
    fields = {"project": lake.project.pk, "method": "features", "start_backbone": backbone.pk}
    answer = client.post("/models/new/", {**fields, "backbone_features": "resnet18", "name": "From it"})
    assert answer.status_code == 302
    created = Model.objects.get(name="From it")
    assert created.start_backbone == backbone
    assert (created.settings["backbone"], created.settings["image_size"]) == ("compact_resnet", 64)


def test_one_that_is_not_ready_is_refused(alice, backbone):
    backbone.is_ready = False
    with pytest.raises(ValidationError, match="but takes a backbone that is ready"):
        checked_settings("features", backbone, {})


def test_measurements_start_from_nothing(backbone):
    with pytest.raises(ValidationError, match="`start_backbone` means nothing to the method `measure`"):
        checked_settings("measure", backbone, {})


def test_a_model_and_a_backbone_to_start_from_exclude_each_other(lake, alice, backbone):
    parent = make_ready(lake.project, lake.disc, lake.bar)
    with pytest.raises(ValidationError, match="exclude each other"):
        start_training(user=alice, projects=[lake.project], start_from=parent, start_backbone=backbone)


def test_the_form_refuses_both_beside_the_field(client, lake, alice, backbone):
    """Before, the backbone was left out without a word."""
    parent = make_ready(lake.project, lake.disc, lake.bar)
    client.force_login(alice)
    fields = {"project": lake.project.pk, "method": "network", "start_from": parent.pk}
    answer = client.post("/models/new/", {**fields, "start_backbone": backbone.pk})
    assert answer.status_code == 400
    assert "Start from a model or from a backbone" in answer.content.decode()
    assert not Job.objects.filter(kind="train", params__isnull=False).exclude(pk=parent.job_id).exists()


def test_a_backbone_of_strangers_is_not_started_from(client, dan, backbone):
    own = create_project(title="Elsewhere", owner=dan)
    client.force_login(dan)
    body = {"projects": [own.pk], "start_backbone": backbone.pk}
    assert client.post("/api/v1/training-runs/", body, content_type="application/json").status_code == 404


def test_a_model_of_a_backbone_that_looked_at_the_same_project_does_not_say_that_it_never_saw_them(
    client, lake, alice
):
    """No labels were learnt, but held-out images are not new to it: also where it is a model's start that began so."""
    backbone = new_backbone(projects=[lake.project], owner=alice)
    parent, child = (make_ready(lake.project, lake.disc, lake.bar, name=name) for name in ("First", "Second"))
    Model.objects.filter(pk=child.pk).update(parent=parent)
    client.force_login(alice)
    pages = [f"/models/{model.pk}/" for model in (parent, child)]
    assert all("objects that the model never saw" in client.get(page).content.decode() for page in pages)
    Model.objects.filter(pk=parent.pk).update(start_backbone=backbone)
    for page in pages:
        text = client.get(page).content.decode()
        assert "has looked at images of the same projects, without labels" in text
        assert "objects whose labels the model never saw" in text
    assert "without labels" in " ".join(client.get(f"/api/v1/models/{child.pk}/").json()["verdict"])
    backbone.projects.set([create_project(title="Elsewhere", owner=alice)])
    assert "objects that the model never saw" in client.get(pages[1]).content.decode()
