"""Starting a pretraining; naming a backbone, and putting it away."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.actions import require_manager
from annotations.learning.backbones.changing import MOST_LETTERS, change_network
from annotations.learning.backbones.packages import require_manager_of_backbone
from annotations.learning.models import Backbone
from annotations.projects.models import Project
from annotations.search.filter import Filter
from classifier.contract.pretraining import check_pretrain_settings
from classifier.contract.settings import SettingError


@transaction.atomic
def start_pretraining(
    *,
    user: User,
    projects: list[Project],
    filter_json: dict | None = None,
    name: str = "",
    **settings: Any,
) -> Job:
    """Makes a backbone and starts the job that pretrains it on the vignettes of the projects that match the filter.

    Needs a manager of each of the projects. `settings` are those of `classifier.contract.pretraining`. Raises
    PermissionDenied, or ValidationError that names what is wrong.
    """
    for project in projects:
        require_manager(user, project)
    backbone = new_backbone(
        projects=projects, filter_json=filter_json, name=name, owner=user, settings=settings
    )
    params = {"backbone": backbone.pk}
    backbone.job = start_job(kind="pretrain", owner=user, project=projects[0], params=params)
    backbone.save(update_fields=["job"])
    return backbone.job


def new_backbone(
    *,
    projects: list[Project],
    filter_json: dict | None = None,
    name: str = "",
    owner: User | None = None,
    settings: dict[str, Any] | None = None,
) -> Backbone:
    """A backbone that is still to be pretrained. Asks nobody's rights. Raises ValidationError."""
    if not projects:
        raise ValidationError("Choose at least one project to learn from.")
    try:
        checked = check_pretrain_settings(settings or {})
    except SettingError as error:
        raise ValidationError(str(error)) from error
    criteria = Filter.parse(filter_json or {}, owner)
    more = f" and {len(projects) - 1} more" if len(projects) > 1 else ""
    backbone = Backbone.objects.create(
        name=name.strip()[:MOST_LETTERS] or f"{projects[0].title}{more}, without labels"[:MOST_LETTERS],
        owner=owner,
        filter=json.loads(json.dumps(criteria.as_dict())),
        settings=checked,
    )
    backbone.projects.set(projects)
    return backbone


@transaction.atomic
def change_backbone(*, user: User, backbone: Backbone, **changes: object) -> Backbone:
    """Changes `name` or `archived` (yes or no). Raises PermissionDenied, or ValidationError."""
    require_manager_of_backbone(user, backbone)
    change_network(backbone, changes, "backbone")
    return backbone
