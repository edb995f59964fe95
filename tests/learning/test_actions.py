"""Who may train and predict, and what is refused before a job is made."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404

from annotations.jobs.models import Job
from annotations.learning.actions import start_prediction, start_training
from annotations.learning.models import Model
from annotations.learning.queries import models_seen_by, open_model
from annotations.projects.actions import create_project, set_role
from annotations.projects.models import Role
from tests.learning.models import make_model, make_ready

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_manager_starts_a_training(project, alice):
    job = start_training(user=alice, projects=[project], name=" Bay ", taxa=[3, 4], epochs=7)
    model = Model.objects.get()
    assert (job.kind, job.queue, job.owner, job.project) == ("train", "gpu", alice, project)
    assert job.params == {"model": model.pk}
    assert model.learning_set.recipe == {
        "projects": [{"project": project.pk, "filter": {}}],
        "taxa": [3, 4],
        "least_per_taxon": 2,
    }
    assert (model.name, model.owner, model.job) == ("Bay", alice, job)
    assert model.settings["epochs"] == 7
    assert list(model.projects.all()) == [project]


def test_a_training_without_a_name_is_called_after_its_project(project, root):
    start_training(user=root, projects=[project])
    assert Model.objects.get().name.startswith("Villefranche 2026, ")


@pytest.mark.parametrize("person", ["bob", "carla", "vera", "dan"])
def test_nobody_but_managers_trains_and_predicts(person, project, request):
    user = request.getfixturevalue(person)
    with pytest.raises(PermissionDenied):
        start_training(user=user, projects=[project])
    with pytest.raises(PermissionDenied):
        start_prediction(user=user, project=project, model=make_model(project, "done"))
    assert not Job.objects.exclude(state="done").exists()


def test_who_manages_one_project_only_does_not_train_on_two(project, alice, dan):
    dans = create_project(title="Dan's own", owner=dan)
    set_role(project=dans, user=alice, role=Role.EXPERT)
    with pytest.raises(PermissionDenied, match="Only a manager of Dan's own"):
        start_training(user=alice, projects=[project, dans])
    assert not Model.objects.exists()


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ({"projects": []}, "Choose at least one project"),
        ({"backbone": "vgg"}, "`backbone` is 'vgg', but takes one of compact_resnet"),
        ({"epochs": 501}, "`epochs` is 501, but takes a whole number from 0 to 500"),
        ({"epochs": True}, "`epochs` is True"),
        ({"image_size": 8}, "`image_size` is 8"),
        ({"least_per_taxon": 1}, "`least_per_taxon` is 1"),
        ({"magic": 1}, "There is no setting `magic`"),
    ],
)
def test_impossible_settings_are_named(project, alice, params, why):
    with pytest.raises(ValidationError) as refused:
        start_training(user=alice, **{"projects": [project], **params})
    assert why in refused.value.messages[0]
    assert not Model.objects.exists()


def test_a_model_is_seen_by_the_members_of_any_of_its_projects(project, alice, vera, dan, root):
    model = make_model(project, "running")
    for person in (alice, vera, root):
        assert list(models_seen_by(person)) == [model]
    assert not models_seen_by(dan)
    with pytest.raises(Http404):
        open_model(dan, model.pk)
    dans = create_project(title="Dan's own", owner=dan)
    model.projects.add(dans)
    assert open_model(dan, model.pk) == model
    assert list(models_seen_by(alice)) == [model]  # once, though two projects lead to it


def test_predicting_needs_a_ready_model_that_one_sees(project, alice, dan, root):
    with pytest.raises(ValidationError, match="is not ready"):
        start_prediction(user=alice, project=project, model=make_model(project, "running"))
    strangers = make_ready(create_project(title="Dan's own", owner=dan), 1, 2)
    with pytest.raises(Http404):
        start_prediction(user=alice, project=project, model=strangers)
    job = start_prediction(user=root, project=project, model=strangers, filter_json={"state": ["predicted"]})
    assert job.params == {"model": strangers.pk, "filter": {"state": ["predicted"]}, "precision": None}


def test_the_site_never_loads_torch():
    """A web process with torch takes a gigabyte and seconds to start."""
    code = (
        "import manage, os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'seston.settings';"
        "import seston.asgi, seston.urls; from django.urls import get_resolver; get_resolver().url_patterns;"
        "heavy = {'torch', 'sklearn', 'pyvips', 'av', 'h5py', 'skimage', 'worker.learning.job'} & set(sys.modules);"
        "library = {name.split('.')[1] for name in sys.modules if name.startswith('classifier.')};"
        "print(heavy | library - {'contract', 'instruments', 'statistics'})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "set()", done.stderr
