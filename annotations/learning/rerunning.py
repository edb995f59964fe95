"""A training, a pretraining, a prediction, an export, or a measurement of the device once more."""

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.actions import require_manager, start_prediction, start_training
from annotations.learning.backbones.actions import start_pretraining
from annotations.learning.backbones.packages import start_backbone_export
from annotations.learning.backbones.queries import open_backbone
from annotations.learning.models import Model
from annotations.learning.previews import start_preview
from annotations.learning.queries import open_model
from annotations.learning.registry import start_export
from annotations.learning.speeds import start_measuring_device


@transaction.atomic
def train_again(user: User, job: Job) -> Job:
    """A model that came to nothing is trained itself; beside one that is ready another one is made, of the same set.

    Needs a manager of all its projects. Raises PermissionDenied, Http404, ValidationError.
    """
    model = open_model(user, job.params["model"])
    if model.is_ready:
        return start_training(
            user=user,
            learning_set=model.learning_set,
            start_from=model.parent,
            start_backbone=model.start_backbone,
            method=model.method,
            name=model.name,
            **own_options(model),
        )
    if model.job_id != job.pk:
        raise ValidationError(f"{model.name} has been started again since: look at its page.")
    for project in model.projects.all():
        require_manager(user, project)
    model.job = start_job(kind="train", owner=user, project=job.project, params=job.params)
    model.save(update_fields=["job"])
    return model.job


def own_options(model: Model) -> dict:
    """What the model was trained with, to train another so; a network to start from has some of it already."""
    names = ("backbone", "pretrained", "stem") if model.parent_id or model.start_backbone_id else ()
    return {name: value for name, value in model.settings.items() if name not in names}


def predict_again(user: User, job: Job) -> Job:
    """Raises PermissionDenied, Http404, ValidationError."""
    assert job.project is not None
    return start_prediction(
        user=user,
        project=job.project,
        model=open_model(user, job.params["model"]),
        filter_json=job.params.get("filter"),
        precision=job.params.get("precision"),
    )


def preview_again(user: User, job: Job) -> Job:
    """Raises PermissionDenied, Http404, ValidationError."""
    assert job.project is not None
    models = [open_model(user, number) for number in job.params["models"]]
    chosen = {name: job.params[name] for name in ("filter_json", "precision", "objects")}
    return start_preview(user=user, project=job.project, models=models, **chosen)


def export_again(user: User, job: Job) -> Job:
    """Raises PermissionDenied, Http404, ValidationError."""
    return start_export(user=user, model=open_model(user, job.params["model"]), format=job.params["format"])


def export_backbone_again(user: User, job: Job) -> Job:
    """Raises PermissionDenied, Http404, ValidationError."""
    words = {name: job.params.get(name, "") for name in ("licence", "source")}
    return start_backbone_export(user=user, backbone=open_backbone(user, job.params["backbone"]), **words)


def measure_device_again(user: User, job: Job) -> Job:
    """What was chosen beside the usual, too. Raises PermissionDenied, ValidationError."""
    chosen = {"network": job.params["networks"][-1], "image_size": job.params["image_sizes"][0]}
    return start_measuring_device(user=user, **chosen)


@transaction.atomic
def pretrain_again(user: User, job: Job) -> Job:
    """A backbone that came to nothing is pretrained itself; beside one that is ready another one is made.

    Needs a manager of all its projects. Raises PermissionDenied, Http404, ValidationError.
    """
    backbone = open_backbone(user, job.params["backbone"])
    projects = list(backbone.projects.all())
    if backbone.is_ready:
        again = {"filter_json": backbone.filter, "name": backbone.name, **backbone.settings}
        return start_pretraining(user=user, projects=projects, **again)
    if backbone.job_id != job.pk:
        raise ValidationError(f"{backbone.name} has been started again since: look at its page.")
    for project in projects:
        require_manager(user, project)
    backbone.job = start_job(kind="pretrain", owner=user, project=job.project, params=job.params)
    backbone.save(update_fields=["job"])
    return backbone.job
