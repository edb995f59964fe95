"""What pages of apps below show of learning while sorting: the settings of a project, the page of its model."""

from django import template

from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.refitting.models import Refitting
from annotations.refitting.queries import RefitStatus, refit_status

register = template.Library()


@register.simple_tag
def refit_status_of(project: Project) -> RefitStatus:
    return refit_status(project)


@register.simple_tag
def refitting_of(model: Model) -> Refitting | None:
    """None where the project has another model for another space by now."""
    return Refitting.objects.filter(model=model).select_related("project", "space").first()
