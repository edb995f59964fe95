from django.core.exceptions import ValidationError
from django.db import transaction

from annotations.accounts.models import User
from annotations.projects.models import Membership, Project, Role


@transaction.atomic
def create_project(*, title: str, owner: User | None, description: str = "") -> Project:
    """Makes a project; its owner becomes its manager. Raises ValidationError for a bad title."""
    project = Project(title=title.strip(), description=description)
    project.full_clean()
    project.save()
    if owner is not None:
        Membership.objects.create(project=project, user=owner, role=Role.MANAGER)
    return project


def update_project(*, project: Project, title: str | None = None, description: str | None = None) -> Project:
    project.title = project.title if title is None else title.strip()
    project.description = project.description if description is None else description
    project.full_clean()
    project.save(update_fields=["title", "description"])
    return project


@transaction.atomic
def set_role(*, project: Project, user: User, role: Role) -> Membership:
    """Makes the person a member, or changes their role. A project keeps at least one manager."""
    if role != Role.MANAGER:
        _keep_a_manager(project, user)
    membership, _ = Membership.objects.update_or_create(project=project, user=user, defaults={"role": role})
    return membership


@transaction.atomic
def remove_member(*, project: Project, user: User) -> None:
    _keep_a_manager(project, user)
    Membership.objects.filter(project=project, user=user).delete()


def _keep_a_manager(project: Project, leaving: User) -> None:
    managers = Membership.objects.select_for_update().filter(project=project, role=Role.MANAGER)
    if [m.user_id for m in managers] == [leaving.id]:
        raise ValidationError("A project needs a manager: give the role to somebody else first.")
