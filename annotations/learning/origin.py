"""Where a model comes from and what came of it, as far as a person may see."""

from annotations.accounts.models import User
from annotations.learning.backbones.queries import backbones_seen_by
from annotations.learning.models import Model
from annotations.learning.queries import models_seen_by
from annotations.projects.access import projects_seen_by
from annotations.taxonomy.queries import names_of

MOST_CHILDREN = 20


def sources_of(model: Model, visible: set[int]) -> str:
    """Titles of the projects it was learnt from. Those that are not `visible` have no name for the person."""
    projects = list(model.projects.all())
    titles = [project.title for project in projects if project.pk in visible]
    deleted = sum(project.deleted is not None for project in projects)
    hidden = len(projects) - len(titles) - deleted
    if hidden:
        titles.append(f"{hidden} that you are not a member of")
    if deleted or not projects:
        titles.append(f"{deleted or 'projects'} that {'was' if deleted == 1 else 'were'} deleted")
    return ", ".join(titles)


def origin(user: User, model: Model) -> dict:
    visible = models_seen_by(user).select_related(None).prefetch_related(None).only("pk", "name")
    return {
        "sources": sources_of(model, set(projects_seen_by(user).values_list("pk", flat=True))),
        "parent": visible.filter(pk=model.parent_id).first() if model.parent_id else None,
        "start_backbone": backbones_seen_by(user).filter(pk=model.start_backbone_id or 0).first(),
        "children": list(visible.filter(parent=model)[:MOST_CHILDREN]),
        "settings": [(name.replace("_", " "), value) for name, value in model.settings.items()],
    }


def left_out(model: Model) -> list[str]:
    """Names of the taxa that had too few objects to be learnt."""
    return sorted(names_of(set(model.facts.get("left_out", []))).values())
