"""What pages of apps below show of learning while sorting: the settings of a project, the page of its model."""

from django import template

from annotations.accounts.models import User
from annotations.learning.models import Model
from annotations.projects.access import projects_seen_by
from annotations.projects.models import Project
from annotations.refitting.models import RefitMeasurement, Refitting
from annotations.refitting.queries import RefitStatus, refit_status
from annotations.refitting.status import refit_standing
from annotations.refitting.wording import (
    advice_in_words,
    comparison_in_words,
    right_in_words,
    standing_in_words,
)
from annotations.retraining.queries import obstacle_of

MOST_PROJECTS = 5  # beside whose refit a model stands

register = template.Library()


@register.simple_tag
def refit_status_of(project: Project) -> RefitStatus:
    return refit_status(project)


@register.simple_tag
def refitting_of(model: Model) -> Refitting | None:
    """None where the project has another model for another space by now."""
    return Refitting.objects.filter(model=model).select_related("project", "space").first()


@register.simple_tag
def refit_standing_of(project: Project) -> dict:
    """How it does and what a full training would gain, in words; whether that pays, and can be started at once."""
    standing = refit_standing(project)
    return {
        "standing": standing,
        "words": standing_in_words(standing),
        "advice": advice_in_words(standing),
        "right": right_in_words(standing),
        "obstacle": obstacle_of(project) if standing.accuracy else "",
    }


@register.simple_tag
def refits_beside(model: Model, user: User) -> list[dict]:
    """Sentences that compare the trained model with learning while sorting, of projects that the person sees."""
    measured = RefitMeasurement.objects.filter(model=model, project__in=projects_seen_by(user))
    rows = measured.exclude(figures={}).select_related("project").order_by("-created")[:MOST_PROJECTS]
    return [{"project": row.project, "words": comparison_in_words(row)} for row in rows]
