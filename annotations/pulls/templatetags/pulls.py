from django import template

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.projects.access import role_in
from annotations.projects.models import Role
from annotations.pulls.forms import CredentialsForm

register = template.Library()


@register.simple_tag
def sign_in_again() -> CredentialsForm:
    """The form with which the person of a job goes on."""
    return CredentialsForm()


@register.simple_tag
def may_go_on(job: Job, user: User) -> bool:
    return job.project_id is not None and role_in(user, job.project_id) == Role.MANAGER
