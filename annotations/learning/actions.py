from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.backbones.queries import open_backbone
from annotations.learning.duration import network_of
from annotations.learning.models import Backbone, LearningSet, Model
from annotations.learning.queries import open_model
from annotations.learning.sets.recipe import LEAST
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role
from classifier.contract.backbones import COMPACT
from classifier.contract.settings import SETTINGS, WITH_IMAGES, SettingError, check_settings, require_method

PRECISIONS = (0.8, 0.9, 0.95, 0.99)  # that a prediction may be asked for


@transaction.atomic
def start_training(
    *,
    user: User,
    projects: list[Project] | None = None,
    learning_set: LearningSet | None = None,
    start_from: Model | None = None,
    start_backbone: Backbone | None = None,
    **options: Any,
) -> Job:
    """Makes a model and starts the job that trains it, on a frozen learning set or on what projects have validated.

    Needs a manager of each of the projects. `options` is what `new_model` takes. Raises PermissionDenied, Http404 for a
    model or backbone to start from that the person doesn't see, or ValidationError that names what is wrong.
    """
    if bool(projects) == bool(learning_set):
        raise ValidationError("Choose at least one project to learn from, or one learning set: not both.")
    chosen = list(learning_set.projects.all()) if learning_set else projects or []
    for project in chosen:
        require_manager(user, project)
    if start_from:
        open_model(user, start_from.pk)
    if start_backbone:
        open_backbone(user, start_backbone.pk)
    model, params = new_model(
        projects=chosen,
        learning_set=learning_set,
        start_from=start_from,
        start_backbone=start_backbone,
        owner=user,
        **options,
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
    method: str = Model.Method.NETWORK,
    start_from: Model | None = None,
    start_backbone: Backbone | None = None,
    owner: User | None = None,
    recipe: dict | None = None,
    **options: Any,
) -> tuple[Model, dict]:
    """A model that is still to be trained, and the parameters of the job that does. Asks nobody's rights.

    It learns from the learning set, or from a new one: of the recipe, or of what the projects have validated.
    `options` are those of `classifier.contract.settings.OFFERED`. Raises ValidationError that names what is wrong.
    """
    if start_from and start_backbone:
        raise ValidationError("`start_from` and `start_backbone` exclude each other: choose one of them.")
    parent = start_from or start_backbone
    options = checked_settings(method, parent, options)
    network = network_of(
        method, options.get("backbone"), has_learnt=bool(parent or options.get("pretrained"))
    )
    name = name.strip()[:200] or _name(projects, learning_set, method, network)
    if learning_set is None:
        learning_set = _new_set(projects, name, recipe or _recipe(projects, taxa, least_per_taxon), owner)
    elif not learning_set.is_frozen:
        raise ValidationError(f"{learning_set.name} is not frozen yet: wait until its job is done.")
    elif taxa is not None or least_per_taxon is not None:
        raise ValidationError("A learning set has its taxa already: leave `taxa` and `least_per_taxon` out.")
    model = Model.objects.create(
        name=name,
        owner=owner,
        method=method,
        parent=start_from,
        start_backbone=start_backbone,
        settings=options,
        learning_set=learning_set,
    )
    model.projects.set(projects)
    return model, {"model": model.pk}


def _new_set(projects: list[Project], name: str, recipe: dict, owner: User | None) -> LearningSet:
    learning_set = LearningSet.objects.create(name=name, owner=owner, recipe=recipe)
    learning_set.projects.set(projects)
    return learning_set


def _recipe(projects: list[Project], taxa: list[int] | None, least: int | None) -> dict:
    return {
        "projects": [{"project": p.pk, "filter": {}} for p in projects],
        "taxa": taxa,
        "least_per_taxon": _least_per_taxon(least),
    }


def _least_per_taxon(least: int | None) -> int:
    try:
        return LEAST.default if least is None else LEAST.check(least)
    except SettingError as error:
        raise ValidationError(str(error)) from error


def start_prediction(
    *,
    user: User,
    project: Project,
    model: Model,
    filter_json: dict | None = None,
    precision: float | None = None,
) -> Job:
    """Starts the job that applies the model to what nobody has settled. Needs a manager who sees the model.

    `filter_json` is a filter of the gallery. `precision`, one of PRECISIONS, is the share of labels that has to be
    right: what the model is less sure of gets a taxon above, or is left for people; None: always the best guess.
    Raises PermissionDenied, Http404 for a model of strangers, ValidationError for one that is not ready.
    """
    require_manager(user, project)
    model = open_model(user, model.pk)
    require_ready(model, precision)
    params = {"model": model.pk, "filter": filter_json or {}, "precision": precision}
    return start_job(kind="predict", owner=user, project=project, params=params)


def require_ready(model: Model, precision: float | None) -> None:
    """Raises ValidationError for a model that is not ready, and for a precision that can't be asked of it."""
    if not model.is_ready:
        raise ValidationError(f"{model.name} is not ready: wait until its training is done.")
    if precision not in (None, model.wanted_precision, *PRECISIONS):
        offered = ", ".join(map(str, PRECISIONS))
        raise ValidationError(f"`precision` is {precision}, but takes one of {offered}, or is left out.")


def require_manager(user: User, project: Project) -> None:
    if role_in(user, project.pk) != Role.MANAGER:
        raise PermissionDenied(f"Only a manager of {project.title} may train and predict there.")


def checked_settings(method: str, parent: Model | Backbone | None, values: dict[str, Any]) -> dict[str, Any]:
    """What the model is to be made with. Raises ValidationError that names the setting and what it takes."""
    try:
        checked = check_settings(method, values)
        if parent:
            require_method(method, _start_of(parent), WITH_IMAGES)
    except SettingError as error:
        raise ValidationError(str(error)) from error
    if method in SETTINGS["head"].methods:
        checked.setdefault("head", next(iter(SETTINGS["head"].choices_of(method))))
    if method not in WITH_IMAGES:
        return checked
    if checked.get("stem", "suited") != "suited" and (parent or checked.get("pretrained")):
        raise ValidationError(
            "`stem` is for networks that learn from scratch: this one has its first layers already."
        )
    if isinstance(parent, Backbone) and "image_size" in parent.settings:
        checked.setdefault("image_size", parent.settings["image_size"])
    return {"pretrained": False, **checked, "backbone": _backbone(parent, checked)}


def _backbone(parent: Model | Backbone | None, values: dict[str, Any]) -> str:
    """The one that is named, or its parent's. Raises ValidationError where they exclude each other."""
    if parent is None:
        return _new_backbone(values)
    start = _start_of(parent)
    if not parent.is_ready or (isinstance(parent, Model) and parent.method != Model.Method.NETWORK):
        what = "network" if isinstance(parent, Model) else "backbone"
        raise ValidationError(f"`{start}` is {parent.pk}, but takes a {what} that is ready.")
    backbone = parent.settings.get("backbone", SETTINGS["backbone"].default)
    if values.get("backbone", backbone) != backbone:
        whose = "model" if isinstance(parent, Model) else "backbone"
        raise ValidationError(
            f"`backbone` is {values['backbone']!r}, but {whose} {parent.pk} is {backbone}: leave it out."
        )
    if values.get("pretrained"):
        raise ValidationError(f"`pretrained` and `{start}` exclude each other: choose one of them.")
    return backbone


def _start_of(parent: Model | Backbone) -> str:
    """The setting that names it."""
    return "start_from" if isinstance(parent, Model) else "start_backbone"


def _new_backbone(values: dict[str, Any]) -> str:
    backbone = values.get("backbone", SETTINGS["backbone"].default)
    if values.get("pretrained") and backbone == COMPACT:
        raise ValidationError(f"`pretrained` needs a `backbone` with published weights: {COMPACT} has none.")
    return backbone


def _name(projects: list[Project], learning_set: LearningSet | None, method: str, network: str) -> str:
    more = f" and {len(projects) - 1} more" if len(projects) > 1 else ""
    source = learning_set.name if learning_set else f"{projects[0].title}{more}"
    what = {
        Model.Method.MEASURE: "measurements",
        Model.Method.FEATURES: f"features of {network}",
        Model.Method.NETWORK: network,
    }
    return f"{source}, {what[Model.Method(method)]}"[:200]
