from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.models import Model
from annotations.learning.queries import BACKBONES
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role

SETTINGS = {  # name: (least, most)
    "epochs": (0, 500),
    "image_size": (32, 512),
    "batch_size": (2, 1024),
    "seed": (0, 2**31),
}


@transaction.atomic
def start_training(
    *,
    user: User,
    projects: list[Project],
    name: str = "",
    taxa: list[int] | None = None,
    backbone: str = "mobilenet_v3_small",
    pretrained: bool = False,
    **numbers: int,
) -> Job:
    """Makes a model and starts the job that trains it. Needs a manager of each of the projects."""
    if not projects:
        raise ValidationError("Choose at least one project to learn from.")
    for project in projects:
        require_manager(user, project)
    chosen = {"backbone": backbone, "pretrained": pretrained, **_checked(backbone, numbers)}
    model = Model.objects.create(name=name.strip() or _name(projects, backbone), owner=user, settings=chosen)
    model.projects.set(projects)
    params = {"model": model.pk, "projects": [p.pk for p in projects], "taxa": taxa}
    model.job = start_job(kind="train", owner=user, project=projects[0], params=params, queue="gpu")
    model.save(update_fields=["job"])
    return model.job


def start_prediction(*, user: User, project: Project, model: Model, wanted: dict | None = None) -> Job:
    """Starts the job that applies the model to what nobody has settled. Needs a manager of the project."""
    require_manager(user, project)
    if not model.is_ready:
        raise ValidationError(f"{model.name} is not ready: wait until its training is done.")
    params = {"model": model.pk, "filter": wanted or {}}
    return start_job(kind="predict", owner=user, project=project, params=params, queue="gpu")


def require_manager(user: User, project: Project) -> None:
    if role_in(user, project.pk) != Role.MANAGER:
        raise PermissionDenied(f"Only a manager of {project.title} may train and predict there.")


def model_folder(model: Model) -> Path:
    return settings.MODELS_FOLDER / model.folder_name


def _checked(backbone: str, numbers: dict[str, int]) -> dict[str, int]:
    known = [known for known, _ in BACKBONES]
    if backbone not in known:
        raise ValidationError(f"`backbone` is {backbone!r}, but takes one of {', '.join(known)}.")
    for name, value in numbers.items():
        if name not in SETTINGS:
            raise ValidationError(f"There is no setting `{name}`. Known are {', '.join(SETTINGS)}.")
        least, most = SETTINGS[name]
        if not isinstance(value, int) or not least <= value <= most:
            raise ValidationError(f"`{name}` is {value!r}, but takes a whole number from {least} to {most}.")
    return numbers


def _name(projects: list[Project], backbone: str) -> str:
    more = f" and {len(projects) - 1} more" if len(projects) > 1 else ""
    return f"{projects[0].title}{more}, {backbone}"[:200]
