"""What the bench and the page of a job say of where objects went, though they lie below this app."""

from django import template

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.moving.models import Move
from annotations.moving.queries import merged_into, with_titles_for
from annotations.projects.models import Project

register = template.Library()


@register.simple_tag
def merge_of(project: Project, user: User) -> Move | None:
    """The merge that emptied the project, with the other's title where the person may know it."""
    merge = merged_into(project)
    return with_titles_for(user, [merge])[0] if merge else None


@register.simple_tag
def move_of(job: Job, user: User) -> Move | None:
    """What the job moves or copies, with the projects' titles where the person may know them."""
    move = Move.objects.filter(job=job).first()
    return with_titles_for(user, [move])[0] if move else None
