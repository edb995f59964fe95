from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.models import LearningSet, Model
from annotations.learning.queries import open_model
from annotations.learning.sets.rows import LEAST_PER_TAXON
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role
from classifier.contract.backbones import BACKBONES

DEFAULT_BACKBONE = BACKBONES[0][0]
PRECISIONS = (0.8, 0.9, 0.95, 0.99)  # that a prediction may be asked for
HEADS = {Model.Way.MEASURE: ("forest", "boosting"), Model.Way.FEATURES: ("linear", "forest")}
SETTINGS = {  # whole numbers: (least, most)
    "epochs": (0, 500),
    "image_size": (32, 512),
    "batch_size": (2, 1024),
    "seed": (0, 2**31),
    "members": (1, 10),
    "least_per_taxon": (2, 1_000_000),
}
NETWORKS, OF_NETWORKS = (Model.Way.FEATURES, Model.Way.NETWORK), (Model.Way.NETWORK,)
OF_WAYS = {  # what is not asked of every way to learn
    "backbone": NETWORKS,
    "pretrained": NETWORKS,
    "start_from": NETWORKS,
    "image_size": NETWORKS,
    "batch_size": NETWORKS,
    "epochs": OF_NETWORKS,
    "members": OF_NETWORKS,
    "head": tuple(HEADS),
}


@transaction.atomic
def start_training(
    *,
    user: User,
    projects: list[Project] | None = None,
    learning_set: LearningSet | None = None,
    start_from: Model | None = None,
    **wanted: Any,
) -> Job:
    """Makes a model and starts the job that trains it, on a frozen learning set or on what projects have validated.

    Needs a manager of each of the projects. `wanted` is what `new_model` takes. Raises PermissionDenied, Http404 for a
    model to start from that the person doesn't see, or ValidationError that names what is wrong.
    """
    if bool(projects) == bool(learning_set):
        raise ValidationError("Choose at least one project to learn from, or one learning set: not both.")
    chosen = list(learning_set.projects.all()) if learning_set else projects or []
    for project in chosen:
        require_manager(user, project)
    if start_from:
        open_model(user, start_from.pk)
    model, params = new_model(
        projects=chosen, learning_set=learning_set, start_from=start_from, owner=user, **wanted
    )
    model.job = start_job(kind="train", owner=user, project=chosen[0], params=params)
    model.save(update_fields=["job"])
    return model.job


def new_model(
    *,
    projects: list[Project],
    learning_set: LearningSet | None = None,
    name: str = "",
    taxa: list[int] | None = None,
    least_per_taxon: int | None = None,
    way: str = Model.Way.NETWORK,
    start_from: Model | None = None,
    owner: User | None = None,
    **wanted: Any,
) -> tuple[Model, dict]:
    """A model that is still to be trained, and the parameters of the job that does. Asks nobody's rights.

    `wanted` is kept as the model's settings: backbone, pretrained, head, balance, learn_traits and the numbers of
    SETTINGS. Raises ValidationError that names what is wrong.
    """
    chosen = checked_settings(way, start_from, wanted)
    name = name.strip()[:200] or _name(projects, learning_set, way, chosen)
    if learning_set is None:
        learning_set = _new_set(projects, name, taxa, least_per_taxon, owner)
    elif not learning_set.is_frozen:
        raise ValidationError(f"{learning_set.name} is not frozen yet: wait until its job is done.")
    elif taxa is not None or least_per_taxon is not None:
        raise ValidationError("A learning set has its taxa already: leave `taxa` and `least_per_taxon` out.")
    model = Model.objects.create(
        name=name, owner=owner, way=way, parent=start_from, settings=chosen, learning_set=learning_set
    )
    model.projects.set(projects)
    return model, {"model": model.pk}


def _new_set(
    projects: list[Project], name: str, taxa: list[int] | None, least: int | None, owner: User | None
) -> LearningSet:
    recipe = {
        "projects": [{"project": p.pk, "filter": {}} for p in projects],
        "taxa": taxa,
        "least_per_taxon": LEAST_PER_TAXON if least is None else _number("least_per_taxon", least),
    }
    learning_set = LearningSet.objects.create(name=name, owner=owner, recipe=recipe)
    learning_set.projects.set(projects)
    return learning_set


def start_prediction(
    *,
    user: User,
    project: Project,
    model: Model,
    wanted: dict | None = None,
    precision: float | None = None,
) -> Job:
    """Starts the job that applies the model to what nobody has settled. Needs a manager who sees the model.

    `wanted` is a filter of the gallery as JSON. `precision`, one of PRECISIONS, is the share of labels that has to be
    right: what the model is less sure of gets a taxon above, or is left for people; None: always the best guess.
    Raises PermissionDenied, Http404 for a model of strangers, ValidationError for one that is not ready.
    """
    require_manager(user, project)
    model = open_model(user, model.pk)
    if not model.is_ready:
        raise ValidationError(f"{model.name} is not ready: wait until its training is done.")
    if precision not in (None, model.wanted_precision, *PRECISIONS):
        known = ", ".join(map(str, PRECISIONS))
        raise ValidationError(f"`precision` is {precision}, but takes one of {known}, or is left out.")
    params = {"model": model.pk, "filter": wanted or {}, "precision": precision}
    return start_job(kind="predict", owner=user, project=project, params=params)


def require_manager(user: User, project: Project) -> None:
    if role_in(user, project.pk) != Role.MANAGER:
        raise PermissionDenied(f"Only a manager of {project.title} may train and predict there.")


def model_folder(model: Model) -> Path:
    return settings.MODELS_FOLDER / model.folder_name


def learning_set_folder(learning_set: LearningSet) -> Path:
    if learning_set.folder:
        return settings.SESTON_HOME / learning_set.folder
    return settings.LEARNING_SETS_FOLDER / str(learning_set.pk)


def checked_settings(way: str, parent: Model | None, wanted: dict[str, Any]) -> dict[str, Any]:
    """What the model is to be made with. Raises ValidationError that names the setting and what it takes."""
    if way not in Model.Way.values:
        raise ValidationError(f"`way` is {way!r}, but takes one of {', '.join(Model.Way.values)}.")
    for name in [*wanted, *(["start_from"] if parent else [])]:
        if way not in OF_WAYS.get(name, Model.Way.values):
            raise ValidationError(f"`{name}` means nothing to the way `{way}`: leave it out.")
    return {
        name: CHECKS.get(name, _number)(name, value)
        for name, value in _completed(way, parent, wanted).items()
    }


def _completed(way: str, parent: Model | None, wanted: dict[str, Any]) -> dict[str, Any]:
    """With the backbone and the head that are meant where none is named."""
    chosen = dict(wanted)
    if way in HEADS:
        chosen.setdefault("head", HEADS[Model.Way(way)][0])
        known = HEADS[Model.Way(way)]
        if chosen["head"] not in known:
            raise ValidationError(
                f"`head` is {chosen['head']!r}, but `{way}` takes one of {', '.join(known)}."
            )
    if way not in NETWORKS:
        return chosen
    if parent is None:
        return {"backbone": DEFAULT_BACKBONE, "pretrained": False, **chosen}
    if not parent.is_ready or parent.way != Model.Way.NETWORK:
        raise ValidationError(f"`start_from` is {parent.pk}, but takes a network that is ready.")
    its = parent.settings.get("backbone", DEFAULT_BACKBONE)
    if chosen.get("backbone", its) != its:
        raise ValidationError(
            f"`backbone` is {chosen['backbone']!r}, but model {parent.pk} is {its}: leave it out."
        )
    if chosen.get("pretrained"):
        raise ValidationError("`pretrained` and `start_from` exclude each other: choose one of them.")
    return {"pretrained": False, **chosen, "backbone": its}


def _backbone(name: str, value: object) -> object:
    known = [known for known, _ in BACKBONES]
    if value not in known:
        raise ValidationError(f"`backbone` is {value!r}, but takes one of {', '.join(known)}.")
    return value


def _number(name: str, value: object) -> int:
    if name not in SETTINGS:
        known = ", ".join([*SETTINGS, *CHECKS])
        raise ValidationError(f"There is no setting `{name}`. Known are {known}.")
    least, most = SETTINGS[name]
    if type(value) is not int or not least <= value <= most:
        raise ValidationError(f"`{name}` is {value!r}, but takes a whole number from {least} to {most}.")
    return value


def _share(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValidationError(f"`{name}` is {value!r}, but takes a number from 0 to 1, or is left out.")
    return float(value)


CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "backbone": _backbone,
    "balance": _share,
    "head": lambda name, value: value,  # by its way, see `_completed`
    "learn_traits": lambda name, value: bool(value),
    "pretrained": lambda name, value: bool(value),
}


def _name(projects: list[Project], learning_set: LearningSet | None, way: str, chosen: dict) -> str:
    more = f" and {len(projects) - 1} more" if len(projects) > 1 else ""
    source = learning_set.name if learning_set else f"{projects[0].title}{more}"
    what = {
        Model.Way.MEASURE: "measurements",
        Model.Way.FEATURES: f"features of {chosen.get('backbone')}",
        Model.Way.NETWORK: str(chosen.get("backbone")),
    }
    return f"{source}, {what[Model.Way(way)]}"[:200]
