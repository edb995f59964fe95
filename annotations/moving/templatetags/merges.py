"""What the bench of an empty project says of where its objects went, though it lies below this app."""

from django import template

from annotations.accounts.models import User
from annotations.moving.models import Move
from annotations.moving.queries import merged_into, with_titles_for
from annotations.projects.models import Project

register = template.Library()


@register.simple_tag
def merge_of(project: Project, user: User) -> Move | None:
    """The merge that emptied the project, with the other's title where the person may know it."""
    merge = merged_into(project)
    return with_titles_for(user, [merge])[0] if merge else None
