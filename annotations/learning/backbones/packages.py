"""Starting the export of a backbone, and bringing one in."""

from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.learning.actions import require_manager
from annotations.learning.backbones.queries import may_manage_backbone
from annotations.learning.models import Backbone
from annotations.projects.models import Project

MOST_LETTERS = 500


def require_manager_of_backbone(user: User, backbone: Backbone) -> None:
    if not may_manage_backbone(user, backbone):
        raise PermissionDenied("Only who manages all projects of a backbone may change it or take it out.")


def start_backbone_export(*, user: User, backbone: Backbone, licence: str = "", source: str = "") -> Job:
    """Starts writing the backbone as a zip that works anywhere. Needs a manager of all its projects.

    `licence` and `source` are for its card: what others may do with it, and whom to name. Raises ValidationError.
    """
    require_manager_of_backbone(user, backbone)
    if not backbone.is_ready:
        raise ValidationError(f"{backbone.name} is not ready: wait until its pretraining is done.")
    params = {"backbone": backbone.pk, **checked_words(licence=licence, source=source)}
    project = backbone.projects.living().first()
    return start_job(kind="export_backbone", owner=user, project=project, params=params)


def checked_words(**words: str) -> dict[str, str]:
    """Of a card, by name. Raises ValidationError for one that is too long."""
    cleaned = {name: text.replace("\0", "").strip() for name, text in words.items()}
    for name, text in cleaned.items():
        if len(text) > MOST_LETTERS:
            raise ValidationError(f"`{name}` takes at most {MOST_LETTERS} letters.")
    return cleaned


def start_backbone_import(*, user: User, projects: list[Project], path: Path, name: str) -> Job:
    """Starts bringing in a backbone that lies at `path`. Needs a manager of each of the projects, which may then start
    models from it."""
    if not projects:
        raise ValidationError("Choose at least one project that the backbone is for.")
    for project in projects:
        require_manager(user, project)
    params = {"path": str(path), "name": name, "projects": [project.pk for project in projects]}
    return start_job(kind="import_backbone", owner=user, project=projects[0], params=params)
