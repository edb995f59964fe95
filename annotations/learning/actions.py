from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.learning_set import LEAST_PER_TAXON
from annotations.learning.models import Model
from annotations.learning.queries import BACKBONES, open_model
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role

DEFAULT_BACKBONE = BACKBONES[0][0]
SETTINGS = {  # name: (least, most)
    "epochs": (0, 500),
    "image_size": (32, 512),
    "batch_size": (2, 1024),
    "seed": (0, 2**31),
    "least_per_taxon": (2, 1_000_000),
}


@transaction.atomic
def start_training(
    *,
    user: User,
    projects: list[Project],
    name: str = "",
    taxa: list[int] | None = None,
    backbone: str = DEFAULT_BACKBONE,
    pretrained: bool = False,
    **numbers: int,
) -> Job:
    """Makes a model and starts the job that trains it. Needs a manager of each of the projects.

    `numbers` are those of SETTINGS. Raises PermissionDenied, or ValidationError that names what is wrong.
    """
    if not projects:
        raise ValidationError("Choose at least one project to learn from.")
    for project in projects:
        require_manager(user, project)
    model, params = new_model(
        projects=projects,
        name=name,
        taxa=taxa,
        backbone=backbone,
        pretrained=pretrained,
        owner=user,
        **numbers,
    )
    model.job = start_job(kind="train", owner=user, project=projects[0], params=params, queue="gpu")
    model.save(update_fields=["job"])
    return model.job


def new_model(
    *,
    projects: list[Project],
    name: str = "",
    taxa: list[int] | None = None,
    backbone: str = DEFAULT_BACKBONE,
    pretrained: bool = False,
    owner: User | None = None,
    **numbers: int,
) -> tuple[Model, dict]:
    """A model that is still to be trained, and the parameters of the job that does. Asks nobody's rights."""
    chosen = {"backbone": backbone, "pretrained": pretrained, **_checked(backbone, numbers)}
    least = chosen.pop("least_per_taxon", LEAST_PER_TAXON)  # of the learning set, not of the network
    model = Model.objects.create(
        name=name.strip()[:200] or _name(projects, backbone), owner=owner, settings=chosen
    )
    model.projects.set(projects)
    params = {
        "model": model.pk,
        "projects": [p.pk for p in projects],
        "taxa": taxa,
        "least_per_taxon": least,
    }
    return model, params


def start_prediction(*, user: User, project: Project, model: Model, wanted: dict | None = None) -> Job:
    """Starts the job that applies the model to what nobody has settled. Needs a manager who sees the model.

    `wanted` is a filter of the gallery as JSON. Raises PermissionDenied, Http404 for a model of strangers,
    ValidationError for one that is not ready.
    """
    require_manager(user, project)
    model = open_model(user, model.pk)
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
        if type(value) is not int or not least <= value <= most:
            raise ValidationError(f"`{name}` is {value!r}, but takes a whole number from {least} to {most}.")
    return numbers


def _name(projects: list[Project], backbone: str) -> str:
    more = f" and {len(projects) - 1} more" if len(projects) > 1 else ""
    return f"{projects[0].title}{more}, {backbone}"[:200]
