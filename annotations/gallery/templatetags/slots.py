from django import template

from annotations.accounts.models import User
from annotations.gallery.queries import slots_of
from annotations.projects.models import Project

register = template.Library()


@register.simple_tag
def taxon_slots(user: User, project: Project) -> list[dict]:
    """The taxa on the person's digits in the project."""
    return slots_of(project.pk, user)
